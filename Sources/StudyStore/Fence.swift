import Analysis
import Foundation
import Glibc
import Support

/// Keeps an attempt that a scheduler has given up from harming the one that has replaced it.
package struct Fence {
  package let history: AttemptHistory
  package let attempt: Int

  package init(history: AttemptHistory, attempt: Int) {
    self.history = history
    self.attempt = attempt
  }

  /// - Throws: ``RunFailure`` where a later attempt has begun: this one must end, and write no more.
  package func check() throws {
    // The next number is there as soon as there is any later one; asking for it costs a fraction of a listing.
    let path = "\(history.directory)/attempt-\(attempt + 1).json"
    guard access(path, F_OK) == 0 else { return }
    throw RunFailure("attempt \(history.newest) has taken over; attempt \(attempt) ends")
  }
}
