import Analysis
import Crystal
import Foundation
import Manifest
import Model
import StudyStore

/// Builds the results of a study from the readings of its runs: pools replicas, fits each set over
/// temperature.
///
/// Runs are added in the order of the plan, where the replicas of a temperature follow each other. Each temperature
/// is pooled once its last run has been added, so that memory holds the readings of one temperature, not of the
/// study.
struct ResultsBuilder {
  private let study: StudyDirectory
  private let writeDensities: ([NamedDensity]) throws -> Void
  private let grouping: RunGrouping
  /// Of each set and temperature; nil once it is pooled.
  private var points: [PointPool?]
  private var pooled: [[PooledTemperature]]
  /// Of each set, as its runs were recorded.
  private var species: [String?]
  /// Of each set, once it is known.
  private var charges: [SpeciesCharge?]
  /// Temperatures that could not be pooled, and why.
  private var failed: [(set: Int, temperature_K: Double, message: String)] = []
  /// By run.
  private var parts: [RunPart?]
  /// By point; nil until it is pooled, and once its group is complete.
  private var readings: [PointReading?]
  private let keep: (GroupReading, Int) throws -> Void

  /// - Parameters:
  ///   - writeDensities: is called with the densities of each temperature once it is pooled.
  ///   - keep: is called with what was read of each group of runs, and the group's index.
  init(
    _ study: StudyDirectory, writeDensities: @escaping ([NamedDensity]) throws -> Void,
    keep: @escaping (GroupReading, Int) throws -> Void = { _, _ in }
  ) {
    self.study = study
    self.writeDensities = writeDensities
    self.keep = keep
    parts = study.runs.map { _ in nil }
    grouping = RunGrouping(study.runs)
    points = grouping.points
    pooled = grouping.sets.map { _ in [] }
    species = grouping.species
    charges = grouping.sets.map { _ in nil }
    readings = points.map { _ in nil }
  }

  /// Adds the next run.
  /// - Throws: what writing densities throws. Runs that can't be used are listed as missing instead.
  mutating func add(_ result: RunResult, of run: Int) throws {
    parts[run] = RunPart(result, isShown: StudyCurves.shows(run: run, of: study.runs.count))
    for (species, index) in grouping.pointsOfRun[run].enumerated() {
      let own = result.reading.flatMap { $0.species.indices.contains(species) ? $0.species[species] : nil }
      points[index]?.add(own, volume_A3: result.reading?.volume_A3 ?? 0)
      guard let point = points[index], point.isComplete else { continue }
      points[index] = nil
      let reading = try pool(point)
      readings[index] = reading
      try take(reading, of: index)
    }
    try completeGroup(of: run)
  }

  /// Adds a group of runs as it was read before.
  /// - Throws: what writing densities throws.
  mutating func add(_ reading: GroupReading, ofGroup group: Int) throws {
    for (run, part) in zip(grouping.groups[group].runs, reading.runs) { parts[run] = part }
    for (index, point) in zip(grouping.groups[group].points, reading.points) {
      points[index] = nil
      try take(point, of: index)
    }
  }

  private mutating func completeGroup(of run: Int) throws {
    let index = grouping.groupOfRun[run]
    let group = grouping.groups[index]
    let pooled = group.points.compactMap { readings[$0] }
    guard pooled.count == group.points.count else { return }
    for point in group.points { readings[point] = nil }
    try keep(GroupReading(runs: group.runs.compactMap { parts[$0] }, points: pooled), index)
  }

  private mutating func take(_ reading: PointReading, of point: Int) throws {
    let (set, temperature_K) = (grouping.points[point].set, grouping.points[point].temperature_K)
    if let found = reading.species { species[set] = found }
    if let failure = reading.failure { failed.append((set, temperature_K, failure)) }
    guard let result = reading.pooled else { return }
    pooled[set].append(result)
    try writeDensities(reading.densities)
  }

  private mutating func pool(_ point: PointPool) throws -> PointReading {
    let manifest = study.runs[point.runs[0]].manifest
    var reading = PointReading(species: point.species)
    do {
      let charge = charge(of: point.species, set: point.set, manifest)
      if let result = try point.finish(parameters(manifest.analysis, charge)) {
        reading.pooled = result.temperature.withStanding.leavingOutOverflows
        reading.densities = result.densities
      }
    } catch let error as AnalysisError {
      let names = point.runs.map { study.runs[$0].directoryName }.joined(separator: ", ")
      reading.failure = "\(names): \(error)"
    }
    return reading
  }

  /// The charge of a set's ion, found once.
  private mutating func charge(of species: String?, set: Int, _ manifest: Manifest) -> IonCharge? {
    guard let species else { return nil }
    if charges[set]?.species != species { charges[set] = SpeciesCharge(of: species, manifest) }
    return charges[set]?.charge
  }

  /// - Returns: the results, and the series of all runs that were read.
  /// - Throws: `AnalysisError`.
  func finish() throws -> (summary: StudySummary, curves: StudyCurves, series: [RunSeries]) {
    var summaries: [SetSummary] = []
    var curves: [SetCurves] = []
    var volumes: [[Double]] = []
    for (set, (runs, pooled)) in zip(grouping.sets, pooled).enumerated() {
      let first = study.runs[runs[0]]
      var point = Dictionary(first.otherAxes.map { ($0.axis, $0.value) }) { first, _ in first }
      if let species = grouping.species[set] { point[SetSummary.speciesKey] = species }
      let pooled = pooled.sorted { $0.summary.temperature_K < $1.summary.temperature_K }
      var (summary, curve) = try summariseSet(
        point: point, temperatures: pooled, extrapolateTo_K: first.manifest.analysis.extrapolate_K)
      if let name = species[set] {
        summary.setSpecies(name, charge: charges[set] ?? SpeciesCharge(of: name, first.manifest))
      }
      summary.composition = first.manifest.simulated?.system.realisedComposition
      // A run that could not be read may be damaged, and its ions with it.
      let readable = runs.first { self.parts[$0]?.series != nil }
      let ions = readable.flatMap { study.ionCounts(ofRun: $0) }
      if let readable, let ions { summary.system = study.systemText(ions, ofRun: readable) }
      summary.potential = potentialVerdict(of: first, ions: (ions ?? [:]).keys)
      summary.observables = try rotationBarriers(summary.temperatures).map {
        $0.withStanding(diffusion: nil).leavingOutOverflows
      }
      summaries.append(summary)
      volumes.append(pooled.map(\.volume_A3))
      curves.append(curve)
    }
    let frozen = Set(study.runs.compactMap(Self.frozenIons)).sorted { $0.description < $1.description }
    let parts = parts.compactMap { $0 }
    let series = parts.compactMap(\.series)
    let allMissing =
      parts.flatMap(\.missing)
      + failed.sorted { ($0.set, $0.temperature_K) < ($1.set, $1.temperature_K) }.map(\.message)
    var summary = StudySummary(
      study: study.manifest.study, sets: summaries, complete: allMissing.isEmpty, missing: allMissing,
      warnings: frozen + parts.flatMap(\.warnings))
    summary.vacancyModel = try VacancyComparison(summaries, volumes_A3: volumes)
    let sizes = CellSizeSeries.all(summaries, volumes_A3: volumes)
    if !sizes.isEmpty { summary.cellSizes = sizes }
    let models = ModelComparison.all(summaries)
    if !models.isEmpty { summary.modelComparisons = models }
    let shown = shownSeries
    var whole = StudyCurves(sets: curves, runs: shown)
    if shown.count < series.count { whole.allRuns = series.count }
    return (summary, whole, series)
  }

  /// Of the runs that figures show, with their migration events.
  private var shownSeries: [RunSeries] {
    parts.indices.compactMap { run in
      guard let part = parts[run], var series = part.series, StudyCurves.shows(run: run, of: parts.count)
      else {
        return nil
      }
      series.events = part.events
      return series
    }
  }

  /// What the potential says of the salt of a run; nil for an imported one.
  private func potentialVerdict(of run: RunSpecification, ions: some Collection<String>) -> PotentialVerdict?
  {
    guard let potential = run.manifest.simulated?.potential, !ions.isEmpty else { return nil }
    do { return try potential.verdict(ions: ions) } catch {
      var verdict = PotentialVerdict(potential: potential.text, ions: ions, salts: [])
      verdict.note = "what it says of this salt can't be read: \(error)"
      return verdict
    }
  }

  /// A bound on the diffusion of ions that can't move is not a measurement.
  private static func frozenIons(_ run: RunSpecification) -> Warning? {
    let mobile = run.manifest.analysis.mobile
    let sample = run.manifest.simulated?.stageSettings(at: run.temperature_K).last { $0.isSample }
    let frozen = (sample?.freeze ?? [:]).filter {
      $0.value == .all && (mobile.contains($0.key) || MoleculeKind(formula: $0.key)?.isCation ?? false)
    }.keys.sorted()
    guard !frozen.isEmpty else { return nil }
    return .frozenIons(
      set: run.otherAxes.map { "\($0.axis) \($0.value)" }.joined(separator: ": "), species: frozen)
  }

  private func parameters(_ analysis: AnalysisSpecification, _ charge: IonCharge?) -> PoolingParameters {
    var diffusivity = DiffusivityParameters()
    diffusivity.firstLag_ps = analysis.fit?.from_ps
    diffusivity.lastLag_ps = analysis.fit?.to_ps
    let cutoff: ActiveCutoff? =
      switch analysis.active {
      case nil: nil
      case .cutoff(let area): .squaredDisplacement(A2: area)
      case .conductivity(let value, let at): .conductivity(mS_per_cm: value, temperature_K: at)
      }
    var parameters = PoolingParameters(
      formalCharge_e: charge?.value_e, activeCutoff: cutoff, diffusivity: diffusivity)
    parameters.directions = analysis.directions == .all
    return parameters
  }
}
