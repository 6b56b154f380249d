import Foundation
import Mathematics
import Units

/// Constant temperature by friction and noise, split as kick–drift–noise–drift–kick ("BAOAB"): Leimkuhler and
/// Matthews, J. Chem. Phys. 138, 174102 (2013), whose configurations are exact for harmonic forces.
package struct Langevin: Thermostat {
  package let temperature_K: Double
  package let friction_perPs: Double
  private let random: CounterRandom
  /// What the noise has put in, eV: this rank's share since the run's start.
  private var heat = 0.0

  package init(temperature_K: Double, friction_perPs: Double, seed: UInt64) {
    self.temperature_K = temperature_K
    self.friction_perPs = friction_perPs
    random = CounterRandom(seed: seed)
  }

  package var isInMiddle: Bool { true }

  package mutating func actInMiddle(on motion: AtomPropagator, time_ps: Double, step: Int64) {
    heat += motion.thermalise(
      decay: exp(-friction_perPs * time_ps), thermalEnergy_eV: Constants.boltzmann * temperature_K,
      random: random, purpose: .noise, step: step)
  }

  /// Noise pushes the cell as a whole too; what is taken out of it counts as heat that left.
  package mutating func count(removed_eV: Double, isRoot: Bool) { if isRoot { heat -= removed_eV } }

  package func reservoirEnergy(_ motion: AtomPropagator) -> Double { -heat }
  package var state: [Double] { [heat] }
  /// Heat is counted by ranks; its sum goes on with one of them.
  package func redistribute(_ states: [[Double]], isRoot: Bool) -> [Double] {
    [isRoot ? states.reduce(0) { $0 + ($1.first ?? 0) } : 0]
  }

  package mutating func restore(_ state: [Double]) { heat = state.first ?? 0 }
}
