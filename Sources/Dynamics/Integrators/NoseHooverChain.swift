import Foundation
import Potentials

/// Constant temperature by a chain of three Nosé–Hoover thermostats.
///
/// Martyna, Klein and Tuckerman, J. Chem. Phys. 97, 2635 (1992), integrated as in Martyna et al., Mol. Phys.
/// 87, 1117 (1996), section 4. Masses Q₁ = N_f k_B T τ², Q_k = k_B T τ², where τ is the damping time as
/// LAMMPS defines it.
public struct NoseHooverChain: Integrator {
  public var temperature_K: Double
  public let damping_ps: Double
  private var position = [Double](repeating: 0, count: 3)
  private var velocity = [Double](repeating: 0, count: 3)

  public init(temperature_K: Double, damping_ps: Double) {
    self.temperature_K = temperature_K
    self.damping_ps = damping_ps
  }

  public mutating func advance(_ motion: Motion, timestep_ps: Double, step: Int64) {
    thermostat(motion, timestep_ps / 2)
    motion.kick(timestep_ps / 2)
    motion.drift(timestep_ps)
  }

  public mutating func complete(_ motion: Motion, timestep_ps: Double) throws {
    motion.kick(timestep_ps / 2)
    try motion.settle()
    thermostat(motion, timestep_ps / 2)
  }

  private func mass(_ link: Int, _ motion: Motion) -> Double {
    (link == 0 ? motion.degreesOfFreedom : 1) * thermalEnergy * damping_ps * damping_ps
  }

  private var thermalEnergy: Double { Constants.boltzmann * temperature_K }

  private mutating func thermostat(_ motion: Motion, _ time: Double) {
    let last = velocity.count - 1
    var kinetic = motion.kineticEnergy
    func acceleration(_ link: Int, _ velocity: [Double]) -> Double {
      let drive =
        link == 0
        ? 2 * kinetic - motion.degreesOfFreedom * thermalEnergy
        : mass(link - 1, motion) * velocity[link - 1] * velocity[link - 1] - thermalEnergy
      return drive / mass(link, motion)
    }
    func damp(_ link: Int) {
      let factor = exp(-velocity[link + 1] * time / 4)
      velocity[link] = (velocity[link] * factor + acceleration(link, velocity) * time / 2) * factor
    }
    velocity[last] += acceleration(last, velocity) * time / 2
    for link in (0..<last).reversed() { damp(link) }
    let factor = exp(-velocity[0] * time)
    motion.scale(factor)
    kinetic = motion.kineticEnergy
    for link in position.indices { position[link] += velocity[link] * time }
    for link in 0..<last { damp(link) }
    velocity[last] += acceleration(last, velocity) * time / 2
  }

  public func reservoirEnergy(_ motion: Motion) -> Double {
    guard motion.domain.communicator.isRoot else { return 0 }
    var sum = motion.degreesOfFreedom * thermalEnergy * position[0]
    for link in position.indices {
      sum += 0.5 * mass(link, motion) * velocity[link] * velocity[link]
      if link > 0 { sum += thermalEnergy * position[link] }
    }
    return sum
  }

  public var state: [Double] { position + velocity }

  public mutating func restore(_ state: [Double]) {
    guard state.count == 6 else { return }
    position = Array(state[0..<3])
    velocity = Array(state[3..<6])
  }
}
