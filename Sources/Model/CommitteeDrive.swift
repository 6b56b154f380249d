/// Which forces of a committee move the atoms.
package enum CommitteeDrive: String, Sendable, Codable, CaseIterable {
  /// The mean over its models.
  case mean
  /// Those of its first model.
  case first
}
