import Crystal
import Foundation
import Potentials

/// Constant temperature by friction and noise, split as kick–drift–noise–drift–kick ("BAOAB"): Leimkuhler and
/// Matthews, J. Chem. Phys. 138, 174102 (2013), whose configurations are exact for harmonic forces.
public struct Langevin: Integrator {
  public let temperature_K: Double
  public let friction_perPs: Double
  private let random: CounterRandom
  /// What the noise has put in, eV: this rank's share since the run's start.
  private var heat = 0.0

  public init(temperature_K: Double, friction_perPs: Double, seed: UInt64) {
    self.temperature_K = temperature_K
    self.friction_perPs = friction_perPs
    random = CounterRandom(seed: seed)
  }

  public mutating func advance(_ motion: Motion, timestep_ps: Double, step: Int64) {
    motion.kick(timestep_ps / 2)
    motion.drift(timestep_ps / 2)
    let atoms = motion.domain.atoms
    let decay = exp(-friction_perPs * timestep_ps)
    let spread = ((1 - decay * decay) * Constants.boltzmann * temperature_K).squareRoot()
    for i in 0..<atoms.count {
      let mass = motion.masses[Int(atoms.type[i])]
      let old = atoms.velocity[i]
      let noise = random.normal3(.noise, id: atoms.id[i], step: step)
      let new = old * decay + noise * (spread / mass.squareRoot())
      atoms.velocity[i] = new
      heat += 0.5 * mass * (dot(new, new) - dot(old, old))
    }
    motion.drift(timestep_ps / 2)
  }

  public mutating func complete(_ motion: Motion, timestep_ps: Double) throws {
    motion.kick(timestep_ps / 2)
    // Noise pushes the cell as a whole too; what is taken out of it counts as heat that left.
    let removed = try motion.settle()
    if motion.domain.communicator.isRoot { heat -= removed }
  }

  public func reservoirEnergy(_ motion: Motion) -> Double { -heat }
  public var state: [Double] { [heat] }
  /// Heat is counted by ranks; its sum goes on with one of them.
  public func redistribute(_ states: [[Double]], isRoot: Bool) -> [Double] {
    [isRoot ? states.reduce(0) { $0 + ($1.first ?? 0) } : 0]
  }

  public mutating func restore(_ state: [Double]) { heat = state.first ?? 0 }
}
