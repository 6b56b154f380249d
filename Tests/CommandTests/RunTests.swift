import Foundation
import Runner
import Testing

extension WithRanks {
  @Suite struct RunTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    static let promised: (study: Set<String>, set: Set<String>, temperature: Set<String>) = (
      ["schema_version", "sets", "complete", "missing", "notes", "study", "warnings"],
      [
        "point", "temperatures", "activation_energy_eV", "activation_energy_error_eV",
        "prefactor_A2_per_ps", "extrapolated", "notes",
        // Beyond the guaranteed keys: the data that the intervals are computed from.
        "arrhenius_covariance", "degrees_of_freedom", "composition", "observables", "outcome", "warnings",
        "activation_energy_interval_68_eV", "activation_energy_interval_95_eV", "prefactor_cm2_per_s",
        "log_diffusivity_scatter", "arrhenius_models", "system", "potential", "mobile", "charge_e",
        "charge_source",
      ],
      [
        "temperature_K", "diffusivity_A2_per_ps", "diffusivity_error", "diffused", "upper_bound_A2_per_ps",
        "hops", "active_fraction", "active_fraction_max", "active_fraction_error", "conductivity_mS_per_cm",
        "conductivity_error", "replicas", "sampled_ps", "notes", "diffusivity_degrees_of_freedom",
        "conductivity_upper_bound_mS_per_cm",
        "active_fraction_homogeneous", "mobile_ions", "observables", "outcome", "warnings",
        "active_fraction_error_source", "active_fraction_interval_68", "active_fraction_interval_95",
        "diffusivity_cm2_per_s", "diffusivity_interval_68_cm2_per_s", "diffusivity_interval_95_cm2_per_s",
        "upper_bound_cm2_per_s", "conductivity_interval_68_mS_per_cm", "conductivity_interval_95_mS_per_cm",
        "diffusivity_directions", "diffusivity_tensor", "diffusivity_error_cm2_per_s",
        "conductivity_error_mS_per_cm",
      ]
    )

    /// Every documented key is present, with null for missing values, and no other.
    static func checkKeys(_ summary: [String: Any]) throws {
      #expect(Set(summary.keys) == promised.study)
      for set in try #require(summary["sets"] as? [[String: Any]]) {
        #expect(Set(set.keys) == promised.set)
        for temperature in try #require(set["temperatures"] as? [[String: Any]]) {
          #expect(Set(temperature.keys) == promised.temperature)
        }
        for value in try #require(set["extrapolated"] as? [[String: Any]]) {
          let wanted = [
            "temperature_K", "conductivity_mS_per_cm", "interval_68", "interval_95", "is_extrapolation",
            "conductivity_interval_68_mS_per_cm", "conductivity_interval_95_mS_per_cm",
          ]
          #expect(Set(value.keys) == Set(wanted))
        }
      }
    }

    @Test func aStudyRunsToItsReportAndThenStandsStill() throws {
      try folder.write(SmallStudy.conducting.text, to: "small.yaml")
      let first = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
      #expect(first.exitCode == 0, "\(first.errors)")
      #expect(first.output.contains("/study/results/report.html"))
      let study = StudyFolder(path: "\(folder.path)/study")

      let runs = try study.runs()
      #expect(runs.map { ($0 as NSString).lastPathComponent } == ["0000-T1000K-r1", "0001-T1400K-r1"])
      for (index, run) in runs.enumerated() {
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: run))
        let wanted: Set = [
          "rank-0000.h5", "rank-0001.h5", "trajectory.h5", "correlations.h5", "state.json", "attempt-1.json",
          "log.txt",
        ]
        #expect(names.subtracting(["checkpoint.a.h5", "checkpoint.b.h5"]) == wanted)
        let state = try study.state(index)
        #expect(state["state"] as? String == "done")
        #expect(state["step"] as? Int == state["steps"] as? Int)
        #expect(study.log(index).hasSuffix("done\n"))
        // The cost of the steps, phase by phase; two ranks communicate.
        for words in ["steps/s", "ns/day", "of the time: ", "pairs ", "recording ", "messages a step"] {
          #expect(study.log(index).contains(words), "\(words)")
        }
      }
      let results = Set(try study.resultFiles().keys)
      let wanted: Set = [
        "summary.json", "results.h5", "curves.json", "report.html", "arrhenius.csv", "diffusivity.csv",
        "active-ions.csv", "figures/arrhenius.svg", "figures/msd.svg",
      ]
      #expect(results.isSuperset(of: wanted), "\(results.sorted())")

      let summary = try study.summary()
      #expect(summary["complete"] as? Bool == true)
      #expect(summary["missing"] as? [String] == [])
      let temperatures = try study.temperatures()
      #expect(temperatures.map { $0["temperature_K"] as? Double } == [1000, 1400])
      #expect(temperatures.map { $0["sampled_ps"] as? Double } == [3, 3])
      // Na is fast at these temperatures: without a value the comparison below would be empty.
      #expect(temperatures.contains { ($0["diffusivity_A2_per_ps"] as? Double ?? 0) > 0 })
      try Self.checkKeys(summary)

      let recorded = try study.files(in: "runs")
      let dates = try written(study)
      let resultsBefore = try study.resultFiles()
      let second = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
      #expect(second.exitCode == 0, "\(second.errors)")
      #expect(second.output == first.output)
      #expect(try study.files(in: "runs") == recorded)
      #expect(try written(study) == dates)
      try expectSame(try study.resultFiles(), resultsBefore)

      for verb in ["aggregate", "report", "aggregate"] {
        #expect(try paddlewheel(verb, "study", in: folder.path).exitCode == 0)
        try expectSame(try study.resultFiles(), resultsBefore)
      }
    }

    private func expectSame(_ now: [String: Data], _ before: [String: Data]) throws {
      #expect(now.keys.sorted() == before.keys.sorted())
      for (name, data) in before { #expect(now[name] == data, "\(name) has changed") }
    }

    /// When the files of the runs were last written.
    private func written(_ study: StudyFolder) throws -> [String: Date] {
      var dates: [String: Date] = [:]
      for name in try study.files(in: "runs").keys {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(study.path)/runs/\(name)")
        dates[name] = attributes[.modificationDate] as? Date
      }
      return dates
    }

    /// Started like a batch script, with only the settings that root and few cores need.
    @Test func simulateRunsUnderMPIByItself() throws {
      let study = try SmallStudy().plan(in: folder)
      let ranks = try Ranks(study)
      #expect(ranks.end() == 0, "\(ranks.output)")
      #expect(try study.state()["state"] as? String == "done")
      #expect(try study.state()["ranks"] as? Int == 2)
      let names = try FileManager.default.contentsOfDirectory(atPath: try study.run())
      #expect(names.filter { $0.hasPrefix("rank-") }.sorted() == ["rank-0000.h5", "rank-0001.h5"])
      let before = try study.files(in: "runs")
      #expect(try simulate(study) == 0)
      #expect(try study.files(in: "runs") == before)
    }

    @Test func simulateOfARunThatIsNotThereIsBadInput() throws {
      let study = try SmallStudy().plan(in: folder)
      let ranks = try Ranks(arguments: ["-np", "2", program, "simulate", study.path, "5"])
      #expect(ranks.end() == 2)
      #expect(ranks.output.contains("found the run 5, wanted a run from 0 to 0"), "\(ranks.output)")
    }

    /// Eight formula units realise x = 0.3 as 2/8: the results are for that composition.
    @Test func resultsSayTheTrueComposition() throws {
      var manifest = SmallStudy()
      manifest.system = "{structure: na3obh4-family, supercell: [2, 2, 2], composition: 0.3}"
      manifest.dynamics = "{ensemble: nvt, timestep: 0.5 fs}"
      manifest.stages = "{relax: {force: 2 eV/Å}, sample: 20 fs}"
      manifest.record = "{mobile: 10 fs, anions: 10 fs, all: 20 fs, observables: 10 fs, checkpoint: 1 h}"
      try folder.write(manifest.text, to: "small.yaml")
      let result = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      let study = StudyFolder(path: "\(folder.path)/study")
      let set = try #require((try study.summary()["sets"] as? [[String: Any]])?.first)
      #expect(set["composition"] as? Double == 0.25)
      #expect(result.output.contains("the cells hold x = 0.25"), "\(result.output)")
      let report = try String(contentsOfFile: "\(study.results)/report.html", encoding: .utf8)
      #expect(report.contains("Composition x, as built"))
      // BibTeX's range of pages is written as print does.
      #expect(report.contains("1117–1157") && !report.contains(/[0-9]--[0-9]/))
    }

    /// K2B12H12 does not conduct: no number may suggest that it does.
    @Test func aStudyWithoutDiffusionSaysSo() throws {
      var manifest = SmallStudy()
      manifest.system = "{structure: k2b12h12, supercell: [1, 1, 1]}"
      manifest.stages = "{relax: {force: 0.5 eV/Å}, equilibrate: 0.2 ps, sample: 3 ps}"
      manifest.record = "{mobile: 10 fs, anions: 10 fs, all: 0.5 ps, observables: 50 fs, checkpoint: 1 h}"
      manifest.temperatures = "[600 K, 800 K]"
      manifest.analysis = "{fit: {from: 0.2 ps, to: 0.6 ps}, active: {cutoff: 21 Å^2}}"
      try folder.write(manifest.text, to: "small.yaml")
      let result = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      let study = StudyFolder(path: "\(folder.path)/study")
      for t in try study.temperatures() {
        #expect(t["diffused"] as? Bool == false)
        #expect(try #require(t["upper_bound_A2_per_ps"] as? Double) > 0)
        for key in ["diffusivity_A2_per_ps", "conductivity_mS_per_cm"] { #expect(t[key] is NSNull?) }
        #expect(t["outcome"] as? String == "did_not_diffuse")
        #expect((t["notes"] as? [String])?.contains { $0.contains("no diffusivity") } == true)
      }
      let set = try #require((try study.summary()["sets"] as? [[String: Any]])?.first)
      #expect(set["activation_energy_eV"] is NSNull?)
      #expect((set["extrapolated"] as? [Any])?.isEmpty == true)
      #expect(result.output.contains("no diffusion seen"))
      #expect(result.output.contains("no activation energy"))
      let report = try String(contentsOfFile: "\(study.results)/report.html", encoding: .utf8)
      #expect(report.contains("no diffusion"))
      try Self.checkKeys(try study.summary())
    }
  }
}

extension SmallStudy {
  /// Na diffuses within picoseconds here: two temperatures, each with a diffusivity.
  static var conducting: SmallStudy {
    var study = SmallStudy()
    study.system = "{structure: na2b12h12-bcc, supercell: [1, 1, 2]}"
    study.stages = "{relax: {force: 2 eV/Å}, equilibrate: 0.2 ps, sample: 3 ps}"
    study.record = "{mobile: 10 fs, anions: 10 fs, all: 0.5 ps, observables: 50 fs, checkpoint: 1 h}"
    study.temperatures = "[1000 K, 1400 K]"
    study.analysis = "{fit: {from: 0.2 ps, to: 0.6 ps}, active: {cutoff: 2 Å^2}}"
    return study
  }
}
