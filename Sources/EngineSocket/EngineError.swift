/// How a client's program has ended.
package enum ClientEnd: Equatable, Sendable, CustomStringConvertible {
  case exit(Int32)
  case signal(Int32)
  case unknown

  /// Whether a shell says so of a program that can't be run, or is not there.
  package var isNeverStarted: Bool { self == .exit(126) || self == .exit(127) }

  package var description: String {
    switch self {
    case .exit(let code): "exit code \(code)"
    case .signal(let number): "signal \(number)"
    case .unknown: "an unknown exit code"
    }
  }
}

/// Why an engine that is driven by a socket gives no forces.
package enum EngineError: Error, Equatable, CustomStringConvertible {
  /// The socket can't be made.
  case listening(address: String, problem: String)
  /// The client's program can't be started.
  case starting(program: String, problem: String)
  /// The client's program has ended.
  /// - Parameter lastLine: of what it has printed.
  case ended(how: ClientEnd, lastLine: String?, log: String)
  /// The client has closed the connection.
  case closed
  /// Nothing came for this long.
  case silent(seconds: Double, awaiting: String)
  /// What the client has sent is no message of the protocol, or not the one that is due.
  case unexpected(found: String, wanted: String)
  /// The client has asked for its initialisation a second time within one frame.
  case initialisedTwice
  case atomCount(found: Int, wanted: Int)
  /// - Parameter what: `the energy`, `the force on atom 3`, `the virial`.
  case notFinite(what: String)
  /// The text behind the forces has no length that a text has.
  case extraLength(Int)
  /// As another rank says.
  case reported(String)

  package var description: String {
    switch self {
    case .listening(let address, let problem): "can't listen at \(address) for the engine: \(problem)"
    case .starting(let program, let problem): "can't start the engine '\(program)': \(problem)"
    case .ended(let how, let lastLine, let log):
      "the engine has ended with \(how)" + (lastLine.map { ": \($0)" } ?? "") + " (\(log))"
    case .closed: "the engine has closed the connection"
    case .silent(let seconds, let awaiting):
      "nothing from the engine for \(Int(seconds.rounded())) s, awaiting \(awaiting) "
        + "(the client's timeout)"
    case .unexpected(let found, let wanted): "the engine sent \(found); wanted \(wanted)"
    case .initialisedTwice: "the engine asked for its initialisation a second time, and has no forces"
    case .atomCount(let found, let wanted):
      "the engine sent the forces on \(found) atoms; wanted \(wanted): does its own input have the same atoms?"
    case .notFinite(let what): "the engine sent \(what) as NaN or infinity"
    case .extraLength(let length):
      "the engine announced a text of \(length) bytes behind the forces; wanted 0 to "
        + "\(EngineChannel.longestExtra)"
    case .reported(let message): message
    }
  }
}
