import Foundation
import Support

/// Ends an attempt that a later one has replaced, before it can overwrite the other's files: the scheduler may have
/// declared dead what was only cut off.
package struct Fence {
  package let history: AttemptHistory
  package let attempt: Int

  package init(history: AttemptHistory, attempt: Int) {
    self.history = history
    self.attempt = attempt
  }

  /// - Throws: ``RunFailure`` where a later attempt has begun: this one must end, and write no more.
  package func check() throws {
    // The next number exists as soon as any later one does; asking for it costs a fraction of a listing.
    let path = "\(history.directory)/attempt-\(attempt + 1).json"
    guard access(path, F_OK) == 0 else { return }
    throw RunFailure("attempt \(history.newest) has taken over; attempt \(attempt) ends")
  }
}
