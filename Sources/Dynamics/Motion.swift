import Crystal
import Decomposition
import MPI
import Potentials

/// Velocities and kinetic energy of all ranks' atoms.
///
/// The cell as a whole stands still: its momentum is taken out at every step, because mesh forces do not sum
/// to zero exactly and noise not at all. So there are 3N − 3 degrees of freedom.
public final class Motion {
  let domain: Domain
  /// eV/(Å/ps)², by type.
  let masses: [Double]
  public let degreesOfFreedom: Double
  private let totalMass: Double
  /// eV, the same on every rank.
  public internal(set) var kineticEnergy = 0.0

  init(domain: Domain) {
    self.domain = domain
    masses = domain.topology.masses_amu.map { $0 * Constants.massVelocity }
    degreesOfFreedom = 3 * Double(domain.topology.atomCount) - 3
    let masses = self.masses
    totalMass = domain.topology.typeOfAtom.reduce(0) { $0 + masses[Int($1)] }
  }

  public var temperature_K: Double { 2 * kineticEnergy / (degreesOfFreedom * Constants.boltzmann) }

  /// Σ m v ⊗ v, eV, over all ranks.
  public func kineticTensor() throws -> Virial {
    let atoms = domain.atoms
    var tensor = Virial()
    for i in 0..<atoms.count {
      let v = atoms.velocity[i]
      tensor.add(v, v * masses[Int(atoms.type[i])])
    }
    var sums = tensor.elements
    try domain.communicator.reduce(&sums, .sum)
    return Virial(sums[0..<9])
  }

  /// Takes the momentum of the whole out and measures the kinetic energy: the one reduction of a step.
  /// - Returns: the kinetic energy that went with the momentum, eV, the same on every rank.
  @discardableResult
  func settle() throws -> Double {
    let atoms = domain.atoms
    var momentum = Vector3()
    var energy = 0.0
    for i in 0..<atoms.count {
      let v = atoms.velocity[i]
      let mv = v * masses[Int(atoms.type[i])]
      momentum += mv
      energy += 0.5 * dot(mv, v)
    }
    var sums = [momentum.x, momentum.y, momentum.z, energy]
    try domain.communicator.reduce(&sums, .sum)
    momentum = [sums[0], sums[1], sums[2]]
    let drift = momentum / totalMass
    for i in 0..<atoms.count { atoms.velocity[i] -= drift }
    let removed = 0.5 * dot(momentum, drift)
    kineticEnergy = sums[3] - removed
    return removed
  }

  /// v += F/m · time.
  func kick(_ time_ps: Double) {
    let atoms = domain.atoms
    masses.withUnsafeBufferPointer { masses in
      for i in 0..<atoms.count {
        atoms.velocity[i] += atoms.force[i] * (time_ps / masses[Int(atoms.type[i])])
      }
    }
  }

  /// r += v · time.
  func drift(_ time_ps: Double) {
    let position = domain.atoms.position
    let velocity = domain.atoms.velocity
    for i in 0..<domain.atoms.count { position[i] += velocity[i] * time_ps }
  }

  func scale(_ factor: Double) {
    let atoms = domain.atoms
    for i in 0..<atoms.count { atoms.velocity[i] *= factor }
    kineticEnergy *= factor * factor
  }

  /// Maxwell velocities by atom id, brought to the temperature exactly.
  func draw(temperature_K: Double, seed: UInt64) throws {
    let atoms = domain.atoms
    let random = CounterRandom(seed: seed)
    for i in 0..<atoms.count {
      let width = (Constants.boltzmann * temperature_K / masses[Int(atoms.type[i])]).squareRoot()
      atoms.velocity[i] = random.normal3(.velocity, id: atoms.id[i], step: 0) * width
    }
    try settle()
    if kineticEnergy > 0 {
      scale((0.5 * degreesOfFreedom * Constants.boltzmann * temperature_K / kineticEnergy).squareRoot())
    }
  }
}
