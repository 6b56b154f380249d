import Support

/// Computes labels of frames.
package protocol LabelEngine {
  var identity: EngineIdentity { get }

  /// Labels frames, in any order, and tells the session of each as soon as it is done.
  /// - Throws: ``RunFailure`` where the engine can't be used at all, ``InputError`` for what is wrong with its input;
  ///   what the session throws.
  func label(_ frames: [LabelFrame], _ session: LabelSession) throws
}

/// What an engine tells of frames while it labels them.
package final class LabelSession {
  private let store: LabelStore
  private let request: LabelRequest
  private let total: Int
  private var done = 0
  /// Why frames have no outcome, by their digests: they are tried again by the next command.
  private(set) var failures: [String: LabelFailure] = [:]
  /// Frames that are computed elsewhere.
  private(set) var underWay: Set<String> = []
  private var failuresBeforeSuccess = 0
  /// Whether the engine has ever labelled a frame of this output.
  private var hasSucceeded: Bool

  /// Frames at whose first ones an engine fails without having labelled any: it is taken to be broken.
  static let mostFailures = 3

  init(_ store: LabelStore, _ request: LabelRequest, total: Int) {
    self.store = store
    self.request = request
    self.total = total
    hasSucceeded = !store.isEmpty
  }

  /// Whether the user wants the command to end: no further frame is begun.
  package var shouldStop: Bool { request.shouldStop() }

  /// The folder for what the engine needs.
  package var folder: String { request.folder }

  /// Keeps the outcome of a frame.
  /// - Throws: ``FileError``.
  package func record(_ outcome: LabelOutcome, for frame: LabelFrame) throws {
    var outcome = outcome
    // A number that is none can't be written.
    if case .label(let label) = outcome, let quantity = label.notFinite {
      outcome = .refused(.notFinite(quantity))
    }
    try store.append(outcome, for: frame.digest)
    hasSucceeded = true
    done += 1
    request.progress(done, total)
  }

  /// The engine has no outcome for a frame.
  /// - Throws: ``RunFailure`` where it had none for the first frames either.
  package func failed(_ failure: LabelFailure, _ frame: LabelFrame) throws {
    failures[frame.digest] = failure
    failuresBeforeSuccess += 1
    guard !hasSucceeded, failuresBeforeSuccess >= Self.mostFailures else { return }
    throw RunFailure(
      "the engine failed at the first \(failuresBeforeSuccess) frames, last at \(frame.source): \(failure)")
  }

  /// An earlier command has left no outcome for a frame.
  package func note(_ failure: LabelFailure, _ frame: LabelFrame) { failures[frame.digest] = failure }

  /// A frame is computed elsewhere; a later command has its outcome.
  package func isUnderWay(_ frame: LabelFrame) { underWay.insert(frame.digest) }
}

/// Why an engine has no outcome for a frame. Nothing is kept of it: the next command tries again.
package enum LabelFailure: Equatable, Sendable, CustomStringConvertible {
  /// The client of a socket has ended, was silent, or has sent what it may not.
  case client(String)
  /// A command has ended and left no whole output.
  /// - Parameter lastLine: of what it has printed.
  case command(exitCode: Int32?, lastLine: String?, folder: String)
  /// The output can't be read.
  case output(String)

  package var description: String {
    switch self {
    case .client(let message), .output(let message): message
    case .command(let code, let lastLine, let folder):
      "the command has ended with \(code.map { "exit code \($0)" } ?? "no exit code") and without a whole result"
        + (lastLine.map { ": \($0)" } ?? "") + " (\(folder))"
    }
  }
}
