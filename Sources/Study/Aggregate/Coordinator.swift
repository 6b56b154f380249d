import Analysis
import Crystal
import Foundation

/// Turns what was read of a study's runs into its results: pools replicas, fits each set over temperature.
struct Coordinator {
  let study: StudyDirectory
  private(set) var missing: [String]
  /// Of every set and temperature, once aggregated.
  private(set) var densities: [NamedDensity] = []
  /// By the run's index.
  private let readings: [Int: RunReading]

  /// - Parameter outcomes: one for each run, in the order of the runs.
  init(_ study: StudyDirectory, outcomes: [RunOutcome]) {
    self.study = study
    missing = outcomes.flatMap(\.missing)
    var readings: [Int: RunReading] = [:]
    for (run, outcome) in zip(study.runs, outcomes) { readings[run.index] = outcome.reading }
    self.readings = readings
  }

  /// - Throws: `AnalysisError`; what is missing is not thrown but named.
  mutating func aggregate() throws -> (summary: StudySummary, curves: StudyCurves) {
    var summaries: [SetSummary] = []
    var curves: [SetCurves] = []
    var volumes: [[Double]] = []
    for set in study.sets() {
      var pooled: [PooledTemperature] = []
      for temperature in Set(set.map(\.temperature_K)).sorted() {
        let runs = set.filter { $0.temperature_K == temperature }
        let usable = runs.compactMap { readings[$0.index] }
        guard !usable.isEmpty, let manifest = runs.first?.manifest else { continue }
        do {
          var point = try poolTemperature(
            temperature_K: temperature, runs: usable.map(\.mobility),
            volume_A3: usable.reduce(0) { $0 + $1.volume_A3 } / Double(usable.count),
            parameters: parameters(manifest.analysis))
          let mechanisms = usable.map(\.mechanism)
          MechanismPooling.add(mechanisms, to: &point)
          densities += MechanismPooling.densities(mechanisms).map {
            NamedDensity(set: summaries.count, temperature_K: temperature, grid: $0, mechanism: mechanisms[0])
          }
          pooled.append(point)
        } catch let error as AnalysisError {
          missing.append("\(runs.map(\.directoryName).joined(separator: ", ")): \(error)")
        }
      }
      let point = Dictionary(set[0].otherAxes.map { ($0.axis, $0.value) }) { first, _ in first }
      var (summary, curve) = try summariseSet(
        point: point, temperatures: pooled, extrapolateTo_K: set[0].manifest.analysis.extrapolate_K)
      summary.composition = set[0].manifest.system.trueComposition
      summary.observables = rotationBarriers(summary.temperatures)
      summaries.append(summary)
      volumes.append(pooled.map(\.ions.volume_A3))
      curves.append(curve)
    }
    let notes = Set(study.runs.compactMap(Self.frozenNote)).sorted()
    let vacancies = VacancyComparison(summaries, volumes_A3: volumes)
    let series = study.runs.compactMap { run in
      readings[run.index].map { reading in
        var series = reading.series
        series.events = reading.mechanism.events
        return series
      }
    }
    var whole = StudySummary(
      study: study.manifest.study, sets: summaries, complete: missing.isEmpty, missing: missing, notes: notes)
    whole.vacancyModel = vacancies
    return (
      whole,
      StudyCurves(sets: curves, runs: series)
    )
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

func rounded(_ value: Double) -> String { String(format: "%.4g", value) }
