import Crystal
import Foundation
import HDF5
import Manifest
import Mathematics
import Results
import StudyStore
import Support
import Trajectory

/// The options of `export`: a run's record as one file for other programs.
package struct ExportRequest: Sendable {
  package enum Format: String, CaseIterable, Sendable { case h5md, extxyz }

  package var format: Format
  /// The path of the file; an existing one is replaced.
  package var output: String
  /// `all`, `anions` or `mobile`, or one of these of another stage, `stage.melt.all`; nil for every group in H5MD, and all atoms in extXYZ.
  package var group: String?
  /// Records of the group, as `first:end:step`; nil for all.
  package var frames: String?

  package init(format: Format, output: String, group: String? = nil, frames: String? = nil) {
    self.format = format
    self.output = output
    self.group = group
    self.frames = frames
  }
}

/// Writes one run of a study to one file: H5MD with every group, or extXYZ.
///
/// - Returns: one line that describes the file.
/// - Throws: ``InputError``; ``IncompleteError`` where a part of the record is missing or damaged; file
///   errors. An existing file is then unchanged.
package func export(study: StudyDirectory, index: Int, _ request: ExportRequest) throws -> String {
  let run = try study.run(index)
  let selection = try request.frames.map(frameSelection) ?? RecordSelection()
  let record: RunRecord
  do {
    record = try RunRecord(directory: study.runPath(index))
  } catch let error as RecordError {
    throw IncompleteError("run \(index) has no record to export:", missing: [error.description])
  }
  guard record.problems.isEmpty else {
    throw IncompleteError(
      "the record of run \(index) is incomplete:", missing: record.problems.map(\.description))
  }
  let names = record.plan.groups.filter { $0.memberCount > 0 }.map(\.name)
  let group = request.group ?? (request.format == .extxyz ? "all" : nil)
  if let group, !names.contains(group) {
    throw InputError(key: "--group", found: "'\(group)'", wanted: "one of \(names.joined(separator: ", "))")
  }
  if request.frames != nil, group == nil {
    throw InputError(
      key: "--frames", found: "no --group",
      wanted: "one group, as groups are recorded at different steps")
  }
  let frames = selection.records(of: record.frameCount(of: group ?? names[0]))
  guard frames.contains(where: { _ in true }) else {
    throw InputError(key: "--frames", found: "no frame", wanted: "frames of the run")
  }
  var topology: String?
  let path = absolutePath(request.output, from: FileManager.default.currentDirectoryPath)
  switch request.format {
  case .h5md:
    try OutputFile.replace(request.output) { temporary in
      try RecordCopy.write(
        record, to: temporary, groups: group.map { [$0] }, selection: selection,
        observables: .atRecordsOfFirstGroup
      ) { root in try describe(run, of: study, record, in: root) }
    }
    if group == nil || group == IonGroups.all {
      topology = try writeTopology(record, run.manifest, beside: path)
    }
  case .extxyz:
    let wanted = group ?? "all"
    let molecules = wanted == "all" ? try molecules(record, run.manifest) : nil
    try OutputFile.write(to: request.output) { write in
      try ExtXYZExport.write(
        record, group: wanted, to: path, selection: selection, molecules: molecules, write)
    }
  }
  let members = (group.map { [$0] } ?? names).map { name in
    "\(record.plan.group(name)?.memberCount ?? 0) \(name)"
  }
  let beside = topology.map { "; names, masses and bonds in \($0)" } ?? ""
  return "\(path): \(members.joined(separator: ", ")), \(Array(frames).count) frames\(beside)"
}

/// Adds the masses and molecules of the atoms, and the metadata of the run.
private func describe(
  _ run: RunSpecification, of study: StudyDirectory, _ record: RunRecord, in root: HDF5Group
) throws {
  let manifest = run.manifest
  let ions = try record.plan.groups.map(\.name).filter(IonGroups.isMobile).compactMap { group in
    try record.usableBlocks(of: group).first.flatMap { try record.species(of: group, block: $0).first }
  }
  if let first = ions.first {
    let charges = ions.reduce(into: [String: Double]()) { $0[$1] = manifest.analysis.charge?.value(of: $1) }
    let isOne = ions.count == 1
    try ExportedRun(
      study: study.manifest.study, run: run.directoryName, mobile: first, mobileIons: isOne ? nil : ions,
      temperature_K: run.temperature_K, charge_e: isOne ? charges[first] : nil,
      charges_e: isOne || charges.isEmpty ? nil : charges, masses_amu: manifest.masses_amu.flat,
      massScale: manifest.massScale
    ).write(in: root)
  }
  guard try root.exists("particles/all"), let molecules = try molecules(record, manifest) else { return }
  let all = try root.group("particles/all")
  try all.writeDataset("molecule", molecules.map { Int64($0) })
  let species = try all.dataset("species").readEnumeration()
  var elements: [Int: [String]] = [:]
  for (atom, molecule) in molecules.enumerated() { elements[molecule, default: []].append(species[atom]) }
  let kinds = elements.mapValues { MoleculeKind(elements: $0).name }
  let masses = zip(species, molecules).map { element, molecule in
    manifest.mass_amu(of: element, in: kinds[molecule] ?? element)
  }
  try all.writeDataset("mass", masses).setAttribute("unit", "amu")
}

/// The ion of each atom of `all`, by ascending id, from the bonds of the first record; nil where these form
/// no finite molecules.
private func molecules(_ record: RunRecord, _ manifest: Manifest) throws -> [Int]? {
  guard let (assignment, elements) = try ions(record, manifest), let assignment else { return nil }
  var molecules = [Int](repeating: 0, count: elements.count)
  for (new, old) in assignment.order.enumerated() {
    molecules[old] = assignment.structure.moleculeOfAtom[new]
  }
  return molecules
}

/// The ions of the atoms of `all`, which form none where the first is nil, and their elements by ascending id; nil where the
/// record has no such group.
private func ions(
  _ record: RunRecord, _ manifest: Manifest
) throws -> (assignment: MoleculeAssignment?, elements: [String])? {
  guard record.frameCount(of: "all") > 0, let cell = try record.cells(of: "all").first else { return nil }
  var atoms: [(id: Int, element: String, position: Vector3)] = []
  for block in try record.usableBlocks(of: "all") {
    let ids = try record.members(of: "all", block: block)
    let elements = try record.species(of: "all", block: block)
    let r = try record.readPositions(group: "all", block: block, members: 0..<ids.count, frames: 0..<1)
    for i in ids.indices {
      atoms.append((ids[i], elements[i], [Double(r[3 * i]), Double(r[3 * i + 1]), Double(r[3 * i + 2])]))
    }
  }
  atoms.sort { $0.id < $1.id }
  let elements = atoms.map(\.element)
  do {
    let assignment = try Structure.separating(mobile: manifest.analysis.mobile, structure: \.structure) {
      single in
      try Structure.assembling(
        cell: cell, elements: atoms.map(\.element), positions: atoms.map(\.position),
        rules: try manifest.declared.rules(single: single))
    }
    return (assignment, elements)
  } catch is StructureError {
    return (nil, elements)
  }
}

/// Writes the PSF of a record beside an exported file, where the record has all atoms.
/// - Returns: its path; nil for none.
private func writeTopology(_ record: RunRecord, _ manifest: Manifest, beside path: String) throws -> String? {
  guard let (assignment, elements) = try ions(record, manifest) else { return nil }
  let topology = (path as NSString).deletingPathExtension + ".psf"
  let file = PSFFile(assignment, elements: elements) { manifest.mass_amu(of: $0, in: $1) }
  try OutputFile.write(file.text, to: topology)
  return topology
}

/// Parses `first:end:step`, where any part may be empty.
private func frameSelection(_ text: String) throws -> RecordSelection {
  let wanted = "first:end:step, such as 0:1000:10, counted from 0, end excluded"
  let parts = text.split(separator: ":", omittingEmptySubsequences: false)
  let numbers = parts.map { $0.isEmpty ? nil : Int($0) }
  guard (2...3).contains(parts.count), zip(parts, numbers).allSatisfy({ $0.isEmpty || $1 != nil }),
    numbers.allSatisfy({ $0 ?? 0 >= 0 }), numbers.count < 3 || numbers[2] != 0
  else { throw InputError(key: "--frames", found: "'\(text)'", wanted: wanted) }
  return RecordSelection(
    from: numbers[0] ?? 0, to: numbers[1], every: numbers.count > 2 ? numbers[2] ?? 1 : 1)
}
