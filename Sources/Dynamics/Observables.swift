import Mathematics

/// Energies, temperature and pressure at a step: of the whole cell, the same on every rank.
package struct Observables: Sendable {
  package var potentialEnergy_eV = 0.0
  package var kineticEnergy_eV = 0.0
  package var conservedEnergy_eV = 0.0
  package var temperature_K = 0.0
  /// Compression positive, by rows. From the atoms; of constrained molecules, from their centres of mass.
  package var pressure_GPa = Tensor3()
  /// From the centres of mass of the molecules: what drives a barostat. Its mean equals that of `pressure_GPa`, up to
  /// the error that a finite time step makes in the virial of stiff bonds.
  package var molecularPressure_GPa = Tensor3()
  package var volume_A3 = 0.0
}
