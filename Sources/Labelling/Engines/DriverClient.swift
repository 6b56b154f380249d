import EngineSocket
import Mathematics
import SinglePoints
import Support

/// One client of a socket and the frame it works at. A client that fails is ended, and the next frame gets a new one.
final class DriverClient {
  private let number: Int
  private let make: (LabelledFrame) -> EngineSession
  private var engine: EngineSession?
  private var frame: LabelFrame?
  private var attempts = 0

  /// How often a frame is tried: a client may have ended for a reason that is not the frame's.
  private static let mostAttempts = 2

  /// - Parameter make: an engine that is told of a frame's atoms.
  init(_ number: Int, _ make: @escaping (LabelledFrame) -> EngineSession) {
    self.number = number
    self.make = make
  }

  var isBusy: Bool { frame != nil }

  /// Gives the client a frame; it has none afterwards where the client fails at once, which the session is told.
  /// - Throws: ``InputError`` and ``RunFailure`` where the client can't be started; `FileError`, `StructureError`; what the
  ///   session throws.
  func begin(_ frame: LabelFrame, _ session: LabelSession) throws {
    self.frame = frame
    attempts = 1
    try ask(frame, session)
  }

  /// Waits for the result, and tells it.
  /// - Returns: whether the client has no frame any more.
  /// - Throws: as ``begin(_:_:)``.
  func look(within_s seconds: Double, _ session: LabelSession) throws -> Bool {
    guard let frame, let engine else { return true }
    do {
      guard let result = try engine.look(within_s: seconds)?.first else { return false }
      self.frame = nil
      try session.record(.label(FrameLabel(result, frame.frame)), for: frame)
    } catch let error as EngineError {
      try fail(error, frame, session)
    }
    return !isBusy
  }

  /// Tells the client to end.
  func end() {
    engine?.end()
    engine = nil
    frame = nil
  }

  private func ask(_ frame: LabelFrame, _ session: LabelSession) throws {
    let isNew = self.engine == nil
    let engine = self.engine ?? make(frame.frame)
    self.engine = engine
    do {
      try engine.begin([EngineFrame(cell: frame.frame.cell, positions: frame.frame.positions)])
    } catch let error as EngineError {
      // A client that has ended since its last frame has not tried this one.
      if !isNew { attempts -= 1 }
      try fail(error, frame, session)
    }
  }

  private func fail(_ error: EngineError, _ frame: LabelFrame, _ session: LabelSession) throws {
    end()
    switch error {
    case .listening, .starting: throw RunFailure(error.description)
    case .ended(let how, _, _) where how.isNeverStarted:
      throw InputError(
        key: "--driver", found: "a program that can't be started: \(error)",
        wanted: "a client of the i-PI protocol")
    case .notFinite:
      // The same positions would give the same.
      try session.record(.refused(.engine(error.description)), for: frame)
    case .ended, .closed:
      guard attempts < Self.mostAttempts, !session.shouldStop else { fallthrough }
      attempts += 1
      self.frame = frame
      try ask(frame, session)
    case .silent, .unexpected, .initialisedTwice, .atomCount, .extraLength, .reported:
      try session.failed(.client(error.description), frame)
    }
  }
}

extension FrameLabel {
  /// Of the cell's own frame. An engine that computes no stress sends a virial of zeros.
  fileprivate init(_ result: EngineResult, _ frame: LabelledFrame) {
    let virial = result.virial_eV.elements
    let scale = -1 / frame.cell.volume
    self.init(
      energy_eV: result.energy_eV, forces_eV_A: result.forces_eV_A,
      stress_eV_A3: virial.allSatisfy { $0 == 0 } ? nil : Tensor3(virial.map { $0 * scale }[...]))
  }
}
