import Foundation

/// A wish that a run be stopped and stay so: the file `cancel` in the run's directory. `cancel` writes it,
/// `submit`, `run` and `extend --run` take it away, and the ranks look for it while they run: so it works on any host,
/// with or without a scheduler.
struct CancelWish {
  /// The run's.
  let directory: String

  private var path: String { "\(directory)/cancel" }

  var isThere: Bool { access(path, F_OK) == 0 }

  /// - Throws: ``RunFailure``.
  func make() throws {
    let text = "cancelled \(Date().ISO8601Format()) on \(hostName())\n"
    try replaceFile(at: path, with: Data(text.utf8))
  }

  func remove() { unlink(path) }
}
