/// The observables of the whole cell at one step.
public struct ObservablesRecord: Sendable, Equatable {
  /// eV, of the whole system.
  public var potentialEnergy_eV: Double
  /// eV, of the whole system.
  public var kineticEnergy_eV: Double
  /// The conserved quantity of the dynamics, thermostats included.
  public var conservedEnergy_eV: Double
  /// K, from the kinetic energy.
  public var temperature_K: Double
  /// Nine components, row by row; compression is positive.
  public var pressure_GPa: [Double]
  /// Å³.
  public var volume_A3: Double
  /// From the molecules' centres of mass, a third of the trace: drives the barostat.
  public var molecularPressure_GPa: Double
  /// How far the members of a committee of models disagree on forces, eV/Å: the root mean square and the largest
  /// deviation, `[kind][2]`, in the order of `RecordPlanSummary.deviations`; empty without a committee.
  public var modelDeviations_eV_per_A: [Double]

  package init(
    potentialEnergy_eV: Double, kineticEnergy_eV: Double, conservedEnergy_eV: Double,
    temperature_K: Double, pressure_GPa: [Double], volume_A3: Double,
    molecularPressure_GPa: Double, modelDeviations_eV_per_A: [Double] = []
  ) {
    self.potentialEnergy_eV = potentialEnergy_eV
    self.kineticEnergy_eV = kineticEnergy_eV
    self.conservedEnergy_eV = conservedEnergy_eV
    self.temperature_K = temperature_K
    self.pressure_GPa = pressure_GPa
    self.volume_A3 = volume_A3
    self.molecularPressure_GPa = molecularPressure_GPa
    self.modelDeviations_eV_per_A = modelDeviations_eV_per_A
  }

  /// Names and units in the file, and the field of each; the pressure is separate because of its shape.
  static let scalars: [(name: String, unit: String, field: @Sendable (Self) -> Double)] = [
    ("potential_energy", "eV", { $0.potentialEnergy_eV }),
    ("kinetic_energy", "eV", { $0.kineticEnergy_eV }),
    ("conserved_energy", "eV", { $0.conservedEnergy_eV }),
    ("temperature", "K", { $0.temperature_K }),
    ("volume", "Angstrom+3", { $0.volume_A3 }),
    ("molecular_pressure", "GPa", { $0.molecularPressure_GPa }),
  ]
  static let pressureName = "pressure"
  static let pressureUnit = "GPa"
  static let deviationName = "model_deviation"
  static let deviationUnit = "eV Angstrom-1"
}
