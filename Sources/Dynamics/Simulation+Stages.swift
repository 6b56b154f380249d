import Crystal

/// What changes between the stages of a run, and during one.
extension Simulation {
  /// Changes the target temperature of thermostat and barostat, for a ramp.
  /// - Returns: by how much this changes the energy of the reservoirs, eV: this rank's part, to be summed.
  package func setTemperature(_ temperature_K: Double) -> Double {
    let before = integrator.reservoirEnergy(propagator)
    integrator.setTemperature(temperature_K)
    return integrator.reservoirEnergy(propagator) - before
  }

  /// Puts the molecules into another cell: their centres of mass keep their fractional coordinates, their shapes and all
  /// velocities are kept. Decomposition and mesh are made for that cell. Every rank must call.
  package func changeCell(to cell: Cell) throws {
    propagator.strainCentres(by: cell.deformation(from: domain.cell))
    try forceEvaluator.rebuild()
    try redecompose()
  }
}
