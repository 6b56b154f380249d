import Foundation
import HDF5
import Mechanism
import Support

/// `results/results.h5`: every value with its unit and, beside it, its uncertainty. A value that is not
/// determined is NaN.
enum ResultsFile {
  /// - Parameter series: of all runs that were read.
  /// - Throws: ``FileError``, ``RunFailure``.
  static func write(
    _ summary: StudySummary, _ curves: StudyCurves, series: [RunSeries], to path: String
  ) throws {
    do { try replace(path, summary, curves, series) } catch let error as HDF5Error {
      guard let code = error.systemCode else { throw RunFailure("can't write \(path): \(error.detail)") }
      throw FileError(path, .write, code: code)
    }
  }

  private static func replace(
    _ path: String, _ summary: StudySummary, _ curves: StudyCurves, _ series: [RunSeries]
  ) throws {
    try AtomicFile.replace(path) { temporary in
      let file = try HDF5File.create(temporary, replacing: true)
      let root = try file.root()
      try root.setAttribute("study", summary.study)
      try root.setAttribute("complete", Int64(summary.complete ? 1 : 0))
      let sets = try root.createGroup("sets")
      for (index, pair) in zip(summary.sets, curves.sets).enumerated() {
        try write(pair.0, pair.1, in: try sets.createGroup(String(format: "%04d", index)))
      }
      let runs = try root.createGroup("runs")
      for run in series {
        let group = try runs.createGroup(run.run)
        try put(run.time_ps, "time", "ps", group)
        try put(run.temperature_K, "temperature", "K", group)
        try put(run.potentialEnergy_eV, "potential_energy", "eV", group)
        try put(run.conservedEnergy_eV, "conserved_energy", "eV", group)
      }
      try file.close()
    }
  }

  private static func write(_ set: SetSummary, _ curves: SetCurves, in group: HDF5Group) throws {
    for (axis, value) in set.point.sorted(by: { $0.key < $1.key }) { try group.setAttribute(axis, value) }
    func column(_ name: String, _ unit: String, _ value: (TemperatureSummary) -> Double?) throws {
      try put(set.temperatures.map { value($0) ?? .nan }, name, unit, group)
    }
    if let x = set.composition { try put([x], "composition", "1", group) }
    try column("temperature", "K") { $0.temperature_K }
    try column("diffusivity", "Angstrom2 ps-1") { $0.diffusivity_A2_per_ps }
    try column("diffusivity_error", "Angstrom2 ps-1") { $0.diffusivityError }
    try column("diffusivity_upper_bound", "Angstrom2 ps-1") { $0.upperBound_A2_per_ps }
    try column("conductivity", "mS cm-1") { $0.conductivity_mS_per_cm }
    try column("conductivity_error", "mS cm-1") { $0.conductivityError }
    try column("hops", "1") { Double($0.hops) }
    try column("active_fraction", "1") { $0.activeFraction }
    try column("active_fraction_max", "1") { $0.activeFractionMax }
    try column("active_fraction_error", "1") { $0.activeFractionError }
    try column("active_fraction_homogeneous", "1") { $0.activeFractionHomogeneous }
    try column("sampled", "ps") { $0.sampled_ps }
    try put([set.activationEnergy_eV ?? .nan], "activation_energy", "eV", group)
    try put([set.activationEnergyError_eV ?? .nan], "activation_energy_error", "eV", group)
    try put([set.prefactor_A2_per_ps ?? .nan], "prefactor", "Angstrom2 ps-1", group)
    let extrapolated = try group.createGroup("extrapolated")
    try put(set.extrapolated.map(\.temperature_K), "temperature", "K", extrapolated)
    try put(set.extrapolated.map(\.conductivity_mS_per_cm), "conductivity", "mS cm-1", extrapolated)
    for (k, end) in ["low", "high"].enumerated() {
      try put(set.extrapolated.map { $0.interval68[k] }, "interval_68_\(end)", "mS cm-1", extrapolated)
      try put(set.extrapolated.map { $0.interval95[k] }, "interval_95_\(end)", "mS cm-1", extrapolated)
    }
    for t in curves.temperatures {
      let curve = try group.createGroup("T\(fourDigits(t.temperature_K))K")
      try put(t.lag_ps, "lag", "ps", curve)
      try put(t.msd_A2, "msd", "Angstrom2", curve)
      try put(t.msdError_A2.map { $0 ?? .nan }, "msd_error", "Angstrom2", curve)
      try put(t.activeCutoff_A2, "active_cutoff", "Angstrom2", curve)
      try put(t.activeFraction, "active_fraction", "1", curve)
      try put(t.activeFractionMax, "active_fraction_max", "1", curve)
      try write(t.observables, set.temperatures.first { $0.temperature_K == t.temperature_K }, in: curve)
    }
  }

  /// `observables/<name>/<series>/{x, value, error}` and `values/<name>/<series>/{value, error,
  /// interval_68, interval_95}`.
  private static func write(
    _ curves: [ObservableCurve], _ summary: TemperatureSummary?, in group: HDF5Group
  ) throws {
    let observables = try group.createGroup("observables")
    for curve in curves {
      let description = ObservableCatalogue.curve(curve.observable)
      let own = try self.group(curve.observable, in: observables).createGroup(plain(curve.series))
      try put(curve.x, "x", description?.xUnit ?? "1", own)
      try put(curve.y.map { $0 ?? .nan }, "value", description?.yUnit ?? "1", own)
      try put(curve.error.map { $0 ?? .nan }, "error", description?.yUnit ?? "1", own)
    }
    let values = try group.createGroup("values")
    for value in summary?.observables ?? [] {
      let own = try self.group(value.name, in: values).createGroup(plain(value.series))
      try put([value.value ?? .nan], "value", value.unit, own)
      try put([value.error ?? .nan], "error", value.unit, own)
      try put(value.interval68 ?? [.nan, .nan], "interval_68", value.unit, own)
      try put(value.interval95 ?? [.nan, .nan], "interval_95", value.unit, own)
    }
  }

  private static func group(_ name: String, in parent: HDF5Group) throws -> HDF5Group {
    try parent.exists(name) ? parent.group(name) : parent.createGroup(name)
  }

  /// The name without path separators.
  private static func plain(_ series: String) -> String { series.replacing("/", with: "_") }

  private static func put(_ values: [Double], _ name: String, _ unit: String, _ group: HDF5Group) throws {
    try group.writeDataset(name, values)
    try group.dataset(name).setAttribute("unit", unit)
  }
}
