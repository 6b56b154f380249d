import Units

/// Constant temperature by a chain of three Nosé–Hoover thermostats (`NoseHooverChain`) for all velocities, with the
/// damping time as LAMMPS defines it.
package struct NoseHooverThermostat: Thermostat {
  private var chain: NoseHooverChain

  package init(temperature_K: Double, damping_ps: Double) {
    chain = NoseHooverChain(thermalEnergy_eV: Constants.boltzmann * temperature_K, damping_ps: damping_ps)
  }

  package mutating func setTemperature(_ temperature_K: Double) {
    chain.thermalEnergy_eV = Constants.boltzmann * temperature_K
  }

  package mutating func act(on propagator: AtomPropagator, time_ps: Double) {
    propagator.scale(
      chain.act(kinetic_eV: propagator.kineticEnergy, degrees: propagator.degreesOfFreedom, time_ps: time_ps))
  }

  package func reservoirEnergy(_ propagator: AtomPropagator) -> Double {
    propagator.domain.communicator.isRoot ? chain.energy(degrees: propagator.degreesOfFreedom) : 0
  }

  package var state: [Double] { chain.state }
  package mutating func restore(_ state: [Double]) { chain.restore(state) }
}
