import Crystal
import Forces
import Foundation
import Mathematics
import Model
import Units

/// Minimises the energy over the atoms, and the enthalpy over the cell if wanted, until forces and pressure are small:
/// FIRE, Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006), with equal masses so that hydrogen does not limit the step.
///
/// A strain of the cell moves the centres of mass and does not deform molecules. It is a coordinate among the others, in
/// units that make it about as stiff as a soft bond in a cell of any size.
package struct Minimiser {
  /// The relaxation of the cell.
  package struct CellTarget: Sendable {
    package var shape: CellShape
    package var pressure_GPa: Double
    /// Of every component of the pressure that may relax under `shape`.
    package var tolerance_GPa: Double

    package init(shape: CellShape, pressure_GPa: Double, tolerance_GPa: Double) {
      self.shape = shape
      self.pressure_GPa = pressure_GPa
      self.tolerance_GPa = tolerance_GPa
    }
  }

  package let tolerance_eV_A: Double
  /// Nil keeps the cell.
  package let cell: CellTarget?
  package let largestSteps: Int

  package init(tolerance_eV_A: Double, cell: CellTarget? = nil, largestSteps: Int = 10_000) {
    self.tolerance_eV_A = tolerance_eV_A
    self.cell = cell
    self.largestSteps = largestSteps
  }

  /// The state of a minimisation, for the log.
  package struct Progress: Sendable {
    package var steps = 0
    package var largestForce_eV_A = Double.infinity
    /// The largest deviation from the target among the components that may relax; 0 if the cell is kept.
    package var largestPressure_GPa = 0.0
  }

  /// The end of a minimisation.
  package struct Outcome: Sendable {
    package var progress: Progress
    package var potentialEnergy_eV: Double
    package var converged: Bool
  }

  /// The state that a continuation needs beside that of the simulation, whose velocities are those of the descent.
  package struct State: Sendable {
    var fire = FireStep(largestStep: Minimiser.largestTimeStep)
    var strainSpeed = Matrix3.zero
    package var steps = 0

    package init() {}

    package var doubles: [Double] {
      [fire.dt, fire.mixing, Double(fire.downhill), Double(steps)] + strainSpeed.elements
    }

    /// - Returns: nil for another number of doubles.
    package init?(_ doubles: [Double]) {
      guard doubles.count == 13, doubles.allSatisfy({ abs($0) < 1e15 }), doubles[0] > 0,
        doubles[2] >= 0, doubles[3] >= 0
      else { return nil }
      fire = FireStep(
        largestStep: Minimiser.largestTimeStep, dt: doubles[0], mixing: doubles[1], downhill: Int(doubles[2]))
      steps = Int(doubles[3])
      strainSpeed = Matrix3(doubles[4..<13])
    }
  }

  /// Of FIRE with unit masses, Å/√eV.
  private static let largestTimeStep = 0.25
  /// Of an atom, Å.
  private static let largestMove_A = 0.1
  /// Of the cell in one step.
  private static let largestStrain = 0.01

  /// - Parameters:
  ///   - start: state of a descent to continue; nil begins one.
  ///   - goesOn: called at each step; must return the same on every rank.
  package func relax(
    _ simulation: Simulation, from start: State? = nil,
    goesOn: (Progress, State) throws -> Bool = { _, _ in true }
  ) throws -> Outcome {
    let splits = simulation.forceEvaluator.splitsForces
    simulation.forceEvaluator.splitsForces = false
    defer { simulation.forceEvaluator.splitsForces = splits }
    let wanted: Wanted = cell == nil ? [] : .virial
    var state = start ?? State()
    if start == nil { Self.stop(simulation) }
    try simulation.computeForces(wanted)
    var progress = Progress()
    progress.steps = state.steps
    while true {
      let pull = cell.map { self.pull(simulation, $0) }
      let sums = try measure(simulation, pull, state, &progress)
      guard try goesOn(progress, state) else { break }
      if isConverged(progress) || progress.steps >= largestSteps || !sums.forceSquare.isFinite { break }
      turnVelocities(simulation, pull, sums, &state)
      move(simulation, pull, &state)
      try simulation.rebuildInRelaxation()
      try simulation.computeForces(wanted)
      progress.steps += 1
      state.steps += 1
    }
    Self.stop(simulation)
    if cell != nil { try simulation.redecompose() } else { try simulation.computeForces(.all) }
    return Outcome(
      progress: progress, potentialEnergy_eV: try simulation.forces.potential,
      converged: isConverged(progress))
  }

  private static func stop(_ simulation: Simulation) {
    let atoms = simulation.domain.atoms
    atoms.velocity.initialize(repeating: .zero, count: atoms.count)
  }

  /// Sums over all atoms and the strain.
  private struct Sums {
    /// Σ f·v.
    var power: Double
    var velocitySquare: Double
    var forceSquare: Double
  }

  /// Sums over all ranks; updates the largest force and the pressure in `progress`.
  private func measure(
    _ simulation: Simulation, _ pull: StrainForce?, _ state: State, _ progress: inout Progress
  ) throws -> Sums {
    let communicator = simulation.domain.communicator
    let atoms = simulation.domain.atoms
    var sums = [0.0, 0, 0]
    var peak = 0.0
    for i in 0..<atoms.count {
      let f = atoms.force[i]
      let v = atoms.velocity[i]
      sums[0] += dot(f, v)
      sums[1] += dot(v, v)
      sums[2] += dot(f, f)
      peak = max(peak, dot(f, f))
    }
    try communicator.reduce(&sums, .sum)
    progress.largestForce_eV_A = try communicator.reduced(peak, .max).squareRoot()
    if let pull {
      progress.largestPressure_GPa = pull.pressure_GPa
      sums[0] += zip(pull.force.elements, state.strainSpeed.elements).reduce(0) { $0 + $1.0 * $1.1 }
      sums[1] += state.strainSpeed.squareSum
      sums[2] += pull.force.squareSum
    }
    return Sums(power: sums[0], velocitySquare: sums[1], forceSquare: sums[2])
  }

  /// Turns the velocities towards the forces while the motion goes downhill, and stops it otherwise.
  private func turnVelocities(
    _ simulation: Simulation, _ pull: StrainForce?, _ sums: Sums, _ state: inout State
  ) {
    guard let mixing = state.fire.update(power: sums.power) else {
      Self.stop(simulation)
      state.strainSpeed = .zero
      return
    }
    let atoms = simulation.domain.atoms
    let factor = mixing * (sums.velocitySquare / max(sums.forceSquare, 1e-300)).squareRoot()
    for i in 0..<atoms.count {
      atoms.velocity[i] = atoms.velocity[i] * (1 - mixing) + atoms.force[i] * factor
    }
    if let pull { state.strainSpeed = state.strainSpeed * (1 - mixing) + pull.force * factor }
  }

  /// Moves atoms and cell by one step, within limits.
  private func move(_ simulation: Simulation, _ pull: StrainForce?, _ state: inout State) {
    let atoms = simulation.domain.atoms
    let dt = state.fire.dt
    for i in 0..<atoms.count {
      atoms.velocity[i] += atoms.force[i] * dt
      var move = atoms.velocity[i] * dt
      let distance = length(move)
      if distance > Self.largestMove_A { move *= Self.largestMove_A / distance }
      atoms.position[i] += move
    }
    guard let pull else { return }
    state.strainSpeed = state.strainSpeed + pull.force * dt
    var step = state.strainSpeed * (dt / pull.scale_A)
    let size = step.squareSum.squareRoot()
    if size > Self.largestStrain { step = step * (Self.largestStrain / size) }
    simulation.propagator.strainCentres(by: Matrix3.identity + step)
  }

  private func isConverged(_ progress: Progress) -> Bool {
    progress.largestForce_eV_A <= tolerance_eV_A
      && progress.largestPressure_GPa <= cell?.tolerance_GPa ?? .infinity
  }

  /// The generalised force on the strain.
  private struct StrainForce {
    /// In the units of the other coordinates.
    var force: Matrix3
    /// Of the strain in those units.
    var scale_A: Double
    /// The largest deviation from the target.
    var pressure_GPa: Double
  }

  private func pull(_ simulation: Simulation, _ target: CellTarget) -> StrainForce {
    let cell = simulation.domain.cell
    let excess =
      Matrix3(simulation.molecularVirial.elements[...])
      - Matrix3.identity * (target.pressure_GPa / Constants.gigapascal * cell.volume)
    let free = target.shape.free(excess, in: cell)
    let count = Double(simulation.domain.topology.moleculeCount)
    let scale = cbrt(cell.volume) * pow(count, 1.0 / 6)
    let largest = free.elements.map(abs).max() ?? 0
    return StrainForce(
      force: free * (1 / scale), scale_A: scale,
      pressure_GPa: largest / cell.volume * Constants.gigapascal)
  }
}
