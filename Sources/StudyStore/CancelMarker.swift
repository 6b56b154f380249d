import Foundation
import Support

/// The file `cancel` in a run's directory: it stops the run and keeps it from being restarted. `cancel` creates it,
/// `submit`, `run` and `extend` remove it, and the ranks look for it while they run: so it works on any host, with or
/// without a scheduler.
package struct CancelMarker {
  /// The run's.
  package let directory: String

  package init(directory: String) {
    self.directory = directory
  }

  private var path: String { "\(directory)/cancel" }

  package var exists: Bool { access(path, F_OK) == 0 }

  /// - Throws: ``FileError``.
  package func create() throws {
    let text = "cancelled \(Date().ISO8601Format()) on \(hostName())\n"
    try AtomicFile.write(text, to: path)
  }

  package func remove() { unlink(path) }
}
