import Results

/// The tables of curves over time and cut-off, of cell sizes, and of potentials.
enum CurveTables {
  /// A point of the curves of a temperature, by its index.
  struct Point {
    let t: TemperatureCurves
    let index: Int
  }

  static let activeIons = Table<Point>(
    name: "active-ions.csv", meaning: "The active fraction over the cut-off, for each temperature.",
    columns: [
      TableColumn("temperature", "K", "temperature of the runs") { $0.t.temperature_K },
      TableColumn("cutoff", "Å²", "squared displacement that counts as active") {
        $0.t.activeCutoff_A2.element($0.index)
      },
      TableColumn("active_fraction_final", "1", "share of the mobile ions beyond it at the end") {
        $0.t.activeFraction.element($0.index)
      },
      TableColumn("active_fraction_max", "1", "share of those beyond it at any time") {
        $0.t.activeFractionMax.element($0.index)
      },
    ])

  static let msd = Table<Point>(
    name: "msd.csv", meaning: "The mean squared displacement of the mobile ions, without drift.",
    columns: [
      TableColumn("temperature", "K", "temperature of the runs") { $0.t.temperature_K },
      TableColumn("lag", "ps", "time between two frames") { $0.t.lag_ps.element($0.index) },
      TableColumn(
        "msd", "Å²", "mean squared displacement", equation: "⟨\\|r(t₀ + t) − r(t₀)\\|²⟩"
      ) { $0.t.msd_A2.element($0.index) },
      // In this place for the order of the columns in earlier versions.
      TableColumn("msd_error", "Å²", "its standard error, from blocks or replicas") {
        $0.t.msdError_A2.element($0.index) ?? nil
      },
      TableColumn("in_fit_window", "`true` where D was fitted") { point in
        point.t.lag_ps.element(point.index).map { "\(point.t.isInFitWindow($0))" } ?? ""
      },
    ])

  /// One cell of a comparison of sizes.
  struct Size {
    let temperature_K: Double
    let cell: CellSizeSeries.CellSize
  }

  static let cellSize = Table<Size>(
    name: "cell-size.csv",
    meaning: "D over the size of the cell; only where sets differ in the supercell alone.",
    columns: [
      TableColumn("temperature", "K", "temperature of the runs") { $0.temperature_K },
      TableColumn("supercell", "as the manifest has it") { $0.cell.supercell },
      TableColumn("mobile_ions", "mobile ions in the cell") { "\($0.cell.mobileIons)" },
      TableColumn("length", "Å", "cube root of the cell's volume") { $0.cell.length_A },
      TableColumn("inverse_length", "1/Å", "one over it") { 1 / $0.cell.length_A },
      .diffusivity("diffusivity", "D in this cell") { $0.cell.diffusivity_A2_per_ps },
      .diffusivity("diffusivity_error", "its standard error") { $0.cell.diffusivityError },
      .diffusivity("diffusivity_upper_bound_95", "the 95 % upper bound where there is none") {
        $0.cell.upperBound_A2_per_ps
      },
    ])

  /// A quantity by several potentials.
  struct Compared {
    let temperature_K: Double?
    let quantity: String
    let number: ModelComparison.ComparedNumber
  }

  static let models = Table<Compared>(
    name: "models.csv", meaning: "D and Ea by potentials; only where sets differ in the potential alone.",
    columns: [
      TableColumn("temperature", "K", "temperature of the runs; empty for Ea") { $0.temperature_K },
      TableColumn("quantity", "`ln_diffusivity_cm2_per_s` or `activation_energy_eV`, whose name has the unit")
      {
        $0.quantity
      },
      TableColumn("models", "potentials with a value") { "\($0.number.values.compactMap(\.self).count)" },
      TableColumn("mean", "1", "mean over the potentials, in the unit of the quantity") { $0.number.mean },
      TableColumn("sampling_error", "1", "standard error of sampling with one potential, likewise") {
        $0.number.samplingError
      },
      TableColumn("model_scatter", "1", "scatter from one potential to the other beyond it, likewise") {
        $0.number.modelScatter
      },
    ])
}
