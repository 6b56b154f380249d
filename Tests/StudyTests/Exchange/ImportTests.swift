import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Exchange
@testable import Manifest
@testable import Mathematics
@testable import Results
@testable import Runner
@testable import StudyStore
@testable import Trajectory
@testable import TrajectoryImport

/// From other programs' files to D, and back.
@Suite struct ImportTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func dump(
    _ salt: SyntheticSalt, _ style: SyntheticSalt.Style, _ frames: Range<Int>? = nil, as name: String
  )
    throws -> String
  {
    try folder.file(name, salt.dump(style, frames: frames))
  }

  /// The same motion wrapped, with image flags and unwrapped, in one file or in two that overlap by a frame:
  /// the same D, which is that of the random walk, in spite of a drift of several Å.
  @Test func everyKindOfCoordinatesGivesTheTrueD() throws {
    let salt = SyntheticSalt(frames: 400, seed: 3)
    var values: [Double] = []
    for style in SyntheticSalt.Style.allCases {
      let whole = try dump(salt, style, as: "whole-\(style)")
      let a = try dump(salt, style, 0..<200, as: "a-\(style)")
      let b = try dump(salt, style, 199..<400, as: "b-\(style)")
      for (index, files) in [whole, "\(a)+\(b)"].enumerated() {
        let study = try importing([files], into: "s-\(style)-\(index)", folder).study
        let d = try diffusivity(of: study)
        values.append(d.value)
        #expect(abs(d.value - SyntheticSalt.diffusivity_A2_per_ps) < 4 * d.error, "\(d)")
        // An error so large that any D would pass would test nothing.
        #expect(d.error < 0.5 * d.value)
      }
    }
    // Paths differ by single precision at up to 30 Å, 2e-6, beside steps of 0.2 Å; the places of the quadrature over D
    // follow the data.
    for value in values { #expect(abs(value - values[0]) < 1e-3 * values[0], "\(values)") }
  }

  /// In a changing cell, positions unwrapped by each frame's own image flags are not paths; the analysis takes them to
  /// the mean cell.
  @Test func breathingCell() throws {
    let salt = SyntheticSalt(frames: 400, seed: 4, breathing: 0.002)
    let values = try [SyntheticSalt.Style.wrapped, .images].map { style in
      try diffusivity(
        of: importing([try dump(salt, style, as: "\(style)")], into: "s-\(style)", folder).study)
    }
    #expect(abs(values[0].value - values[1].value) < 1e-4 * values[0].value, "\(values)")
    #expect(abs(values[0].value - SyntheticSalt.diffusivity_A2_per_ps) < 4 * values[0].error, "\(values)")
  }

  /// The record holds whole anions at their positions, and rotations from the reference to the anion.
  @Test func anionsAreWholeAndTurn() throws {
    let salt = SyntheticSalt(frames: 30, seed: 5)
    let study = try importing([try dump(salt, .wrapped, as: "w")], into: "s", folder).study
    let record = try RunRecord(directory: study.runPath(0))
    #expect(record.isComplete && record.problems.isEmpty)
    #expect(try record.species(of: "anions", block: 0) == Array(repeating: "BH4", count: 8))
    let frames = record.frameCount(of: "all")
    #expect(frames == 30)
    let all = try record.readPositions(group: "all", block: 0, members: 0..<48, frames: 0..<frames)
    let centres = try record.readPositions(group: "anions", block: 0, members: 0..<8, frames: 0..<frames)
    let turns = try record.readOrientations(group: "anions", block: 0, members: 0..<8, frames: 0..<frames)
    func atom(_ frame: Int, _ index: Int) -> Vector3 {
      Vector3((0..<3).map { Double(all[3 * (48 * frame + index) + $0]) })
    }
    // The ions keep their order: sodium first, then B H H H H each.
    for frame in 0..<frames {
      for anion in 0..<8 {
        let first = 8 + 5 * anion
        let centre = Vector3((0..<3).map { Double(centres[3 * (8 * frame + anion) + $0]) })
        let q = (0..<4).map { Double(turns[4 * (8 * frame + anion) + $0]) }
        for k in 1...4 {
          #expect(abs(length(atom(frame, first + k) - atom(frame, first)) - 1.2) < 1e-5)
          // B lies at the centre of its four H, so that a rotation maps H's first position to its present
          // one.
          let reference = atom(0, 8 + k) - atom(0, 8)
          let v = Vector3(q[1], q[2], q[3])
          let inner: Vector3 = cross(v, reference) + reference * q[0]
          let turned: Vector3 = reference + cross(v, inner) * 2
          #expect(length(turned - (atom(frame, first + k) - centre)) < 1e-4, "frame \(frame)")
        }
      }
    }
  }

  /// Anions whose atoms come in any order, each in a different one, are reordered consistently, so that one
  /// geometry rotated by the recorded orientation gives every one of them.
  @Test func anionsInAnyOrderShareAReference() throws {
    let built = try BuiltInStructure(named: "na2b12h12-bcc").build(
      supercell: .identity, seed: 1
    ).structure
    var random = SplitMix64(seed: 9)
    var ids = Array(0..<built.atomCount)
    for i in ids.indices.reversed() { ids.swapAt(i, random.next(below: i + 1)) }
    let lattice = built.cell.vectors.map { "\($0.x) \($0.y) \($0.z)" }.joined(separator: " ")
    // As much as bonds tolerate: B–H, 1.2 Å, stays below the limit of 1.5 Å for a bond.
    func shake() -> Double { Double(random.next(below: 1000)) / 6250 - 0.08 }
    var text = ""
    for step in 0..<2 {
      text += "\(ids.count)\nLattice=\"\(lattice)\" step=\(step)\n"
      for id in ids {
        let r = built.positions[id]
        text += "\(built.elements[id]) \(r.x + shake()) \(r.y + shake()) \(r.z + shake())\n"
      }
    }
    let study = try importing([try folder.file("s.extxyz", text)], into: "s", folder) {
      $0.timestep = nil
      $0.frameInterval = "1 ps"
    }.study
    let record = try RunRecord(directory: study.runPath(0))
    let kinds = try AnionGeometry.kinds(
      record.species(of: "anions", block: 0), of: "anions", record: record, manifest: study.manifest)
    let kind = try #require(kinds.first)
    #expect(kind.name == "B12H12" && kind.geometry.count == 24)
    // The mean over two anions with different geometries would collapse.
    for (element, r) in zip(kind.elements, kind.geometry) {
      #expect(abs(length(r) - (element == "B" ? 1.69 : 2.89)) < 0.4, "\(element) \(length(r))")
    }
  }

  /// An imported export gives the same D, and needs no option.
  @Test func exportAndImportGiveTheSameD() throws {
    let salt = SyntheticSalt(frames: 300, seed: 6)
    let study = try importing([try dump(salt, .images, as: "d")], into: "first", folder) {
      $0.masses = "H=2.014"
      $0.temperature = "650 K"
    }.study
    let file = folder.file("export.h5")
    _ = try export(study: study, index: 0, ExportRequest(format: .h5md, output: file))
    let again = try importing([file], into: "again", folder) { $0 = ImportRequest.Options() }.study
    let (a, b) = (try diffusivity(of: study), try diffusivity(of: again))
    #expect(abs(a.value - b.value) <= 1e-6 * a.value && abs(a.error - b.error) <= 1e-6 * a.error)
    #expect(again.runs[0].temperature_K == 650)
    #expect(again.manifest.masses_amu == ["H": 2.014])

    // The text file holds the atoms only, without a temperature.
    let text = folder.file("export.extxyz")
    _ = try export(study: study, index: 0, ExportRequest(format: .extxyz, output: text))
    let third = try importing([text], into: "third", folder) { $0.timestep = nil }.study
    let c = try diffusivity(of: third)
    // The masses differ, and with them the centres that D is measured against.
    #expect(abs(a.value - c.value) < 1e-2 * a.value)
    #expect(third.runs[0].manifest.sample_ps == study.runs[0].manifest.sample_ps)
  }

  /// Runs at one temperature are replicas; the study opens again, resolves to itself and is not simulated.
  @Test func studyOfSeveralRuns() throws {
    let files = try (0..<3).map {
      try dump(SyntheticSalt(frames: 100, seed: UInt64($0)), .wrapped, as: "d\($0)")
    }
    let study = try importing(files, into: "s", folder) { $0.temperature = "600 K, 700 K,600 K" }.study
    #expect(study.runs.map(\.directoryName) == ["0000-T600K-r1", "0001-T700K-r1", "0002-T600K-r2"])
    let found = try temperatures(of: study)
    #expect(found.map { $0["replicas"] as? Int } == [2, 1])
    for run in study.runs {
      #expect(study.state(of: run.index).state == .done)
      #expect(run.manifest.time_ps == 9.9)
    }
    let yaml = try String(contentsOfFile: study.path + "/study.yaml", encoding: .utf8)
    #expect(try StudyPlan(manifestAt: study.path + "/study.yaml").resolvedYAML == yaml)
    #expect(study.manifest.inputs.count == 3)
    #expect(
      try refusal { _ = try PlanTable(study.plan, estimate: systemEstimate) { _, _ in nil } }.contains(
        "imported"))
    // The files may be deleted; the record remains.
    for file in files { try FileManager.default.removeItem(atPath: file) }
    #expect(try temperatures(of: StudyDirectory(opening: study.path)).count == 2)
  }

  /// The mobile ions alone: there is no framework, and displacements are measured in the frame of the simulation.
  @Test func mobileIonsAlone() throws {
    let salt = SyntheticSalt(frames: 400, seed: 11, drift_A: .zero)
    let dump = try folder.file("na", salt.dump(.unwrapped, only: ["Na"]))
    let study = try importing([dump], into: "s", folder).study
    let d = try diffusivity(of: study)
    #expect(abs(d.value - SyntheticSalt.diffusivity_A2_per_ps) < 4 * d.error && d.error < 0.5 * d.value)
    let first = try #require(try temperatures(of: study).first)
    #expect(first["outcome"] as? String == "measured")
    let codes = try #require(first["warnings"] as? [[String: Any]]).flatMap(\.keys)
    #expect(codes.contains("no_drift_reference") && codes.contains("no_framework"))
    let observables = try #require(first["observables"] as? [[String: Any]])
    #expect(observables.contains { $0["name"] as? String == "haven-ratio" })
  }

  /// Deuterium is known by its mass, which no symbol shows.
  @Test func massesOfTheFileCount() throws {
    let text = SyntheticSalt(frames: 3, seed: 1).dump(.wrapped).replacing(
      "element x y z id", with: "element x y z id mass"
    )
    .split(separator: "\n").map { line in
      let mass = ["Na": 22.99, "B": 10.81, "H": 2.014][line.prefix { $0 != " " }]
      return mass.map { "\(line) \($0)" } ?? String(line)
    }.joined(separator: "\n")
    let study = try importing([try folder.file("m", text + "\n")], into: "s", folder).study
    #expect(study.manifest.masses_amu == ["H": 2.014])
  }
}

extension Vector3 {
  fileprivate init(_ values: [Double]) { self.init(values[0], values[1], values[2]) }
}
