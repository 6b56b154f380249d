import Foundation
import Synchronization
import TestSupport
import Testing
import Trajectory

extension WithRanks {
  /// Runs of several stages: a ramp, constant pressure, constant volume at the mean cell.
  @Suite struct ProtocolTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private static var protocolStudy: SmallStudy {
      var study = SmallStudy()
      study.stages = """
        {relax: {force: 2 eV/Å}, melt: {time: 0.4 ps, temperature: {from: 1100 K, to: 700 K}, record: true,
          thermostat: {langevin: {friction: 50 /ps}}}, settle: {time: 0.5 ps, ensemble: npt, pressure: 0.5 GPa,
          barostat: {mtk: {damping: 0.2 ps, cell: full}}}, sample: {time: 0.4 ps, start-cell: mean, freeze: {B12H12: rotation}}}
        """
      study.record = "{mobile: 10 fs, anions: 10 fs, all: 50 fs, observables: 1 fs, checkpoint: 0.03 s}"
      return study
    }

    /// A cancelled or killed run of any stage goes on bit for bit, on one rank and on two.
    @Test(arguments: [1, 2])
    func anyStageGoesOnBitForBit(_ ranks: Int) throws {
      let manifest = Self.protocolStudy
      let study = try manifest.plan(in: folder)
      for (number, stage) in ["melt", "settle", "sample"].enumerated() {
        let run = try Ranks(study, ranks: ranks)
        try #require(run.reach { run.ranks.count == ranks }, "\(run.output)")
        // Of the stage whose mean cell is wanted in its second half, from where on it is summed.
        let least = stage == "settle" ? 270 : 10
        try #require(run.reach { study.checkpoint(of: stage) >= least }, "\(run.output)")
        if number == 1 {
          run.stop()
          #expect(run.end() == 75)
        } else {
          kill(try #require(run.ranks.last), SIGKILL)
          #expect(run.end(within: 10) != 0)
        }
        #expect(try study.state()["stage"] as? String == stage)
      }
      #expect(try simulate(study, ranks: ranks) == 0)
      for stage in ["melt", "settle", "sample"] {
        #expect(study.log().contains(try Regex("resumes \(stage) at step [1-9]")))
      }
      let whole = try Self.whole(ranks)
      let comparison = try compareRecords(try study.run(), try whole.run())
      #expect(comparison.differences == [])
      #expect(comparison.files == ranks)
      #expect(comparison.datasets > 40 * ranks)
      let found = try #require(try RunCorrelations(directory: try study.run()))
      let wanted = try #require(try RunCorrelations(directory: try whole.run()))
      #expect(found.isComplete && found.series == wanted.series)
    }

    /// By the number of ranks; a folder is removed with its last owner.
    private static let wholes = Mutex<[Int: (folder: Folder, study: StudyFolder)]>([:])

    /// The uninterrupted run.
    private static func whole(_ ranks: Int) throws -> StudyFolder {
      try wholes.withLock { known in
        if let made = known[ranks] { return made.study }
        var manifest = protocolStudy
        manifest.record = manifest.record.replacing("checkpoint: 0.03 s", with: "checkpoint: 1 h")
        let folder = try Folder()
        let study = try manifest.plan(in: folder, as: "whole")
        try #require(try simulate(study, ranks: ranks) == 0, "\(study.log())")
        removeAtExit(folder)
        known[ranks] = (folder, study)
        return study
      }
    }

    /// What the stages were made for, and the record of each apart from that of `sample`.
    @Test func everyStageDoesWhatItSays() throws {
      let study = try Self.whole(1)
      let record = try RunRecord(directory: try study.run())
      #expect(try record.stages() == ["melt", "settle"])
      // The cell of a stage of constant volume is the mean one of the stage before, from its second half.
      let settled = try record.observables(stage: "settle")
      #expect(settled.steps == Array(1...500))
      let volumes = settled.records.map(\.volume_A3)
      #expect(Set(volumes).count > 400)
      let mean = volumes[250...].reduce(0, +) / 250
      let sampled = try record.observables().records.map(\.volume_A3)
      #expect(sampled.allSatisfy { abs($0 / mean - 1) < 1e-12 }, "\(sampled[0]) \(mean)")
      // The ramp: 208 atoms fluctuate by 3 %, and the mean over its last quarter, around 750 K, by less. The ions lag
      // behind by the time of the friction, 20 fs, and so by 20 K.
      let melt = try record.observables(stage: "melt")
      #expect(melt.steps == Array(0...400))
      let end = melt.records.suffix(100).reduce(0) { $0 + $1.temperature_K } / 100
      #expect(abs(end / 750 - 1) < 0.12, "\(end)")
      // Velocities are drawn at the start of the ramp, and once.
      #expect(abs(melt.records[0].temperature_K / 1100 - 1) < 0.15)
      let (last, next) = (melt.records[400].temperature_K, settled.records[0].temperature_K)
      #expect(abs(last - next) < 30, "\(last) \(next)")
      // Frames of the stage are in groups of their own, with the intervals of the record.
      #expect(try record.steps(of: "stage.melt.mobile") == Array(stride(from: 0, through: 400, by: 10)))
      #expect(try record.steps(of: "stage.melt.all") == Array(stride(from: 0, through: 400, by: 50)))
      #expect(try record.steps(of: "mobile") == Array(stride(from: 0, through: 400, by: 10)))
      #expect(record.plan.groups.map(\.name).filter { $0.contains("settle") } == [])
      let log = study.log()
      #expect(log.contains("melt from step 0: nvt, 1100 K to 700 K, 400 fs"))
      #expect(log.contains("settle from step 400: npt, 0.5 GPa, 500 fs"))
      #expect(log.contains("sample begins with the mean cell of settle"))
      #expect(log.contains("sample from step 900: nvt, from the mean cell, 400 fs"))
      #expect(try study.state()["step"] as? Int == 1300)
    }

    /// The same answer on one rank and on two, as far as rounding allows: its errors grow by some e-fold in 0.1 ps.
    @Test func ranksAgree() throws {
      let records = try [1, 2].map { try RunRecord(directory: try Self.whole($0).run()) }
      let melts = try records.map { try $0.observables(stage: "melt").records }
      for step in [0, 20, 60] {
        #expect(abs(melts[0][step].temperature_K / melts[1][step].temperature_K - 1) < 1e-4, "\(step)")
        #expect(abs(melts[0][step].potentialEnergy_eV - melts[1][step].potentialEnergy_eV) < 0.01, "\(step)")
      }
      let volumes = try records.map { try $0.observables().records[0].volume_A3 }
      #expect(abs(volumes[0] / volumes[1] - 1) < 0.01, "\(volumes)")
    }

    /// The results hold the sampling stage alone, at the run's temperature.
    @Test func onlySampleIsAnalysed() throws {
      var manifest = Self.protocolStudy
      manifest.stages =
        "{heat: {time: 60 fs, temperature: {from: 500 K, to: 700 K}, record: true}, sample: 0.3 ps}"
      try folder.write(manifest.text, to: "small.yaml")
      let result = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
      try #require(result.exitCode == 0, "\(result.errors)")
      let study = StudyFolder(path: "\(folder.path)/study")
      let point = try #require(try study.temperatures().first)
      #expect(point["temperature_K"] as? Double == 700)
      #expect(point["sampled_ps"] as? Double == 0.3)
      let export = try paddlewheel(
        "export", "study", "0", "--format", "extxyz", "--group", "stage.heat.all", "--output", "heat.xyz",
        in: folder.path)
      #expect(export.exitCode == 0, "\(export.errors)")
      #expect(export.errors.contains("208 stage.heat.all, 3 frames"), "\(export.errors)")
    }
  }
}
