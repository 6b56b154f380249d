import Analysis
import Digest
import Foundation
import MPI
import Trajectory

/// What a run's system amounts to, for estimates.
public struct SystemSize: Equatable, Sendable {
  public var atoms: Int
  /// Atoms of the mobile species.
  public var mobile: Int
  public var anions: Int
  /// The x of a family that the system really has.
  public var composition: Double?

  public init(atoms: Int, mobile: Int, anions: Int, composition: Double? = nil) {
    self.atoms = atoms
    self.mobile = mobile
    self.anions = anions
    self.composition = composition
  }
}

/// Builds the system of a run's manifest as far as is needed to count it, and checks that it can run.
/// - Throws: ``InputError``.
public func systemSize(of manifest: Manifest) throws -> SystemSize? {
  let system = try RunSystem(manifest, seed: manifest.seed, ranks: manifest.resources.ranks)
  return SystemSize(
    atoms: system.structure.atomCount, mobile: system.mobileAtoms.count, anions: system.anions.count,
    composition: manifest.system.trueComposition)
}

/// What a user should know of a run's system before trusting its results.
/// - Throws: ``InputError``.
public func cautions(about manifest: Manifest) throws -> [String] {
  try RunSystem(manifest, seed: manifest.seed).warnings
}

/// Atoms times steps per second of one run, for estimates: what one core of a 2023 server does.
public func atomStepsPerSecond(of manifest: Manifest, ranks: Int) -> Double? {
  if case .nep = manifest.potential { return 1.2e5 * Double(ranks) }
  return 2.5e5 * Double(ranks)
}

/// What `simulate` was asked for.
public struct SimulationOptions: Sendable {
  /// The command as given, for the provenance.
  public var command: [String]

  public init(command: [String]) { self.command = command }
}

/// Runs one run of a study on the ranks of this MPI job, from wherever it stands.
///
/// An error on any rank ends all of them, with one message and its exit code.
/// - Returns: the exit code of the process: 0 done, 75 stopped with a checkpoint.
public func simulate(directory: String, index: Int, options: SimulationOptions) throws -> Int32 {
  let communicator = try Communicator.world()
  var place = ""
  do {
    let study = try StudyDirectory(opening: directory)
    try study.manifest.requireSimulation()
    let run = try study.run(index)
    place = run.directoryName + ": "
    let (number, record) = try claim(index, of: study, communicator)
    guard number > 0 else {
      if number < 0, communicator.isRoot {
        print("paddlewheel: \(place)cancelled; paddlewheel run or submit would go on with it")
      }
      Communicator.finalize()
      return number < 0 ? 75 : 0
    }
    do {
      let code = try attempt(record, number, at: run, of: study, options, communicator)
      Communicator.finalize()
      return code
    } catch {
      // Any rank may fail, and the first to say so is believed.
      study.recordEnd(
        .failed, of: number, at: index, message: oneLine(error),
        exitCode: (error as? any ExitingError)?.exitCode ?? 1)
      throw error
    }
  } catch {
    communicator.abort(place + oneLine(error), code: (error as? any ExitingError)?.exitCode ?? 1)
  }
}

/// Rank 0 claims the number of an attempt for all: 0 where the run is done, -1 where it has been cancelled.
private func claim(
  _ index: Int, of study: StudyDirectory, _ communicator: Communicator
) throws -> (number: Int, record: AttemptRecord?) {
  var record: AttemptRecord?
  var number = 0
  if communicator.isRoot {
    let before = study.state(of: index)
    if before.state != .done {
      if study.cancelWish(index).isThere {
        number = -1
      } else {
        try FileManager.default.createDirectory(
          atPath: study.runPath(index), withIntermediateDirectories: true)
        record = try study.attempts(at: index).claim(above: before.attempt, ranks: communicator.size)
        number = record?.attempt ?? 0
      }
    }
  }
  return (Int(try communicator.broadcast([Int64(number)]).first ?? 0), record)
}

private func attempt(
  _ record: AttemptRecord?, _ number: Int, at run: RunSpecification, of study: StudyDirectory,
  _ options: SimulationOptions, _ communicator: Communicator
) throws -> Int32 {
  StopSignal.listen()
  if communicator.isRoot { _ = try AttemptRepair.lengthen(in: study.runPath(run.index)) }
  try communicator.barrier()
  let process = try RunProcess(
    study: study, run: run, attempt: number, record: record, command: options.command,
    communicator: communicator)
  let isDone = try process.complete()
  try process.end(isDone ? .done : .stopped, message: isDone ? nil : process.reasonToStop)
  return isDone ? 0 : 75
}

/// Libraries break their messages into lines; a message is one.
private func oneLine(_ error: any Error) -> String {
  "\(error)".split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }
    .joined(separator: "; ")
}

/// What `aggregate` prints.
public struct AggregationResult: Sendable {
  /// The absolute path of `summary.json`.
  public var summaryPath: String
  /// The table of results, its heading first.
  public var table: [[String]]
  /// Lines to print after the table.
  public var notes: [String]
  /// Runs or files left out, by name.
  public var missing: [String]

  public init(summaryPath: String, table: [[String]], notes: [String], missing: [String]) {
    self.summaryPath = summaryPath
    self.table = table
    self.notes = notes
    self.missing = missing
  }
}

/// Makes the results from whatever has been sampled so far: `results/summary.json`, `curves.json` and
/// `results.h5`. The same record gives the same bytes, whatever the number of threads and ranks.
///
/// - Parameter ranks: those that share the reading.
/// - Parameter threads: of this process; nil for one on each core of this machine, shared with its other ranks.
/// - Parameter observer: hears from any thread how far this process is.
/// - Returns: nil on all ranks but the first.
/// - Throws: ``RunFailure`` for results that can't be written.
public func aggregate(
  study: StudyDirectory, ranks: AggregationRanks, threads: Int? = nil,
  observer: @escaping @Sendable (AggregationProgress) -> Void = { _ in }
) throws -> AggregationResult? {
  let count = study.runs.count
  let reader = StudyReader(
    study, runs: ranks.share(of: count), threads: threads ?? ranks.threads, observer: observer)
  var coordinator = Coordinator(study) { densities in
    try DensityFiles.write(densities, to: "\(study.resultsPath)/density")
  }
  try ranks.outcomes(of: count, read: reader.read) { try coordinator.add($0, of: $1) }
  guard ranks.isRoot else { return nil }
  let (summary, curves, series) = try coordinator.finish()
  try FileManager.default.createDirectory(atPath: study.resultsPath, withIntermediateDirectories: true)
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  let path = "\(study.resultsPath)/summary.json"
  try AtomicFile.write(try encoder.encode(summary) + Data("\n".utf8), to: path)
  try CurvesFile.write(curves, to: curvesPath(of: study))
  try ResultsFile.write(summary, curves, series: series, to: "\(study.resultsPath)/results.h5")
  return AggregationResult(
    summaryPath: path, table: ResultTable.rows(summary), notes: ResultTable.lines(summary),
    missing: summary.missing)
}

private func curvesPath(of study: StudyDirectory) -> String { "\(study.resultsPath)/curves.json" }

/// What `aggregate` last wrote.
/// - Throws: ``RunFailure`` where there are no results.
public func results(of study: StudyDirectory) throws -> (summary: StudySummary, curves: StudyCurves) {
  func read<T: Decodable>(_ path: String) throws -> T {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw RunFailure("\(path) is not there; run paddlewheel aggregate first")
    }
    do { return try JSONDecoder().decode(T.self, from: data) } catch {
      throw RunFailure("\(path) is damaged; run paddlewheel aggregate again")
    }
  }
  return (try read("\(study.resultsPath)/summary.json"), try read(curvesPath(of: study)))
}

/// What the results rest on, for the report: pairs of name and value.
public func provenance(of study: StudyDirectory) -> [(String, String)] {
  var pairs = [("Paddlewheel", paddlewheelVersion), ("Study", study.manifest.study)]
  pairs.append(("Manifest, SHA-256", SHA256.hexadecimal(of: study.plan.resolvedYAML)))
  if let imported = study.manifest.imported {
    pairs.append(("Imported from", imported.runs.flatMap(\.files).joined(separator: ", ")))
  } else {
    pairs.append(("Seed", String(study.manifest.seed)))
  }
  var systems: [SystemSpecification] = []
  for run in study.runs where run.manifest.system != systems.last { systems.append(run.manifest.system) }
  let compositions = Set(systems.compactMap(\.trueComposition)).sorted()
  if !compositions.isEmpty {
    pairs.append(("Composition x, as built", compositions.map(rounded).joined(separator: ", ")))
  }
  let states = study.runs.map { study.state(of: $0.index) }
  func all<T: Hashable>(_ values: [T?]) -> String {
    Set(values.compactMap { $0 }).map { "\($0)" }.sorted().joined(separator: ", ")
  }
  pairs.append(("Hosts", all(states.map(\.host))))
  pairs.append(("Ranks", all(states.map(\.ranks))))
  pairs.append(("Attempts", all(states.map { Optional($0.attempt) })))
  let time = states.reduce(0) { $0 + $1.wallTime_s }
  pairs.append(("Wall time of all runs", String(format: "%.0f s", time)))
  return pairs
}

/// Says hello from this rank after all ranks have heard of each other: what `doctor` starts on two ranks.
public func ping() throws -> String {
  let communicator = try Communicator.world()
  let sum = try communicator.reduced(communicator.rank + 1, .sum)
  let wanted = communicator.size * (communicator.size + 1) / 2
  guard sum == wanted else { throw RunFailure("the ranks' numbers add up to \(sum), wanted \(wanted)") }
  let text = "rank \(communicator.rank) of \(communicator.size)"
  Communicator.finalize()
  return text
}
