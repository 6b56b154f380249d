import Potentials

/// Constant temperature by a chain of three Nosé–Hoover thermostats (`Chain`) on all velocities; the damping
/// time is as LAMMPS defines it.
public struct NoseHooverChain: Thermostat {
  private var chain: Chain

  public init(temperature_K: Double, damping_ps: Double) {
    chain = Chain(thermalEnergy_eV: Constants.boltzmann * temperature_K, damping_ps: damping_ps)
  }

  public mutating func act(on motion: Motion, time_ps: Double) {
    motion.scale(
      chain.act(kinetic_eV: motion.kineticEnergy, degrees: motion.degreesOfFreedom, time_ps: time_ps))
  }

  public func reservoirEnergy(_ motion: Motion) -> Double {
    motion.domain.communicator.isRoot ? chain.energy(degrees: motion.degreesOfFreedom) : 0
  }

  public var state: [Double] { chain.state }
  public mutating func restore(_ state: [Double]) { chain.restore(state) }
}
