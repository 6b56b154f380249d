import Crystal
import Forces
import Foundation
import Mathematics
import Units

/// Moves atoms, and the cell if wanted, downhill until forces and pressure are small: FIRE, Bitzek et al.,
/// Phys. Rev. Lett. 97, 170201 (2006), with equal masses so that hydrogen does not set the pace.
///
/// A strain of the cell takes the molecules' centres along and leaves their inside alone; it counts as a
/// coordinate among the others, in units that make it about as stiff as a soft bond in a cell of any size.
package struct Minimiser {
  /// The cell's part of a relaxation.
  package struct CellTarget: Sendable {
    package var shape: CellShape
    package var pressure_GPa: Double
    /// Of every component of the pressure that `shape` sets free.
    package var tolerance_GPa: Double

    package init(shape: CellShape, pressure_GPa: Double, tolerance_GPa: Double) {
      self.shape = shape
      self.pressure_GPa = pressure_GPa
      self.tolerance_GPa = tolerance_GPa
    }
  }

  package let tolerance_eV_A: Double
  /// Nil leaves the cell as it is.
  package let cell: CellTarget?
  package let largestSteps: Int

  package init(tolerance_eV_A: Double, cell: CellTarget? = nil, largestSteps: Int = 10_000) {
    self.tolerance_eV_A = tolerance_eV_A
    self.cell = cell
    self.largestSteps = largestSteps
  }

  /// Where it stands.
  package struct Progress: Sendable {
    package var steps = 0
    package var largestForce_eV_A = Double.infinity
    /// Of the components that may relax, from the wanted pressure; 0 where the cell stays.
    package var largestPressure_GPa = 0.0
  }

  /// Where it ended.
  package struct Outcome: Sendable {
    package var progress: Progress
    package var potentialEnergy_eV: Double
    package var converged: Bool
  }

  /// What a continuation must know beside the simulation's own state, whose velocities are those of the
  /// descent.
  package struct State: Sendable {
    var dt = 0.05
    var mixing = 0.1
    var downhill = 0
    var strainSpeed = Matrix3.zero
    package var steps = 0

    package init() {}

    package var doubles: [Double] { [dt, mixing, Double(downhill), Double(steps)] + strainSpeed.elements }

    /// - Returns: nil for another number of numbers.
    package init?(_ doubles: [Double]) {
      guard doubles.count == 13, doubles.allSatisfy({ abs($0) < 1e15 }) else { return nil }
      dt = doubles[0]
      mixing = doubles[1]
      downhill = Int(doubles[2])
      steps = Int(doubles[3])
      strainSpeed = Matrix3(doubles[4..<13])
    }
  }

  /// - Parameters:
  ///   - start: where another descent left off; nil begins one.
  ///   - goesOn: called at each step; the same answer on every rank.
  package func relax(
    _ simulation: Simulation, from start: State? = nil,
    goesOn: (Progress, State) throws -> Bool = { _, _ in true }
  ) throws -> Outcome {
    let splits = simulation.interactions.splitsBonded
    simulation.interactions.splitsBonded = false
    defer { simulation.interactions.splitsBonded = splits }
    let wanted: Wanted = cell == nil ? [] : .virial
    let communicator = simulation.domain.communicator
    // Å²/(eV) per step²: the stiffest bond (2k ≈ 36 eV/Å²) is followed with some ten steps a period.
    let largestStep = 0.1
    var state = start ?? State()
    if start == nil {
      simulation.domain.atoms.velocity.update(repeating: .zero, count: simulation.domain.atoms.count)
    }
    try simulation.computeForces(wanted)
    var progress = Progress()
    progress.steps = state.steps
    while true {
      let atoms = simulation.domain.atoms
      let strain = self.cell.map { pull(simulation, $0) }
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
      if let strain {
        progress.largestPressure_GPa = strain.pressure_GPa
        sums[0] += zip(strain.force.elements, state.strainSpeed.elements).reduce(0) { $0 + $1.0 * $1.1 }
        sums[1] += state.strainSpeed.squareSum
        sums[2] += strain.force.squareSum
      }
      guard try goesOn(progress, state) else { break }
      if isConverged(progress) || progress.steps >= largestSteps || !sums[2].isFinite { break }

      if sums[0] > 0 {
        let turn = state.mixing * (sums[1] / max(sums[2], 1e-300)).squareRoot()
        for i in 0..<atoms.count {
          atoms.velocity[i] = atoms.velocity[i] * (1 - state.mixing) + atoms.force[i] * turn
        }
        if let strain { state.strainSpeed = state.strainSpeed * (1 - state.mixing) + strain.force * turn }
        state.downhill += 1
        if state.downhill > 5 {
          state.dt = min(state.dt * 1.1, 0.25)
          state.mixing *= 0.99
        }
      } else {
        atoms.velocity.update(repeating: .zero, count: atoms.count)
        state.strainSpeed = .zero
        state.downhill = 0
        state.dt *= 0.5
        state.mixing = 0.1
      }
      for i in 0..<atoms.count {
        atoms.velocity[i] += atoms.force[i] * state.dt
        var move = atoms.velocity[i] * state.dt
        let distance = length(move)
        if distance > largestStep { move *= largestStep / distance }
        atoms.position[i] += move
      }
      if let strain {
        state.strainSpeed = state.strainSpeed + strain.force * state.dt
        var step = state.strainSpeed * (state.dt / strain.scale_A)
        // 1 % at most in one step.
        let size = step.squareSum.squareRoot()
        if size > 0.01 { step = step * (0.01 / size) }
        simulation.motion.strainCentres(by: Matrix3.identity + step)
      }
      try simulation.followInRelaxation()
      try simulation.computeForces(wanted)
      progress.steps += 1
      state.steps += 1
    }
    let atoms = simulation.domain.atoms
    atoms.velocity.update(repeating: .zero, count: atoms.count)
    if cell != nil { try simulation.refit() } else { try simulation.computeForces(.all) }
    return Outcome(
      progress: progress, potentialEnergy_eV: try simulation.forces.potential,
      converged: isConverged(progress))
  }

  private func isConverged(_ progress: Progress) -> Bool {
    progress.largestForce_eV_A <= tolerance_eV_A
      && progress.largestPressure_GPa <= cell?.tolerance_GPa ?? .infinity
  }

  /// The force on the strain in units of the other coordinates, and the pressure that is left.
  private func pull(
    _ simulation: Simulation, _ target: CellTarget
  ) -> (force: Matrix3, scale_A: Double, pressure_GPa: Double) {
    let cell = simulation.domain.cell
    let excess =
      Matrix3(simulation.virialOfCentres.elements[...])
      - Matrix3.identity * (target.pressure_GPa / Constants.gigapascal * cell.volume)
    let free = target.shape.free(excess, in: cell)
    let count = Double(simulation.domain.topology.moleculeCount)
    let scale = cbrt(cell.volume) * pow(count, 1.0 / 6)
    let largest = free.elements.map(abs).max() ?? 0
    return (free * (1 / scale), scale, largest / cell.volume * Constants.gigapascal)
  }
}
