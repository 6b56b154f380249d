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

  /// - Throws: ``RunFailure`` where the client can't be started; `FileError`, `StructureError`.
  func begin(_ frame: LabelFrame) throws {
    self.frame = frame
    attempts = 1
    try ask(frame)
  }

  /// Waits for the result, and tells it.
  /// - Returns: whether the client has no frame any more.
  /// - Throws: ``RunFailure`` where no client can be started; what the session throws.
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

  private func ask(_ frame: LabelFrame) throws {
    let engine = self.engine ?? make(frame.frame)
    self.engine = engine
    do {
      try engine.begin([EngineFrame(cell: frame.frame.cell, positions: frame.frame.positions)])
    } catch let error as EngineError {
      end()
      throw RunFailure(error.description)
    }
  }

  private func fail(_ error: EngineError, _ frame: LabelFrame, _ session: LabelSession) throws {
    end()
    switch error {
    case .listening, .starting: throw RunFailure(error.description)
    case .notFinite:
      // The same positions would give the same.
      try session.record(.refused(.engine(error.description)), for: frame)
    case .ended, .closed:
      guard attempts < Self.mostAttempts, !session.shouldStop else { fallthrough }
      attempts += 1
      self.frame = frame
      try ask(frame)
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
