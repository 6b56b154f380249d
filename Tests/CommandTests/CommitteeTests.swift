import Foundation
import TestSupport
import Testing
import Trajectory

extension WithRanks {
  /// Studies with models over the classical potential, committees and long steps.
  @Suite struct CommitteeTests {
    private let folder: Folder

    init() throws {
      folder = try Folder()
      for seed in [1, 2] as [UInt64] {
        var model = SmallNEP(["Na", "B", "H"])
        model.depth_eV = 0.02
        model.seed = seed
        try folder.write(model.text, to: "\(seed).txt")
      }
    }

    private func study(
      _ potential: String = "{nep: [1.txt, 2.txt], base: paddlewheel-ff}", deviations: String? = nil
    ) -> SmallStudy {
      var study = SmallStudy()
      study.system = "{structure: na2b12h12-bcc}"
      study.potential = potential
      study.dynamics =
        "{ensemble: nvt, timestep: 0.5 fs, multiple-timestep: {outer: 2 fs, middle: 1 fs, reference: paddlewheel-ff}}"
      study.stages = "{equilibrate: 20 fs, sample: 0.4 ps}"
      study.record = "{mobile: 10 fs, anions: 10 fs, all: 50 fs, observables: 10 fs, checkpoint: 0.03 s"
      study.record += deviations.map { ", deviations: \($0)}" } ?? "}"
      return study
    }

    private func candidates(_ study: StudyFolder) throws -> String {
      try String(contentsOfFile: try study.run() + "/candidates.extxyz", encoding: .utf8)
    }

    /// A killed run goes on bit for bit, its candidates included; the results have the models' disagreement.
    @Test(arguments: [1, 2])
    func goesOnBitForBit(_ ranks: Int) throws {
      var manifest = study(deviations: "{candidates: 1e-6 eV/Å, most: 30}")
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
      #expect(try candidates(study).components(separatedBy: "Lattice=").count == 31)

      let record = try RunRecord(directory: try study.run())
      #expect(record.plan.deviations == ["B", "H", "Na", "B12H12"])
      let series = try record.observables()
      #expect(series.records.allSatisfy { $0.modelDeviations_eV_per_A.count == 8 })
      let aggregate = try paddlewheel("aggregate", study.path, in: folder.path)
      #expect(aggregate.exitCode == 0, "\(aggregate.errors)")
      let observables = try #require(try study.temperatures().first?["observables"] as? [[String: Any]])
      for (index, kind) in ["B", "H", "Na", "B12H12"].enumerated() {
        let found = observables.first {
          $0["name"] as? String == "model-deviation" && $0["series"] as? String == kind
        }
        let squares = series.records.map {
          $0.modelDeviations_eV_per_A[2 * index] * $0.modelDeviations_eV_per_A[2 * index]
        }
        let rms = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
        #expect(abs((found?["value"] as? Double ?? 0) - rms) < 1e-9)
      }
    }

    /// A damaged file of candidates is begun anew.
    @Test(arguments: ["9223372036854775807\nstep=1\nx\n", "2\n\nNa", "-1\nstep=0\n", "\u{0}\u{1}"])
    func damagedCandidatesAreLeftOut(_ text: String) throws {
      let study = try study(deviations: "{candidates: 1e-6 eV/Å, most: 2}").plan(in: folder)
      try Data(text.utf8).write(to: URL(fileURLWithPath: try study.run() + "/candidates.extxyz"))
      #expect(try simulate(study, ranks: 1) == 0)
      #expect(try candidates(study).hasPrefix("52\nLattice="))
      #expect(try candidates(study).components(separatedBy: "Lattice=").count == 3)
    }

    /// Beyond the bound the run ends with the reason, the frame and all it has recorded.
    @Test func tooLargeADisagreementEndsTheRun() throws {
      let study = try study(deviations: "{stop: 1e-6 eV/Å}").plan(in: folder)
      let run = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
      #expect(run.exitCode == 1)
      let message = try study.state()["message"] as? String ?? ""
      #expect(message.contains("record.deviations.stop"), "\(message)")
      #expect(try candidates(study).hasPrefix("52\nLattice="))
    }

    /// What contradicts itself is refused with both values.
    @Test(arguments: [
      (
        "{nep: 1.txt, base: paddlewheel-ff}", "{candidates: 1 eV/Å}", ["record.deviations", "several models"]
      ),
      ("{nep: 1.txt, drive: first}", nil, ["potential.drive", "several models"]),
      ("{name: paddlewheel-ff, base: paddlewheel-ff}", nil, ["potential.base", "nep: FILE"]),
    ])
    func contradictionsAreRefused(_ potential: String, _ deviations: String?, _ words: [String]) throws {
      try folder.write(study(potential, deviations: deviations).text, to: "small.yaml")
      let result = try paddlewheel("plan", "small.yaml", in: folder.path)
      #expect(result.exitCode == 2)
      for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
    }

    /// A correction without its base has wrong forces, and says so.
    @Test func descriptionNamesTheBase() throws {
      try folder.write("model: test\nbase: paddlewheel-ff\n", to: "potential.yaml")
      var manifest = study("{nep: 1.txt}")
      manifest.dynamics = "{ensemble: nvt, timestep: 0.5 fs}"
      try folder.write(manifest.text, to: "small.yaml")
      let bare = try paddlewheel("plan", "small.yaml", in: folder.path)
      #expect(bare.exitCode == 2)
      #expect(bare.errors.contains("base: paddlewheel-ff"), "\(bare.errors)")
      manifest.potential = "{nep: 1.txt, base: paddlewheel-ff}"
      try folder.write(manifest.text, to: "small.yaml")
      #expect(try paddlewheel("plan", "small.yaml", in: folder.path).exitCode == 0)
    }

    /// Committees as values of an axis: each model by itself, beside the others.
    @Test func modelsAreAnAxis() throws {
      let text = study("{nep: 1.txt, base: paddlewheel-ff}").text
        .replacing("sweep: {", with: "sweep: {potential.nep: [1.txt, 2.txt], ")
      try folder.write(text, to: "small.yaml")
      let plan = try paddlewheel("plan", "small.yaml", "--output", "study", in: folder.path)
      #expect(plan.exitCode == 0, "\(plan.errors)")
      #expect(try StudyFolder(path: "\(folder.path)/study").runs().count == 2)
    }
  }
}
