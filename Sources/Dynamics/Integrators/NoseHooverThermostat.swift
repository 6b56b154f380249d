import Units

/// Constant temperature by a chain of three Nosé–Hoover thermostats (`NoseHooverChain`) on all velocities; the damping
/// time is as LAMMPS defines it.
package struct NoseHooverThermostat: Thermostat {
  private var chain: NoseHooverChain

  package init(temperature_K: Double, damping_ps: Double) {
    chain = NoseHooverChain(thermalEnergy_eV: Constants.boltzmann * temperature_K, damping_ps: damping_ps)
  }

  package mutating func act(on motion: AtomPropagator, time_ps: Double) {
    motion.scale(
      chain.act(kinetic_eV: motion.kineticEnergy, degrees: motion.degreesOfFreedom, time_ps: time_ps))
  }

  package func reservoirEnergy(_ motion: AtomPropagator) -> Double {
    motion.domain.communicator.isRoot ? chain.energy(degrees: motion.degreesOfFreedom) : 0
  }

  package var state: [Double] { chain.state }
  package mutating func restore(_ state: [Double]) { chain.restore(state) }
}
