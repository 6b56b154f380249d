import Foundation
import Mathematics
import Units

/// Constant temperature by friction and noise, split as kick–drift–noise–drift–kick ("BAOAB"): Leimkuhler and
/// Matthews, J. Chem. Phys. 138, 174102 (2013), whose configurations are exact for harmonic forces.
package struct Langevin: Thermostat {
  package private(set) var temperature_K: Double
  package let friction_perPs: Double
  private let random: CounterRandom
  /// Energy that the noise has added on this rank since the start of the run, eV.
  private var heat = 0.0

  package init(temperature_K: Double, friction_perPs: Double, seed: UInt64) {
    self.temperature_K = temperature_K
    self.friction_perPs = friction_perPs
    random = CounterRandom(seed: seed)
  }

  package mutating func setTemperature(_ temperature_K: Double) { self.temperature_K = temperature_K }

  package var isInMiddle: Bool { true }

  package mutating func actInMiddle(on propagator: AtomPropagator, time_ps: Double, step: Int64) {
    heat += propagator.thermalise(
      decay: exp(-friction_perPs * time_ps), thermalEnergy_eV: Constants.boltzmann * temperature_K,
      random: random, purpose: .noise, step: step)
  }

  /// The noise also adds momentum to the whole cell; the energy removed with it counts as heat that left.
  package mutating func count(removed_eV: Double, isRoot: Bool) { if isRoot { heat -= removed_eV } }

  package func reservoirEnergy(_ propagator: AtomPropagator) -> Double { -heat }
  package var state: [Double] { [heat] }
  /// Each rank counts its heat; the root continues with the sum.
  package func redistribute(_ states: [[Double]], isRoot: Bool) -> [Double] {
    [isRoot ? states.reduce(0) { $0 + ($1.first ?? 0) } : 0]
  }

  package mutating func restore(_ state: [Double]) { heat = state.first ?? 0 }
}
