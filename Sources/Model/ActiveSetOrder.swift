/// How a file of an active set (`.asi`) writes the inverse of the matrix whose rows are the environments' projections.
package enum ActiveSetOrder: String, Sendable, Codable, CaseIterable {
  /// Row by row: GPUMD and the scripts `nep_extrapolation` since 9 March 2025.
  case rows
  /// Column by column: both before that day.
  case columns
}
