/// The largest numbers that a run's files hold: one beyond them is damage, and none of them overflows where it is added
/// or multiplied.
package enum RecordLimits {
  /// Of a run.
  package static let attempts = 1_000_000_000
  /// Files of one attempt.
  package static let blocks = 10_000_000
  /// Atoms or molecules in one block.
  package static let members = 0...1_000_000_000
  /// A step, or a number of records; doubles hold each exactly.
  package static let steps = 0...(1 << 53)
}
