import Crystal
import Decomposition
import Forces
import MPI
import Mathematics
import Model
import Units

/// The step loop: one system, its forces and its integrator, over all ranks.
package final class Simulation {
  package internal(set) var forceEvaluator: ForceEvaluator
  package private(set) var propagator: AtomPropagator
  package var integrator: Integrator
  package let timestep_ps: Double
  /// Steps since the velocities were drawn; noise is a function of it.
  package internal(set) var step: Int64 = 0
  /// How often steps have rebuilt the neighbour lists since the start of this process.
  package private(set) var rebuilds = 0
  /// How often a step was repeated with new lists, because an atom had moved further than predicted.
  package private(set) var dangerousBuilds = 0
  /// How often decomposition and mesh have been rebuilt for a changed cell since the start of this process.
  package internal(set) var redecompositions = 0
  /// By kind of molecule ("B12H12"), which of its coordinates move; the others are flexible.
  package private(set) var constraints: [String: MotionConstraint] = [:]
  /// The cell that decomposition and mesh were made for.
  package internal(set) var decompositionCell: Cell
  let startVolume_A3: Double
  /// Of the structure.
  let structureCell: Cell
  private var lastForces = ForceResult()
  /// What `lastForces` holds.
  private var lastWanted: Wanted = []

  package var domain: Domain { forceEvaluator.domain }
  private var clock: PhaseClock { forceEvaluator.clock }

  package init(
    structure: Structure, topology: Topology, settings: ForceSettings, integrator: Integrator,
    timestep_ps: Double, communicator: Communicator
  ) throws {
    forceEvaluator = try ForceEvaluator(
      cell: structure.cell, topology: topology, settings: settings, communicator: communicator,
      splitsForces: integrator.substeps > 1)
    guard integrator.substeps % forceEvaluator.referenceEvaluations == 0 || integrator.substeps == 1 else {
      throw PotentialError(
        "the reference is evaluated \(forceEvaluator.referenceEvaluations) times a step, which does not divide its "
          + "\(integrator.substeps) short steps")
    }
    decompositionCell = structure.cell
    startVolume_A3 = structure.cell.volume
    structureCell = structure.cell
    propagator = try AtomPropagator(domain: forceEvaluator.domain, constraints: [:])
    self.integrator = integrator
    self.timestep_ps = timestep_ps
    forceEvaluator.domain.loadOwnMolecules(of: structure)
    try forceEvaluator.rebuild()
  }

  /// Takes one time step.
  /// - Parameter wantsObservables: whether `observables()` is called after it.
  package func advance(wantsObservables: Bool) throws {
    let wanted: Wanted = wantsObservables ? .all : integrator.barostat == nil ? [] : .virial
    step += 1
    clock.enter(.integration)
    integrator.beginStep(propagator, virial: lastForces.molecularVirial, timestep_ps: timestep_ps)
    integrator.halfKick(propagator, forceEvaluator, timestep_ps)
    try integrator.drift(propagator, forceEvaluator, timestep_ps: timestep_ps, step: step)
    try rebuildIfScheduled()
    try computeForces(wanted)
    clock.enter(.integration)
    integrator.halfKick(propagator, forceEvaluator, timestep_ps)
    var end = try removeMomentumAndReduce()
    let lookahead_ps = forceEvaluator.lookahead_ps(timestep_ps: timestep_ps)
    if try forceEvaluator.scheduleRebuild(end.displacements, timestep_ps: lookahead_ps) {
      end.removed_eV += try repeatHalfKickWithNewLists(wanted)
    }
    integrator.finishStep(
      propagator, removed_eV: end.removed_eV, virial: lastForces.molecularVirial, timestep_ps: timestep_ps)
    clock.enter(.other)
  }

  /// Rebuilds the lists if the last step scheduled it, and with them the decomposition if the cell has changed.
  private func rebuildIfScheduled() throws {
    guard try forceEvaluator.rebuildIfScheduled() else { return }
    rebuilds += 1
    if let barostat = integrator.barostat { try redecomposeIfNeeded(isFull: barostat.shape == .full) }
  }

  /// Removes the momentum of the cell and exchanges what the ranks need to know at the end of a step: the one
  /// reduction of a step.
  private func removeMomentumAndReduce() throws -> AtomPropagator.StepReduction {
    let displacements = forceEvaluator.schedule.displacements(
      in: domain, timestep_ps: forceEvaluator.lookahead_ps(timestep_ps: timestep_ps))
    clock.enter(.reduction)
    let result = try propagator.removeMomentumAndReduce(displacements)
    clock.enter(.integration)
    return result
  }

  /// Repeats forces and second half kick of a step whose lists were too old.
  /// - Returns: kinetic energy that was removed with the momentum, eV.
  private func repeatHalfKickWithNewLists(_ wanted: Wanted) throws -> Double {
    dangerousBuilds += 1
    integrator.halfKick(propagator, forceEvaluator, -timestep_ps)
    try forceEvaluator.rebuild()
    rebuilds += 1
    try computeForces(wanted)
    clock.enter(.integration)
    integrator.halfKick(propagator, forceEvaluator, timestep_ps)
    return try removeMomentumAndReduce().removed_eV
  }

  func computeForces(_ wanted: Wanted) throws {
    lastForces = try forceEvaluator.evaluate(wanted)
    lastWanted = wanted
  }
}

// MARK: setting up

extension Simulation {
  /// Draws Maxwell velocities at a temperature and computes the forces of the first step.
  package func start(temperature_K: Double, seed: UInt64) throws {
    try propagator.draw(temperature_K: temperature_K, seed: seed)
    try computeForces(.all)
  }

  /// Computes the forces of the first step for velocities that were written to the atoms.
  package func startWithPresentVelocities() throws {
    try propagator.removeMomentumAndReduce()
    try computeForces(.all)
  }

  /// Constrains the motion from now on; rigid molecules take their rest geometry.
  /// - Parameter constraints: by kind of molecule ("B12H12"); all others are flexible.
  package func constrain(_ constraints: [String: MotionConstraint]) throws {
    try setConstraints(constraints)
    try propagator.enforceConstraints()
    try forceEvaluator.rebuild()
    try computeForces(.all)
  }

  /// Sets the constraints of a state that already satisfies them.
  func setConstraints(_ constraints: [String: MotionConstraint]) throws {
    self.constraints = constraints
    propagator = try AtomPropagator(domain: domain, constraints: constraints)
    forceEvaluator.isConstrained = propagator.constraints.map(\.isConstrained)
  }

  /// Allocates memory, filled with zeros, that moves with each molecule: to other ranks and into snapshots.
  /// - Parameter words: 8-byte words of each molecule, by template; an empty array removes the memory.
  package func allocatePerMoleculeData(words: [Int]) { domain.allocatePerMoleculeData(words: words) }
}

// MARK: results

extension Simulation {
  /// Energies and pressure at this step; evaluates them if the step did not. Every rank must call.
  package func observables() throws -> Observables {
    if lastWanted != .all { try computeForces(.all) }
    var result = Observables()
    let forces = try self.forces
    result.potentialEnergy_eV = forces.potential
    result.kineticEnergy_eV = propagator.kineticEnergy
    let reservoir = try domain.communicator.reduced(integrator.reservoirEnergy(propagator), .sum)
    result.conservedEnergy_eV = forces.potential + propagator.kineticEnergy + reservoir
    result.temperature_K = propagator.temperature_K
    result.volume_A3 = domain.cell.volume
    let scale = Constants.gigapascal / domain.cell.volume
    func pressure(_ kinetic: Tensor3, _ virial: Tensor3) -> Tensor3 {
      Tensor3(zip(kinetic.elements, virial.elements).map { ($0 + $1) * scale }[...])
    }
    result.pressure_GPa = pressure(try propagator.kineticTensor(), forces.observedVirial)
    result.molecularPressure_GPa = pressure(propagator.translation, forces.molecularVirial)
    return result
  }

  /// Virial of the centres of mass of the last evaluation that included it, eV.
  var molecularVirial: Tensor3 { lastForces.molecularVirial }

  /// Energies and virials of the last evaluation that included them. Every rank must call.
  package var forces: ForceResult {
    get throws {
      var result = lastForces
      try forceEvaluator.includeBonded(in: &result)
      return result
    }
  }
}
