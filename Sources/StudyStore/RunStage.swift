/// The stages of a run, in order.
package enum RunStage: String, Codable, CaseIterable, Sendable {
  /// Before the first checkpoint.
  case start
  case relax, equilibrate, sample
}
