import Analysis
import Crystal
import Foundation
import Manifest
import StudyStore

/// Turns what is read of a study's runs into its results: pools replicas, fits each set over temperature.
///
/// Takes the runs one by one in the order of the plan, where the replicas of a temperature come one after the
/// other: each temperature is pooled when its last run has come, so that memory holds the readings of one
/// temperature and not those of the study.
struct ResultsBuilder {
  private let study: StudyDirectory
  private let writeDensities: ([NamedDensity]) throws -> Void
  private let places: RunGrouping
  /// Of each set and temperature; nil once it is pooled.
  private var points: [PointPool?]
  private var pooled: [[PooledTemperature]]
  /// Temperatures that could not be pooled, and why.
  private var failed: [(set: Int, temperature_K: Double, message: String)] = []
  private var missing: [String] = []
  private var runNotes: [String] = []
  private var series: [RunSeries] = []
  /// Of some of the runs, with their events.
  private var shownSeries: [RunSeries] = []

  /// - Parameter writeDensities: gets the densities of each temperature once it is pooled.
  init(_ study: StudyDirectory, writeDensities: @escaping ([NamedDensity]) throws -> Void) {
    self.study = study
    self.writeDensities = writeDensities
    places = RunGrouping(study.runs)
    points = places.points
    pooled = places.sets.map { _ in [] }
  }

  /// Takes the outcome of the next run.
  /// - Throws: what writing densities throws; what the results lack is not thrown but named.
  mutating func add(_ outcome: RunResult, of run: Int) throws {
    missing += outcome.missing
    runNotes += outcome.notes
    if let reading = outcome.reading {
      series.append(reading.series)
      if StudyCurves.shows(run: run, of: study.runs.count) {
        var shown = reading.series
        shown.events = reading.mechanism.events
        shownSeries.append(shown)
      }
    }
    let place = places.pointOfRun[run]
    points[place]?.add(outcome.reading)
    guard let point = points[place], point.isComplete else { return }
    points[place] = nil
    try pool(point)
  }

  private mutating func pool(_ point: PointPool) throws {
    let analysis = study.runs[point.runs[0]].manifest.analysis
    do {
      guard let result = try point.finish(parameters(analysis)) else { return }
      pooled[point.set].append(result.temperature)
      try writeDensities(result.densities)
    } catch let error as AnalysisError {
      let names = point.runs.map { study.runs[$0].directoryName }.joined(separator: ", ")
      failed.append((point.set, point.temperature_K, "\(names): \(error)"))
    }
  }

  /// - Returns: the results, and the series of all runs that were read.
  /// - Throws: `AnalysisError`.
  func finish() throws -> (summary: StudySummary, curves: StudyCurves, series: [RunSeries]) {
    var summaries: [SetSummary] = []
    var curves: [SetCurves] = []
    var volumes: [[Double]] = []
    for (runs, pooled) in zip(places.sets, pooled) {
      let first = study.runs[runs[0]]
      let point = Dictionary(first.otherAxes.map { ($0.axis, $0.value) }) { first, _ in first }
      let pooled = pooled.sorted { $0.summary.temperature_K < $1.summary.temperature_K }
      var (summary, curve) = try summariseSet(
        point: point, temperatures: pooled, extrapolateTo_K: first.manifest.analysis.extrapolate_K)
      summary.composition = first.manifest.system.trueComposition
      summary.observables = rotationBarriers(summary.temperatures)
      summaries.append(summary)
      volumes.append(pooled.map(\.ions.volume_A3))
      curves.append(curve)
    }
    let notes = Set(study.runs.compactMap(Self.frozenNote)).sorted() + runNotes
    let lacking =
      missing
      + failed.sorted { ($0.set, $0.temperature_K) < ($1.set, $1.temperature_K) }.map(\.message)
    var summary = StudySummary(
      study: study.manifest.study, sets: summaries, complete: lacking.isEmpty, missing: lacking, notes: notes)
    summary.vacancyModel = VacancyComparison(summaries, volumes_A3: volumes)
    var whole = StudyCurves(sets: curves, runs: shownSeries)
    if shownSeries.count < series.count { whole.allRuns = series.count }
    return (summary, whole, series)
  }

  /// A bound on the diffusion of what could not move is no measurement.
  private static func frozenNote(_ run: RunSpecification) -> String? {
    let frozen = (run.manifest.dynamics.freeze?.species ?? [:]).filter {
      $0.value == .all && MoleculeKind(elements: [$0.key]).isCation
    }.keys.sorted()
    guard !frozen.isEmpty else { return nil }
    let point = run.otherAxes.map { "\($0.axis) \($0.value): " }.joined()
    return "\(point)\(frozen.joined(separator: ", ")) frozen: bounds on its diffusion say nothing"
  }

  private func parameters(_ analysis: AnalysisSpecification) -> PoolingParameters {
    var diffusivity = DiffusivityParameters()
    diffusivity.firstLag_ps = analysis.fit?.from_ps
    diffusivity.lastLag_ps = analysis.fit?.to_ps
    let cutoff: ActiveCutoff? =
      switch analysis.active {
      case nil: nil
      case .cutoff(let area): .squaredDisplacement(A2: area)
      case .conductivity(let value, let at): .conductivity(mS_per_cm: value, temperature_K: at)
      }
    return PoolingParameters(formalCharge_e: analysis.charge, activeCutoff: cutoff, diffusivity: diffusivity)
  }
}
