import Dynamics
import EngineSocket
import Mathematics
import Support

/// The state of a run between two steps, for a checkpoint.
struct LastGoodState {
  var snapshot: Snapshot
  /// Of the stage.
  var stageStep: Int
  var minimiser: Minimiser.State?
  var energyAtStart_eV: Double?
}

extension RunProcess {
  /// The present state; every rank must call.
  var present: LastGoodState {
    get throws {
      LastGoodState(
        snapshot: try simulation.snapshot(), stageStep: stageStep, minimiser: minimiser,
        energyAtStart_eV: energyAtStart_eV)
    }
  }

  /// Does what needs the engine. Where the engine fails, which all ranks learn together, a checkpoint of the state before
  /// is written first: its steps may have taken hours, and the engine, not this program, has failed.
  /// - Parameter state: the last one whose forces are known; nil for none.
  func keepingLastGood<T>(state: () -> LastGoodState?, _ body: () throws -> T) throws -> T {
    do { return try body() } catch let error as EngineError {
      if let state = state() {
        try report { try $0.checkFence() }
        try writeCheckpoint(of: state)
        try correlator?.write(step: state.stageStep, isDue: true)
        try recorder.close()
      }
      throw error
    }
  }

  /// - Throws: ``RunFailure`` where the engine gives no virial.
  func requireVirial() throws {
    guard engine != nil, try simulation.forces.virial == Tensor3() else { return }
    throw RunFailure(
      "the engine gives no virial (all its elements are 0), which \(stage.name) needs to change the cell: "
        + "have it compute stresses")
  }
}
