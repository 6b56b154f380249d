import Crystal
import Decomposition
import Forces
import MPI
import Mathematics
import Model
import Units

/// What is measured at a step: the whole cell, the same on every rank.
package struct Observables: Sendable {
  package var potentialEnergy_eV = 0.0
  package var kineticEnergy_eV = 0.0
  package var conservedEnergy_eV = 0.0
  package var temperature_K = 0.0
  /// Compression positive, by rows. Of atoms; of molecules that are held, that of their centres.
  package var pressure_GPa = Tensor3()
  /// Of the centres of mass: what drives a barostat. Its mean is that of the other, but for the error that a
  /// finite time step makes in the virial of stiff bonds.
  package var pressureOfCentres_GPa = Tensor3()
  package var volume_A3 = 0.0
}

/// The step loop: one system, its forces and its integrator, over all ranks.
package final class Simulation {
  package private(set) var interactions: ForceEvaluator
  package private(set) var motion: AtomPropagator
  package var integrator: Integrator
  package let timestep_ps: Double
  /// Steps since the velocities were drawn; noise is a function of it.
  package internal(set) var step: Int64 = 0
  /// How often the neighbour lists have been built since the start of this process.
  package internal(set) var rebuilds = 0
  /// How often an atom went further in a step than was foreseen, which took the step's forces twice.
  package private(set) var lateRebuilds = 0
  /// How often bricks and mesh have been laid anew for a changed cell since the start of this process.
  package internal(set) var refits = 0
  /// Which coordinates of which kind of molecule move.
  package private(set) var freedoms: [String: MotionConstraint] = [:]
  /// The cell that bricks and mesh were chosen for.
  package private(set) var fittedCell: Cell
  private let startVolume: Double
  private var lastForces = ForceResult()
  private var known: Wanted = []

  package var domain: Domain { interactions.domain }

  package init(
    structure: Structure, topology: Topology, settings: ForceSettings, integrator: Integrator,
    timestep_ps: Double, communicator: Communicator
  ) throws {
    interactions = try ForceEvaluator(
      cell: structure.cell, topology: topology, settings: settings, communicator: communicator,
      splitsBonded: integrator.substeps > 1)
    fittedCell = structure.cell
    startVolume = structure.cell.volume
    motion = try AtomPropagator(domain: interactions.domain, freedoms: [:])
    self.integrator = integrator
    self.timestep_ps = timestep_ps
    interactions.domain.takeOwn(of: structure)
    try interactions.rebuild()
  }

  /// Maxwell velocities at a temperature, and the forces of the first step.
  package func start(temperature_K: Double, seed: UInt64) throws {
    try motion.draw(temperature_K: temperature_K, seed: seed)
    try computeForces(.all)
  }

  /// Takes over velocities that were written to the atoms.
  package func adoptVelocities() throws {
    try motion.settle()
    try computeForces(.all)
  }

  /// From now on only these coordinates move; rigid molecules take their rest geometry.
  /// - Parameter freedoms: by kind of molecule ("B12H12"); what is not named is flexible.
  package func hold(_ freedoms: [String: MotionConstraint]) throws {
    try adopt(freedoms)
    try motion.adopt()
    try interactions.rebuild()
    try computeForces(.all)
  }

  /// Gives every molecule memory that goes where it goes, zeros at first: into snapshots and to other ranks.
  /// - Parameter words: 8-byte words of each molecule, by template; none takes it away.
  package func load(luggage words: [Int]) { domain.load(luggage: words) }

  /// Takes over which coordinates move, without changing any.
  func adopt(_ freedoms: [String: MotionConstraint]) throws {
    self.freedoms = freedoms
    motion = try AtomPropagator(domain: domain, freedoms: freedoms)
    interactions.isHeld = motion.freedoms.map(\.isHeld)
  }

  /// Takes one time step.
  /// - Parameter wantsObservables: whether `observables()` is called after it.
  package func advance(wantsObservables: Bool) throws {
    step += 1
    interactions.clock.enter(.integration)
    integrator.advance(
      motion, interactions, virial: lastForces.molecularVirial, timestep_ps: timestep_ps, step: step)
    if try interactions.followPlan() {
      rebuilds += 1
      if let barostat = integrator.barostat { try refitIfNeeded(isFull: barostat.shape == .full) }
    }
    let wanted: Wanted = wantsObservables ? .all : integrator.barostat == nil ? [] : .virial
    try computeForces(wanted)
    let removed_eV = try settle(wanted)
    integrator.complete(
      motion, removed_eV: removed_eV, virial: lastForces.molecularVirial, timestep_ps: timestep_ps)
    interactions.clock.enter(.other)
  }

  /// Takes the velocities to the end of the step. Where an atom has gone further than was foreseen, this step's
  /// lists were too old: it takes its velocities once more, with the forces of new ones.
  /// - Returns: kinetic energy that went with the momentum of the whole, eV.
  private func settle(_ wanted: Wanted) throws -> Double {
    func measured() throws -> AtomPropagator.Settled {
      interactions.clock.enter(.integration)
      integrator.push(motion, timestep_ps)
      let squares = domain.largestDisplacementSquares(since: domain.deformation, timestep_ps: timestep_ps)
      interactions.clock.enter(.reduction)
      let settled = try motion.settle(displacementSquares: squares)
      interactions.clock.enter(.integration)
      return settled
    }
    let first = try measured()
    let squares = first.displacementSquares
    guard try interactions.plan(nowSquare: squares.now, nextSquare: squares.next, timestep_ps: timestep_ps)
    else { return first.removed_eV }
    lateRebuilds += 1
    integrator.push(motion, -timestep_ps)
    try interactions.rebuild()
    rebuilds += 1
    try computeForces(wanted)
    return first.removed_eV + (try measured()).removed_eV
  }

  func computeForces(_ wanted: Wanted) throws {
    lastForces = try interactions.evaluate(wanted)
    known = wanted
  }

  /// Energies and pressure at this step; evaluates them if the step did not.
  package func observables() throws -> Observables {
    if known != .all { try computeForces(.all) }
    var result = Observables()
    let forces = try self.forces
    result.potentialEnergy_eV = forces.potential
    result.kineticEnergy_eV = motion.kineticEnergy
    let reservoir = try domain.communicator.reduced(integrator.reservoirEnergy(motion), .sum)
    result.conservedEnergy_eV = forces.potential + motion.kineticEnergy + reservoir
    result.temperature_K = motion.temperature_K
    result.volume_A3 = domain.cell.volume
    let scale = Constants.gigapascal / domain.cell.volume
    func pressure(_ kinetic: Tensor3, _ virial: Tensor3) -> Tensor3 {
      Tensor3(zip(kinetic.elements, virial.elements).map { ($0 + $1) * scale }[...])
    }
    result.pressure_GPa = pressure(try motion.kineticTensor(), forces.observedVirial)
    result.pressureOfCentres_GPa = pressure(motion.translation, forces.molecularVirial)
    return result
  }

  /// Virial of the molecules' centres of the last evaluation that was asked for it, eV.
  var virialOfCentres: Tensor3 { lastForces.molecularVirial }

  /// Energies and virials of the last evaluation that was asked for them; every rank must call.
  package var forces: ForceResult {
    get throws {
      var result = lastForces
      try interactions.includeBonded(in: &result)
      return result
    }
  }
}

// MARK: a changing cell

extension Simulation {
  /// Bricks and mesh are laid anew when an edge of the cell has changed by this part: the mesh's accuracy
  /// goes with the fifth power of its spacing or so.
  private static let largestGrowth = 0.1
  /// Shorter lattice vectors are chosen beyond this `Cell.tilt`: well above ½, where there are two equal
  /// choices, so that the cell does not go back and forth.
  private static let largestTilt = 0.65

  /// Lists for a cell that relaxes; every move may change its shape.
  func followInRelaxation() throws {
    if try interactions.follow() { try refitIfNeeded(isFull: true) }
  }

  private func refitIfNeeded(isFull: Bool) throws {
    let cell = domain.cell
    guard cell != fittedCell else { return }
    let growth = cell.volume / startVolume
    guard growth > 1.0 / 3, growth < 3 else {
      throw DecompositionError(
        "the cell runs away: its volume is \((cell.volume * 10).rounded() / 10) Å³, "
          + "\((growth * 100).rounded() / 100) times what it began with; is the pressure one that this "
          + "structure can bear?")
    }
    if isFull, cell.tilt > Self.largestTilt, cell.reduced.tilt < cell.tilt {
      return try refit(to: cell.reduced)
    }
    let isChanged = zip(cell.vectors, fittedCell.vectors).contains {
      abs(length($0) / length($1) - 1) > Self.largestGrowth
    }
    if isChanged { try refit(to: cell) }
  }

  /// Lays bricks and mesh anew for the cell as it is now.
  package func refit() throws {
    try refit(to: domain.cell)
    try computeForces(.all)
  }

  /// - Parameter cell: any vectors of the present lattice.
  private func refit(to cell: Cell) throws {
    let communicator = domain.communicator
    var state = try snapshot().shared(communicator)
    state.fittedCell = cell.vectors.flatMap { [$0.x, $0.y, $0.z] }
    state.cell = state.fittedCell
    // The same lattice by other vectors: images count those.
    let old = domain.cell
    for at in stride(from: 0, to: state.bodies.count, by: 10) {
      let image = Vector3(state.bodies[at], state.bodies[at + 1], state.bodies[at + 2])
      let new = cell.fractional(old.cartesian(image)).rounded(.toNearestOrEven)
      for k in 0..<3 { state.bodies[at + k] = new[k] }
    }
    try lay(cell)
    try place(state, isSame: false)
    refits += 1
  }

  /// New bricks, mesh and lists without atoms.
  func lay(_ cell: Cell) throws {
    let luggage = domain.luggage?.words ?? []
    interactions = try ForceEvaluator(
      cell: cell, topology: domain.topology, settings: interactions.settings,
      communicator: domain.communicator, splitsBonded: interactions.splitsBonded, clock: interactions.clock)
    domain.load(luggage: luggage)
    fittedCell = cell
    let (kinetic, translation) = (motion.kineticEnergy, motion.translation)
    try adopt(freedoms)
    motion.kineticEnergy = kinetic
    motion.translation = translation
  }
}
