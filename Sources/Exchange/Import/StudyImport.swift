import Crystal
import Foundation
import HDF5
import Logging
import Manifest
import Mathematics
import StudyStore
import Support
import Trajectory
import TrajectoryImport
import Units

/// The result of an import.
package struct ImportResult: Sendable {
  package var study: StudyDirectory
  /// One line for each run.
  package var runs: [String]
  /// Warnings to consider before the results are trusted.
  package var warnings: [String]
}

/// Creates a study from other programs' trajectories: `study.yaml`, and for each run the record,
/// `state.json`, and `log.txt` as for a finished run.
///
/// The study is written next to its final location and renamed when it is complete.
/// - Parameter progress: called with a line when a run has been read.
/// - Throws: ``InputError`` for files that cannot be used, with file and line; ``RunFailure``.
package func importStudy(_ request: ImportRequest, progress: (String) -> Void = { _ in }) throws
  -> ImportResult
{
  let given = absolutePath(request.output, from: FileManager.default.currentDirectoryPath)
  try withoutControlCharacters(given, "the directory of a study", key: "--output")
  // The folder is replaced: a link to it would stay.
  let path = FileKind(at: given) == .link ? URL(fileURLWithPath: given).resolvingSymlinksInPath().path : given
  let name = (given as NSString).lastPathComponent
  guard isStudyName(name) else {
    throw InputError(key: "--output", found: "'\(name)'", wanted: "a directory with \(studyNameWanted)")
  }
  try refuseFull(path, shown: request.output)
  let parent = (path as NSString).deletingLastPathComponent
  // Not to be foreseen, and new: in a folder that others may write to, a link could wait there.
  let building = "\(parent)/.\(name).\(getpid()).\(UInt64.random(in: 0...UInt64.max)).importing"
  let files = FileManager.default
  do {
    try files.createDirectory(atPath: parent, withIntermediateDirectories: true)
    guard mkdir(building, 0o777) == 0 else { throw FileError(path, .create) }
    try files.createDirectory(atPath: "\(building)/runs", withIntermediateDirectories: false)
    let result = try build(request, name: name, in: building, progress: progress)
    try AtomicFile.write(
      ManifestWriter.yaml(result.manifest), to: "\(building)/\(StudyDirectory.manifestName)")
    // Read back: a manifest with which the study could not be opened is rejected here.
    try StudyPlan(opening: "\(building)/\(StudyDirectory.manifestName)").write(result, in: building)
    try AtomicFile.synchronize(building)
    guard rename(building, path) == 0 else {
      throw RunFailure("can't make \(path): \(String(cString: strerror(errno)))")
    }
    return ImportResult(
      study: try StudyDirectory(opening: path), runs: result.lines, warnings: result.warnings)
  } catch {
    try? files.removeItem(atPath: building)
    throw asExiting(error)
  }
}

/// The study's folder must be new or empty: existing files are never mixed with those of a study.
private func refuseFull(_ path: String, shown: String) throws {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
  let content = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  guard isFolder.boolValue, content.isEmpty else {
    throw InputError(
      place: SourcePlace(file: shown), key: "--output",
      found: isFolder.boolValue ? "a directory with '\(content.sorted()[0])'" : "a file",
      wanted: "a directory that is new or empty")
  }
}

/// A study before it is renamed.
private struct Built {
  var manifest: Manifest
  var records: [ImportedRecord]
  var warnings: [String]
  var lines: [String]
}

private func build(
  _ request: ImportRequest, name: String, in folder: String, progress: (String) -> Void
) throws -> Built {
  var records: [ImportedRecord] = []
  var inputs: [InputFile: String] = [:]
  var warnings: [String] = []
  var known: [[String?]: String] = [:]
  // Beside the study: there is place for it, and it goes with an import that fails.
  let spool = SpooledInputs(folder: folder)
  for (index, files) in request.runs.enumerated() {
    let temperature =
      request.temperatures_K.count > 1 ? request.temperatures_K[index] : request.temperatures_K.first
    let own = "\(folder)/runs/\(index)"
    try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: false)
    let record = try ImportedRecord.make(
      files, temperature_K: temperature, request: request, folder: own, spool: spool)
    try checkComposition(record, against: records)
    for path in files {
      let file = InputFile(path: path, name: path)
      if inputs[file] == nil { inputs[file] = try InputFiles.digest(of: spool.path(of: path)) }
    }
    let content = files.map { inputs[InputFile(path: $0, name: $0)] }
    if let other = known[content] {
      warnings.append(
        "\(files.joined(separator: "+")): has the content of \(other): the same data twice are no independent runs, and "
          + "make every error too small")
    }
    known[content] = files.joined(separator: "+")
    records.append(record)
    progress(line(record))
  }
  var masses = request.masses_amu.flat
  var scale: [String: Double] = [:]
  for record in records {
    for (element, mass) in record.masses_amu.flat { try merge(element, mass, into: &masses, record) }
    for (kind, factor) in record.massScale { try merge(kind, factor, into: &scale, record) }
  }
  var analysis = AnalysisSpecification()
  analysis.mobile = request.mobile
  analysis.charge = try charge(request, records)
  let manifest = Manifest(
    study: name,
    source: .imported(
      ImportSpecification(
        runs: records.map(\.source), masses_amu: AtomMasses(flat: masses), massScale: scale,
        declared: request.declared, frames: request.frames)),
    analysis: analysis, inputs: inputs)
  return Built(
    manifest: manifest, records: records, warnings: warnings + records.flatMap(\.warnings),
    lines: records.map(line))
}

/// What the user says of each diffusing ion, else what the files say.
private func charge(_ request: ImportRequest, _ records: [ImportedRecord]) throws -> MobileCharge? {
  if let given = request.charge, request.mobile.allSatisfy({ given.value(of: $0) != nil }) { return given }
  var charges: [String: Double] = [:]
  for ion in request.mobile {
    charges[ion] = request.charge?.value(of: ion)
    for record in records where request.charge?.value(of: ion) == nil {
      if let found = record.charge?.value(of: ion) {
        try merge(ion, found, into: &charges, record, "--charge")
      }
    }
  }
  if charges.isEmpty { return nil }
  return request.mobile.count == 1 ? charges.first.map { .one($0.value) } : .each(charges)
}

private func line(_ record: ImportedRecord) -> String {
  let source = record.source
  let files =
    source.files.count > 4 ? [source.files[0], "…", source.files[source.files.count - 1]] : source.files
  return
    "\(files.joined(separator: " + ")): \(source.files.count > 4 ? "\(source.files.count) files, " : "")\(Quantity.print(source.temperature_K, as: .temperature)), "
    + "\(record.frames) frames of \(Quantity.print(source.frameInterval_ps, as: .time)), "
    + record.composition.sorted { $0.key < $1.key }.map { "\($1) \($0)" }.joined(separator: ", ")
}

/// Runs of one study differ only in temperature: one composition, and one size at each temperature.
private func checkComposition(_ record: ImportedRecord, against others: [ImportedRecord]) throws {
  func units(_ composition: [String: Int]) -> [String: Int] {
    let divisor = composition.values.reduce(0, greatestCommonDivisor)
    return composition.mapValues { $0 / max(1, divisor) }
  }
  func text(_ composition: [String: Int]) -> String {
    composition.sorted { $0.key < $1.key }.map { "\($1) \($0)" }.joined(separator: ", ")
  }
  guard let first = others.first else { return }
  let file = record.source.files[0]
  guard units(record.composition) == units(first.composition) else {
    throw InputError(
      place: SourcePlace(file: file), found: text(record.composition),
      wanted: "the formula of \(first.source.files[0]): \(text(first.composition)); import other "
        + "compositions into studies of their own")
  }
  let twin = others.first { $0.source.temperature_K == record.source.temperature_K }
  guard let twin, twin.composition != record.composition else { return }
  throw InputError(
    place: SourcePlace(file: file), found: text(record.composition),
    wanted:
      "a cell as large as that of \(twin.source.files[0]) at the same temperature: \(text(twin.composition))")
}

private func merge(
  _ name: String, _ value: Double, into values: inout [String: Double], _ record: ImportedRecord,
  _ option: String = "--masses"
) throws {
  guard abs(values[name, default: value] - value) <= 1e-6 * abs(value) else {
    throw InputError(
      place: SourcePlace(file: record.source.files[0]), key: option,
      found: "\(value) for \(name), and \(values[name] ?? 0) before", wanted: "one for all runs")
  }
  values[name] = value
}

extension StudyPlan {
  /// Names the runs' folders, and writes their logs and states.
  fileprivate func write(_ built: Built, in folder: String) throws {
    for (run, record) in zip(runs, built.records) {
      let own = "\(folder)/runs/\(run.directoryName)"
      try FileManager.default.moveItem(atPath: "\(folder)/runs/\(run.index)", toPath: own)
      let log = Logger(runDirectory: own)
      log.info("imported by version \(paddlewheelVersion): \(line(record))")
      for warning in record.warnings { log.warning("\(warning)") }
      var state = RunState(.done, steps: run.manifest.steps)
      state.stage = .sample
      state.step = run.manifest.steps
      state.time_ps = run.manifest.time_ps
      state.host = hostName()
      state.ranks = 1
      state.attempt = 1
      state.message = "imported"
      try state.write(to: "\(own)/state.json")
    }
  }
}

/// Reports errors of other programs' files as input errors.
private func asExiting(_ error: any Error) -> any Error {
  switch error {
  case let error as any ExitingError: error
  case let problem as TrajectoryProblem:
    InputError(
      place: SourcePlace(file: problem.file, line: problem.line), key: problem.place, found: problem.found,
      wanted: problem.wanted)
  case let error as StructureError: InputError(error.description)
  case let error as RecordError: RunFailure(error.description)
  case let error as RecordProblem: RunFailure(error.description)
  case let error as HDF5Error: RunFailure(error.description)
  case let error as CocoaError: RunFailure(error.localizedDescription)
  default: error
  }
}
