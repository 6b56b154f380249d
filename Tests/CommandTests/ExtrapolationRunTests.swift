import Foundation
import StudyStore
import TestSupport
import Testing
import Trajectory

extension WithRanks {
  /// Studies with a model that carries the active set of its training set.
  @Suite struct ExtrapolationRunTests {
    private let folder: Folder
    private static let model: SmallNEP = {
      var model = SmallNEP(["Na", "B", "H"])
      model.depth_eV = 0.02
      (model.neurons, model.degrees) = (2, "1")
      return model
    }()

    init() throws {
      folder = try Folder()
      try folder.write(Self.model.text, to: "nep.txt")
      try folder.write(Self.model.activeSet(scale: 1.2), to: "nep.asi")
    }

    private func study(
      _ potential: String = "{nep: nep.txt, base: paddlewheel-ff, active-set: nep.asi}", bounds: String? = nil
    ) -> SmallStudy {
      var study = SmallStudy()
      study.system = "{structure: na2b12h12-bcc}"
      study.potential = potential
      study.stages = "{equilibrate: 20 fs, sample: 0.1 ps}"
      study.record = "{mobile: 10 fs, anions: 10 fs, all: 50 fs, observables: 10 fs, checkpoint: 0.03 s"
      study.record += bounds.map { ", extrapolation: \($0)}" } ?? "}"
      return study
    }

    private func candidates(_ study: StudyFolder) throws -> String {
      try String(contentsOfFile: try study.run() + "/candidates.extxyz", encoding: .utf8)
    }

    private func count(_ study: StudyFolder) throws -> ExtrapolationCount {
      let data = try JSONSerialization.data(withJSONObject: try study.state()["extrapolation"] ?? [:])
      return try JSONDecoder().decode(ExtrapolationCount.self, from: data)
    }

    /// The last column of each atom of each frame.
    private func grades(_ text: String) -> [[Double]] {
      let lines = text.split(separator: "\n")
      return stride(from: 0, to: lines.count, by: 54).map { first in
        lines[(first + 2)..<min(first + 54, lines.count)].compactMap {
          $0.split(separator: " ").last.flatMap { Double($0) }
        }
      }
    }

    /// A killed run goes on bit for bit, its counts and candidates included. The grades are those of `energies`.
    @Test(arguments: [1, 2])
    func goesOnBitForBit(_ ranks: Int) throws {
      var manifest = study(bounds: "{candidates: 1e-3, most: 12}")
      let study = try manifest.plan(in: folder)
      let run = try Ranks(study, ranks: ranks)
      try #require(run.reach { study.checkpointStep() >= 40 }, "\(run.output)")
      kill(try #require(run.ranks.last), SIGKILL)
      #expect(run.end(within: 10) != 0)
      #expect(try simulate(study, ranks: ranks) == 0)
      #expect(study.log().contains(try Regex("resumes sample at step [1-9]")))
      manifest.record = manifest.record.replacing("checkpoint: 0.03 s", with: "checkpoint: 1 h")
      let whole = try manifest.plan(in: folder, as: "whole")
      try #require(try simulate(whole, ranks: ranks) == 0, "\(whole.log())")
      #expect(try compareRecords(try study.run(), try whole.run()).differences == [])
      #expect(try candidates(study) == candidates(whole))
      #expect(try count(study) == count(whole))

      let record = try RunRecord(directory: try study.run())
      #expect(record.plan.extrapolation == ["B", "H", "Na", "B12H12"])
      let all = try record.observables(stage: "equilibrate").records + record.observables().records
      let found = try count(study)
      let outside: [Int] = all.map { Int(columns($0, 2).reduce(0, +)) }
      let largest: [Double] = all.flatMap { columns($0, 1) }
      #expect(found.records == all.count && found.recordsOutside == outside.count { $0 > 0 })
      #expect(found.mostAtoms == outside.max() && (1..<52).contains(found.mostAtoms))
      #expect(found.largestGrade == largest.max())
      #expect(study.log().contains("left the model's training set"))
      try expectResults(study, record)
      try expectGradesOfEnergies(study)
    }

    /// One number of each element.
    private func columns(_ record: ObservablesRecord, _ column: Int) -> [Double] {
      (0..<3).map { record.extrapolationGrades[3 * $0 + column] }
    }

    private func expectResults(_ study: StudyFolder, _ record: RunRecord) throws {
      let aggregate = try paddlewheel("aggregate", study.path, in: folder.path)
      #expect(aggregate.exitCode == 0, "\(aggregate.errors)")
      let observables = try #require(try study.temperatures().first?["observables"] as? [[String: Any]])
      func value(_ name: String, _ kind: String) -> Double? {
        observables.first { $0["name"] as? String == name && $0["series"] as? String == kind }?["value"]
          as? Double
      }
      let records = try record.observables().records
      for (index, kind) in ["B", "H", "Na", "B12H12"].enumerated() {
        let columns = (0..<3).map { column in records.map { $0.extrapolationGrades[3 * index + column] } }
        let means = columns.map { $0.reduce(0, +) / Double($0.count) }
        #expect(abs((value("extrapolation-grade", kind) ?? 0) - means[0]) < 1e-9)
        #expect(abs((value("largest-extrapolation-grade", kind) ?? 0) - (columns[1].max() ?? 0)) < 1e-9)
        #expect(abs((value("atoms-outside-training", kind) ?? -1) - means[2]) < 1e-9)
      }
      let notes = try study.summary()["notes"] as? [String] ?? []
      #expect(notes.contains { $0.contains("left the model's training set") }, "\(notes)")
      let explained = try paddlewheel("explain", "study", "0", in: folder.path)
      #expect(explained.output.contains("left the model's training set"))
    }

    private func expectGradesOfEnergies(_ study: StudyFolder) throws {
      let path = try study.run() + "/candidates.extxyz"
      let energies = try paddlewheel(
        "energies", path, "--potential", "nep.txt", "--active-set", "nep.asi", "--output", "out.extxyz",
        in: folder.path)
      #expect(energies.exitCode == 0, "\(energies.errors)")
      let wanted = grades(try String(contentsOfFile: "\(folder.path)/out.extxyz", encoding: .utf8))
      let found = grades(try candidates(study))
      #expect(found.count == 12 && found.count == wanted.count)
      // The file has positions to 1e-8 Å and grades of six digits.
      for (a, b) in zip(found, wanted) {
        #expect(a.count == 52 && zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 * max(1, $1) })
      }
    }

    /// However the atoms are divided.
    @Test func ranksAgree() throws {
      var series: [[ObservablesRecord]] = []
      var counts: [ExtrapolationCount] = []
      for ranks in [1, 2] {
        var manifest = study(bounds: "{candidates: 1.2}")
        manifest.stages = "{sample: 30 fs}"
        let study = try manifest.plan(in: folder, as: "ranks-\(ranks)")
        try #require(try simulate(study, ranks: ranks) == 0, "\(study.log())")
        series.append(try RunRecord(directory: study.run()).observables().records)
        counts.append(try count(study))
      }
      for (a, b) in zip(series[0], series[1]) {
        for (x, y) in zip(a.extrapolationGrades, b.extrapolationGrades) {
          #expect(abs(x - y) < 1e-4 * max(1, x))
        }
      }
      #expect(series[0].count == 4 && series[1].count == 4)
      #expect(counts[0].mostAtoms == counts[1].mostAtoms && counts[0].firstStep == counts[1].firstStep)
    }

    /// Beyond the bound the run ends with the reason, the frame and the count.
    @Test func tooFarEndsTheRun() throws {
      let study = try study(bounds: "{stop: 1e-3}").plan(in: folder)
      let run = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
      #expect(run.exitCode == 1)
      let message = try study.state()["message"] as? String ?? ""
      #expect(message.contains("record.extrapolation.stop"), "\(message)")
      let text = try candidates(study)
      #expect(
        text.hasPrefix("52\nLattice=") && text.contains(":gamma:R:1 ") && text.contains(" largest_gamma="))
      #expect(try count(study).records == 1)
    }

    /// A set of another model, or a transposed one, has every atom outside.
    @Test func aWrongSetIsSuspected() throws {
      try folder.write(Self.model.activeSet(scale: 1e4), to: "nep.asi")
      var manifest = study()
      manifest.stages = "{sample: 20 fs}"
      let study = try manifest.plan(in: folder)
      #expect(try simulate(study, ranks: 1) == 0)
      #expect(study.log().contains("every atom has γ > 1"))
      #expect(study.log().contains("active-set-order"))
    }

    /// A description names the set, which the study keeps; `none` does without.
    @Test func descriptionNamesTheSet() throws {
      try folder.write(
        "model: test\nbase: paddlewheel-ff\nactive-set: turned.asi\nactive-set-order: columns\n",
        to: "potential.yaml")
      try folder.write(Self.model.activeSet(scale: 1.2, isByColumns: true), to: "turned.asi")
      var records: [[Double]] = []
      for (name, potential) in [
        ("given", "{nep: nep.txt, base: paddlewheel-ff, active-set: nep.asi, active-set-order: rows}"),
        ("described", "{nep: nep.txt, base: paddlewheel-ff}"),
      ] {
        var manifest = study(potential)
        manifest.stages = "{sample: 20 fs}"
        let study = try manifest.plan(in: folder, as: name)
        #expect(try simulate(study, ranks: 1) == 0, "\(study.log())")
        records.append(
          try RunRecord(directory: study.run()).observables().records.flatMap(\.extrapolationGrades))
      }
      #expect(records[0] == records[1] && records[0].count == 3 * 12)
      let inputs = "\(folder.path)/described/inputs/potential-1"
      #expect(
        FileManager.default.contentsEqual(
          atPath: "\(inputs)/turned.asi", andPath: "\(folder.path)/turned.asi"))
      // A change of the copy is noticed.
      try Data("Na 1 1\n1\n".utf8).write(to: URL(fileURLWithPath: "\(inputs)/turned.asi"))
      let again = try paddlewheel(
        "run", "described/study.yaml", "--output", "described", in: folder.path)
      #expect(again.exitCode == 2 && again.errors.contains("turned.asi"), "\(again.errors)")

      var without = study("{nep: nep.txt, base: paddlewheel-ff, active-set: none}")
      without.stages = "{sample: 20 fs}"
      let study = try without.plan(in: folder, as: "without")
      #expect(try simulate(study, ranks: 1) == 0)
      #expect(try RunRecord(directory: study.run()).plan.extrapolation == nil)
      #expect(try study.state()["extrapolation"] == nil)
    }

    /// Sets of other models, and keys that contradict each other, are refused with the file.
    @Test func contradictionsAreRefused() throws {
      var other = Self.model
      other.neurons = 3
      try folder.write(other.activeSet(scale: 1), to: "other.asi")
      let sodium = Self.model.activeSet(scale: 1).split(separator: "\nB ")[0]
      try folder.write(String(sodium) + "\n", to: "sodium.asi")
      try folder.write("Na 1", to: "short.asi")
      func refuses(_ potential: String, _ bounds: String?, _ words: String...) throws {
        try folder.write(study(potential, bounds: bounds).text, to: "small.yaml")
        let result = try paddlewheel("plan", "small.yaml", in: folder.path)
        #expect(result.exitCode == 2)
        for word in ["small.yaml"] + words { #expect(result.errors.contains(word), "\(result.errors)") }
      }
      let base = "nep: nep.txt, base: paddlewheel-ff"
      try refuses("{\(base), active-set: other.asi}", nil, "other.asi:1", "found '27'", "18 rows for Na")
      try refuses("{\(base), active-set: sodium.asi}", nil, "sodium.asi has no B", "it has Na")
      try refuses("{\(base), active-set: short.asi}", nil, "short.asi:1")
      try refuses("{\(base), active-set: missing.asi}", nil, "missing.asi")
      try refuses("{\(base)}", "{candidates: 2}", "record.extrapolation", "active-set: FILE.asi")
      try refuses(
        "{nep: [nep.txt, nep.txt], active-set: nep.asi}", nil, "potential.active-set", "one model beside it")
      try refuses("{name: paddlewheel-ff, active-set: nep.asi}", nil, "potential.active-set", "nep: FILE")
      try refuses("{\(base), active-set: nep.asi, active-set-order: diagonal}", nil, "rows or columns")
    }
  }
}
