import Foundation

/// A chain of three Nosé–Hoover thermostats for any degrees of freedom.
///
/// Martyna, Klein and Tuckerman, J. Chem. Phys. 97, 2635 (1992), integrated as in Martyna et al., Mol. Phys.
/// 87, 1117 (1996), section 4. Masses Q₁ = N_f k_B T τ², Q_k = k_B T τ².
struct NoseHooverChain: Sendable {
  var thermalEnergy_eV: Double
  let damping_ps: Double
  private var position = [Double](repeating: 0, count: 3)
  private var velocity = [Double](repeating: 0, count: 3)

  init(thermalEnergy_eV: Double, damping_ps: Double) {
    self.thermalEnergy_eV = thermalEnergy_eV
    self.damping_ps = damping_ps
  }

  private func mass(_ link: Int, _ degrees: Double) -> Double {
    (link == 0 ? degrees : 1) * thermalEnergy_eV * damping_ps * damping_ps
  }

  /// Integrates the chain for a time.
  /// - Returns: the factor that scales the velocities of the degrees of freedom.
  mutating func act(kinetic_eV: Double, degrees: Double, time_ps time: Double) -> Double {
    guard degrees > 0 else { return 1 }
    let last = velocity.count - 1
    var kinetic = kinetic_eV
    func acceleration(_ link: Int, _ velocity: [Double]) -> Double {
      let drive =
        link == 0
        ? 2 * kinetic - degrees * thermalEnergy_eV
        : mass(link - 1, degrees) * velocity[link - 1] * velocity[link - 1] - thermalEnergy_eV
      return drive / mass(link, degrees)
    }
    func damp(_ link: Int) {
      let factor = exp(-velocity[link + 1] * time / 4)
      velocity[link] = (velocity[link] * factor + acceleration(link, velocity) * time / 2) * factor
    }
    velocity[last] += acceleration(last, velocity) * time / 2
    for link in (0..<last).reversed() { damp(link) }
    let factor = exp(-velocity[0] * time)
    kinetic *= factor * factor
    for link in position.indices { position[link] += velocity[link] * time }
    for link in 0..<last { damp(link) }
    velocity[last] += acceleration(last, velocity) * time / 2
    return factor
  }

  /// eV.
  func energy(degrees: Double) -> Double {
    var sum = degrees * thermalEnergy_eV * position[0]
    for link in position.indices {
      sum += 0.5 * mass(link, degrees) * velocity[link] * velocity[link]
      if link > 0 { sum += thermalEnergy_eV * position[link] }
    }
    return sum
  }

  static let stateCount = 6
  var state: [Double] { position + velocity }

  mutating func restore(_ state: [Double]) {
    guard state.count == Self.stateCount else { return }
    position = Array(state[0..<3])
    velocity = Array(state[3..<6])
  }
}
