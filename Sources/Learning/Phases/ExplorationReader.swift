import Manifest
import StudyStore
import Support
import Trajectory

/// Reads what a committee did in the runs of a study.
struct ExplorationReader {
  let study: StudyDirectory
  /// Of the largest deviation of a record, eV/Å.
  let bound_eV_A: Double

  /// How a run that is not to be tried again has ended; nil for one that is to go on.
  ///
  /// What went wrong in the dynamics is a finding. A full disk, a rank that was killed or a machine that stands still is none.
  static func end(_ state: RunState) -> Exploration.End? {
    switch (state.state, state.reason) {
    case (.done, _): .whole
    case (.failed, .potentialBound): .deviation
    case (.failed, nil): .broken
    default: nil
    }
  }

  /// - Throws: ``InputError`` or ``RunFailure`` for records that can't be read, and where no run has a record.
  func read() throws -> Exploration {
    var sums: [(name: String, square: Double, largest: Double)] = []
    var count = 0
    var runs: [Exploration.Run] = []
    for run in study.runs {
      let series = try deviations(run)
      for record in series.sample {
        count += 1
        for index in series.kinds.indices {
          if sums.count == index { sums.append((series.kinds[index], 0, 0)) }
          sums[index].square += record[2 * index] * record[2 * index]
          sums[index].largest = max(sums[index].largest, record[2 * index + 1])
        }
      }
      runs.append(try self.run(run, series))
    }
    guard runs.contains(where: { $0.largest_eV_A != nil || $0.candidates > 0 }) else {
      let messages = runs.compactMap { run in run.message.map { "\(run.directory): \($0)" } }
      throw RunFailure(
        (["no run of the exploration has come to a record of the deviation:"] + messages).joined(
          separator: "\n  "))
    }
    let kinds = sums.map {
      Exploration.Kind(
        name: $0.name, rms_eV_A: ($0.square / Double(max(1, count))).squareRoot(), largest_eV_A: $0.largest)
    }
    return Exploration(runs: runs, kinds: kinds)
  }

  /// `[record][kind][2]`: root mean square and largest, eV/Å.
  private struct Series {
    var kinds: [String] = []
    var sample: [[Double]] = []
    /// The largest of all stages.
    var largest: Double?
  }

  private func deviations(_ run: RunSpecification) throws -> Series {
    let folder = study.runPath(run.index)
    var series = Series()
    do {
      guard try RunRecord.exists(in: folder) else { return series }
      let record = try RunRecord(directory: folder)
      series.kinds = record.plan.deviations ?? []
      series.sample = try record.observables().records.map(\.modelDeviations_eV_per_A)
      var all = series.sample
      for stage in try record.stages() {
        all += try record.observables(stage: stage).records.map(\.modelDeviations_eV_per_A)
      }
      series.largest = all.compactMap { Self.largest($0) }.max()
    } catch let error as RecordError {
      throw RunFailure("\(error)")
    } catch let problem as RecordProblem {
      throw RunFailure("\(problem.file): \(problem.message)")
    }
    return series
  }

  /// Of all kinds.
  private static func largest(_ record: [Double]) -> Double? {
    record.indices.filter { $0 % 2 == 1 }.map { record[$0] }.max()
  }

  private func run(_ run: RunSpecification, _ series: Series) throws -> Exploration.Run {
    let state = study.state(of: run.index)
    let largest = series.sample.compactMap { Self.largest($0) }
    let end = Self.end(state) ?? .broken
    let specification = try run.manifest.simulation
    let planned = Int((specification.stages.sample_ps ?? 0) / specification.record.observables_ps + 1e-6)
    // A run that ends at its first record has kept the frame alone.
    var kept: [Double] = []
    try CandidateFile.forEach("\(study.runPath(run.index))/\(CandidateFile.name)") {
      kept.append(try $0.numbers(CandidateFile.deviationKey, counts: [1])?.first ?? 0)
    }
    return Exploration.Run(
      index: run.index, directory: run.directoryName, temperature_K: run.temperature_K, end: end,
      message: end == .whole ? nil : state.message,
      planned: end == .whole ? largest.count : max(planned, largest.count), records: largest.count,
      below: largest.count { $0 <= bound_eV_A },
      largest_eV_A: ([series.largest].compactMap(\.self) + kept).max(), candidates: kept.count,
      brokenIons: state.broken?.count ?? 0, time_ps: state.time_ps)
  }
}
