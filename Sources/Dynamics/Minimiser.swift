import Crystal
import Decomposition
import MPI
import Potentials

/// Moves atoms downhill until the largest force is small: FIRE, Bitzek et al., Phys. Rev. Lett. 97, 170201
/// (2006), with equal masses so that hydrogen does not set the pace.
public struct Minimiser {
  public let tolerance_eV_A: Double
  public let largestSteps: Int

  public init(tolerance_eV_A: Double, largestSteps: Int = 5000) {
    self.tolerance_eV_A = tolerance_eV_A
    self.largestSteps = largestSteps
  }

  /// Where it ended.
  public struct Outcome: Sendable {
    public var steps: Int
    public var largestForce_eV_A: Double
    public var potentialEnergy_eV: Double
    public var converged: Bool
  }

  /// - Parameter goesOn: called at each step with its number and the largest force, eV/Å; the same answer on
  ///   every rank.
  public func relax(
    _ simulation: Simulation, goesOn: (Int, Double) throws -> Bool = { _, _ in true }
  ) throws -> Outcome {
    let atoms = simulation.domain.atoms
    let communicator = simulation.domain.communicator
    // Å²/(eV) per step²: the stiffest bond (2k ≈ 36 eV/Å²) is followed with some ten steps a period.
    let largestStep = 0.1
    var dt = 0.05
    var mixing = 0.1
    var downhill = 0
    atoms.velocity.update(repeating: .zero, count: atoms.count)
    try simulation.computeForces(wantsEnergy: false)
    var largest = Double.infinity
    var steps = 0
    while true {
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
      largest = try communicator.reduced(peak, .max).squareRoot()
      guard try goesOn(steps, largest) else { break }
      if largest <= tolerance_eV_A || steps >= largestSteps || !largest.isFinite { break }

      if sums[0] > 0 {
        let turn = mixing * (sums[1] / max(sums[2], 1e-300)).squareRoot()
        for i in 0..<atoms.count {
          atoms.velocity[i] = atoms.velocity[i] * (1 - mixing) + atoms.force[i] * turn
        }
        downhill += 1
        if downhill > 5 {
          dt = min(dt * 1.1, 0.25)
          mixing *= 0.99
        }
      } else {
        atoms.velocity.update(repeating: .zero, count: atoms.count)
        downhill = 0
        dt *= 0.5
        mixing = 0.1
      }
      for i in 0..<atoms.count {
        atoms.velocity[i] += atoms.force[i] * dt
        var move = atoms.velocity[i] * dt
        let distance = length(move)
        if distance > largestStep { move *= largestStep / distance }
        atoms.position[i] += move
      }
      try simulation.interactions.follow()
      try simulation.computeForces(wantsEnergy: false)
      steps += 1
    }
    atoms.velocity.update(repeating: .zero, count: atoms.count)
    try simulation.computeForces(wantsEnergy: true)
    return Outcome(
      steps: steps, largestForce_eV_A: largest, potentialEnergy_eV: simulation.forces.potential,
      converged: largest <= tolerance_eV_A)
  }
}
