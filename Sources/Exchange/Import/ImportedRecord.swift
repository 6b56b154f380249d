import Analysis
import Crystal
import Digest
import Foundation
import Manifest
import Results
import Support
import Trajectory
import TrajectoryImport

/// One run of an import: reads its files and writes its record to a folder.
struct ImportedRecord {
  /// For the manifest.
  var source: ImportSpecification.Run
  /// By element or by ion; replaces the standard ones.
  var masses_amu: AtomMasses
  var massScale: [String: Double] = [:]
  /// Formal charges of the diffusing ions, if a file contains them.
  var charge: MobileCharge?
  /// The number of ions of each kind.
  var composition: [String: Int]
  var frames: Int
  var warnings: [String]

  /// - Parameters:
  ///   - files: of the run, in order.
  ///   - temperature_K: nil to read it from the file.
  ///   - folder: exists and is empty.
  ///   - spool: holds what came through pipes.
  /// - Throws: ``InputError``, `TrajectoryProblem`, `StructureError`, and errors of the record's files.
  static func make(
    _ files: [String], temperature_K: Double?, request: ImportRequest, folder: String, spool: SpooledInputs
  ) throws -> ImportedRecord {
    if files.count == 1, request.hints.changesNothing, let path = try? spool.path(of: files[0]),
      let exported = ExportedRun(readingFrom: path), exported.ions == request.mobile,
      request.format ?? .h5md == .h5md, let record = try? RunRecord(file: path), record.problems.isEmpty,
      (1e-9...1e6).contains(record.plan.timestep_ps), record.frameCount(of: IonGroups.all) > 0,
      record.plan.group(IonGroups.mobile(0, "")) != nil
    {
      try checkNames(record, file: files[0])
      if try exported.ions.enumerated().allSatisfy({ try record.hasIons($1, in: IonGroups.mobile($0, $1)) }) {
        return try ImportedRecord(copying: record, exported, files, temperature_K, folder)
      }
    }
    return try ImportedRecord(reading: files, temperature_K, request, folder, spool)
  }

  /// The names of species and groups of a file, which anyone may have written.
  private static func checkNames(_ record: RunRecord, file: String) throws {
    do {
      for group in record.plan.groups {
        guard isSpeciesName(group.name) else {
          throw InputError(
            place: SourcePlace(file: file), key: "/particles", found: "the group '\(group.name.prefix(60))'",
            wanted: "names of letters, digits and + - _ . ( ) [ ]")
        }
        for block in try record.usableBlocks(of: group.name) {
          _ = try record.species(of: group.name, block: block)
        }
      }
    } catch let error as RecordError {
      throw InputError(place: SourcePlace(file: file), key: error.place, message: error.message)
    }
  }

  private init(
    reading files: [String], _ temperature_K: Double?, _ request: ImportRequest, _ folder: String,
    _ spool: SpooledInputs
  ) throws {
    let run = try ImportedRun(files, format: request.format, hints: request.hints, spool: spool)
    guard
      let temperature_K = try temperature_K
        ?? ExportedRun(readingFrom: spool.path(of: files[0]))?.temperature_K
    else {
      throw InputError(
        place: SourcePlace(file: files[0]), key: "--temperature", found: "no temperature",
        wanted: "that of the run, as --temperature \"600 K\", or one for each run, \"600 K,700 K\"")
    }
    guard let first = try run.next() else {
      throw InputError(place: SourcePlace(file: files[0]), found: "no frame", wanted: "at least two")
    }
    let system = try ImportedSystem(run.atoms, first, request)
    masses_amu = system.replacedMasses_amu
    charge = Self.charge(system.fileCharges, request)
    let text = "imported from \(files.joined(separator: " + "))"
    let recorder = try ImportRecorder(
      system, clock: run.clock, directory: folder, identity: text,
      provenance: Provenance(
        version: paddlewheelVersion, author: ProcessInfo.processInfo.userName,
        command: request.command.joined(separator: " "), manifest: text,
        manifestDigest: SHA256.hexadecimal(of: text), host: hostName(), ranks: 1, seed: 0,
        startedAt: ISO8601DateFormatter().string(from: Date())))
    var paths = IonPaths(system)
    var frame: ImportedFrame? = first
    while let now = frame {
      try paths.advance(now)
      try recorder.record(paths, step: run.step, cell: now.cell)
      frame = try run.next()
    }
    try recorder.finish()
    frames = run.frameCount
    source = ImportSpecification.Run(
      files: files, format: run.formats[0].rawValue, temperature_K: temperature_K,
      timestep_ps: run.clock.timestep_ps, frameInterval_ps: run.clock.frameInterval_ps,
      sampled_ps: Double(run.step) * run.clock.timestep_ps)
    composition = system.composition
    warnings = run.warnings + system.warnings + paths.warnings + Self.overlaps(system.structure, files[0])
  }

  /// Atoms nearer to each other than those of any molecule: lengths of another unit, fractions, or velocities.
  private static func overlaps(_ structure: Structure, _ file: String) -> [String] {
    let limit_A = 0.5
    do {
      try structure.checkOverlaps(
        OverlapLimits(general_A: limit_A, boronBoron_A: limit_A, intramolecular_A: limit_A))
      return []
    } catch {
      return ["\(file): \(error): are its positions and its cell in Å?"]
    }
  }

  /// As a manifest has them.
  private static func charge(_ found: [String: Int], _ request: ImportRequest) -> MobileCharge? {
    let charges = found.mapValues { Double($0) }
    if charges.isEmpty { return nil }
    return request.mobile.count == 1 ? charges.first.map { .one($0.value) } : .each(charges)
  }

  /// Copies the record of a file that this program exported, with every group at its own steps.
  private init(
    copying record: RunRecord, _ exported: ExportedRun, _ files: [String], _ temperature_K: Double?,
    _ folder: String
  ) throws {
    try AtomicFile.replace("\(folder)/\(RankFileName.merged(block: 0))") {
      try RecordCopy.write(record, to: $0, observables: .all)
    }
    try VirtualTrajectory.write(directory: folder)
    let first = IonGroups.mobile(0, "")
    let mobile = record.plan.group(first)
    let steps = try record.steps(of: first)
    let timestep_ps = record.plan.timestep_ps
    masses_amu = AtomMasses(flat: exported.masses_amu)
    massScale = exported.massScale
    charge = exported.charge
    frames = steps.count
    warnings = []
    source = ImportSpecification.Run(
      files: files, format: TrajectoryFormat.h5md.rawValue,
      temperature_K: temperature_K ?? exported.temperature_K, timestep_ps: timestep_ps,
      frameInterval_ps: Double(mobile?.intervalSteps ?? 1) * timestep_ps,
      sampled_ps: Double(steps.last ?? 0) * timestep_ps)
    composition = try record.ionCounts()
  }
}

extension RunRecord {
  /// Whether a group has two frames or more of one species.
  fileprivate func hasIons(_ species: String, in group: String) throws -> Bool {
    guard plan.group(group)?.memberCount ?? 0 > 0, frameCount(of: group) > 1 else { return false }
    return try usableBlocks(of: group).allSatisfy { block in
      try self.species(of: group, block: block).allSatisfy { $0 == species }
    }
  }
}
