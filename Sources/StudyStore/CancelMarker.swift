import Foundation
import Support

/// A wish that a run be stopped and stay so: the file `cancel` in the run's directory. `cancel` writes it,
/// `submit`, `run` and `extend --run` take it away, and the ranks look for it while they run: so it works on any host,
/// with or without a scheduler.
package struct CancelMarker {
  /// The run's.
  package let directory: String

  package init(directory: String) {
    self.directory = directory
  }

  private var path: String { "\(directory)/cancel" }

  package var isThere: Bool { access(path, F_OK) == 0 }

  /// - Throws: ``RunFailure``.
  package func make() throws {
    let text = "cancelled \(Date().ISO8601Format()) on \(hostName())\n"
    try AtomicFile.write(text, to: path)
  }

  package func remove() { unlink(path) }
}
