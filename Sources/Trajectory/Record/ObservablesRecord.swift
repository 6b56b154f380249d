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
  /// How far atoms are from a model's training set: the mean and the largest extrapolation grade γ and the number of
  /// atoms with γ > 1, `[kind][3]`, in the order of `RecordPlanSummary.extrapolation`; empty without an active set.
  public var extrapolationGrades: [Double]

  package init(
    potentialEnergy_eV: Double, kineticEnergy_eV: Double, conservedEnergy_eV: Double,
    temperature_K: Double, pressure_GPa: [Double], volume_A3: Double,
    molecularPressure_GPa: Double, modelDeviations_eV_per_A: [Double] = [], extrapolationGrades: [Double] = []
  ) {
    self.potentialEnergy_eV = potentialEnergy_eV
    self.kineticEnergy_eV = kineticEnergy_eV
    self.conservedEnergy_eV = conservedEnergy_eV
    self.temperature_K = temperature_K
    self.pressure_GPa = pressure_GPa
    self.volume_A3 = volume_A3
    self.molecularPressure_GPa = molecularPressure_GPa
    self.modelDeviations_eV_per_A = modelDeviations_eV_per_A
    self.extrapolationGrades = extrapolationGrades
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

  /// What is recorded for elements and kinds of ions, where the plan has any.
  struct ByKind: Sendable {
    var name: String
    var unit: String
    /// Numbers of each kind.
    var width: Int
    var kinds: @Sendable (RecordPlanSummary) -> [String]?
    var field: @Sendable (ObservablesRecord) -> [Double]
  }

  static let deviations = ByKind(
    name: "model_deviation", unit: "eV Angstrom-1", width: 2, kinds: { $0.deviations },
    field: { $0.modelDeviations_eV_per_A })
  static let extrapolation = ByKind(
    name: "extrapolation_grade", unit: "1", width: 3, kinds: { $0.extrapolation },
    field: { $0.extrapolationGrades })
  static let byKind = [deviations, extrapolation]
}
