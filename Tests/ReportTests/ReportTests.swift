import Foundation
import TestSupport
import Testing

@testable import Report
@testable import Results

@Suite(.needs(.gnuplot)) struct ReportTests {
  /// Writes a report into a folder of its own and passes it on.
  private func withReport(
    _ summary: StudySummary, _ curves: StudyCurves, manifest: String = Sample.manifest,
    provenance: [(String, String)] = Sample.provenance, _ body: (URL) throws -> Void
  ) async throws {
    let directory = Sample.directory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let report = try await writeReport(
      results: directory.appendingPathComponent("results"), summary: summary, curves: curves,
      manifest: manifest, provenance: provenance)
    #expect(report.path == directory.appendingPathComponent("results/report.html").path)
    try body(directory)
  }

  @Test func oneSet() async throws {
    try await withReport(Sample.summary(), Sample.curves()) { directory in
      let page = try read(directory, "report.html")
      let content = XMLContent(page)
      #expect(content.error == nil)
      #expect(content.elements["svg"] == 5)
      for text in [
        "0.126 ± 0.013 eV", "5.1 mS/cm", "3.1 – 8.2", "(1.76 ± 0.23)×10⁻⁵", "0.700 ± 0.040", "node17",
        "Open MPI 4.1.4", "supercell: [3, 3, 3]", "8 runs", "extrapolated", "Paddlewheel contributors",
        "How fast do the ions diffuse?", "How well do they conduct?", "What it would take", "± 10 % at 500 K",
      ] {
        #expect(content.text.contains(text), "\(text)")
      }
      #expect(!page.contains("These results are incomplete"))
      // Nothing that a browser would download.
      #expect(!page.contains("src=") && !page.contains("@import") && !page.contains("<link"))
      #expect(Set(content.ids).count == content.ids.count)
      #expect(content.references.allSatisfy(Set(content.ids).contains))
      #expect(!content.references.isEmpty)
    }
  }

  @Test func figuresHoldTheirLabels() async throws {
    try await withReport(Sample.summary(sets: 3), Sample.curves(sets: 3)) { directory in
      let expected = [
        "arrhenius": ["1000 / T", "T  (K)", "500", "mass-scale 4", "= 0.206 ± 0.013 eV"],
        "conductivity": ["mS cm", "300"], "series": ["time  (ps)", "(eV/atom)"],
        "msd-1": ["mean squared displacement", "800 K", "slope 1"],
        "active-ions-3": ["fraction of active ions", "600 K", "cut-off"],
      ]
      for (name, labels) in expected {
        let content = XMLContent(try read(directory, "figures/\(name).svg"))
        #expect(content.error == nil, "\(name)")
        for label in labels { #expect(content.text.contains(label), "\(name): \(label)") }
        let script = try read(directory, "figures/\(name).gp")
        #expect(script.contains("set output '\(name).svg'"))
        let data = try read(directory, "figures/\(name).dat")
        #expect(!data.isEmpty)
      }
    }
  }

  @Test func tablesHoldTheNumbers() async throws {
    try await withReport(Sample.summary(sets: 2), Sample.curves(sets: 2)) { directory in
      let d = rows(try read(directory, "diffusivity.csv"))
      #expect(d.count == 8)
      #expect(d[5]["mass-scale"] == "2" && d[5]["temperature_K"] == "600.0" && d[5]["diffused"] == "true")
      // 0.13 of 2 Å²/ps·exp(−0.166 eV/kT) at 600 K, in cm²/s: 1 Å²/ps = 1e-4 cm²/s.
      let error = try #require(Double(d[5]["diffusivity_error_cm2_per_s"] ?? ""))
      #expect(abs(error - 0.13 * 2e-4 * exp(-0.166 / (8.617333262e-5 * 600))) < 1e-15)
      let a = rows(try read(directory, "arrhenius.csv"))
      #expect(a.map { $0["activation_energy_eV"] } == ["0.126", "0.166"])
      #expect(a[0]["prefactor_cm2_per_s"] == "0.0002")
      let active = rows(try read(directory, "active-ions.csv"))
      #expect(active.count == 2 * 4 * 41 && active[0]["active_fraction_max"] == "1.0")
      let msd = rows(try read(directory, "msd.csv"))
      #expect(
        msd.filter { $0["in_fit_window"] == "true" }.allSatisfy {
          (5...15).contains(Double($0["lag_ps"] ?? "") ?? 0)
        })
      let sigma = rows(try read(directory, "conductivity.csv"))
      #expect(sigma.allSatisfy { $0["is_extrapolation"] == "true" } && sigma.count == 2)
    }
  }

  @Test func sameInputSameBytes() async throws {
    var written: [[String: Data]] = []
    for _ in 0..<2 {
      try await withReport(Sample.summary(sets: 2), Sample.curves(sets: 2)) { directory in
        let results = directory.appendingPathComponent("results")
        var files: [String: Data] = [:]
        for case let path as String in FileManager.default.enumerator(atPath: results.path) ?? .init() {
          files[path] = try? Data(contentsOf: results.appendingPathComponent(path))
        }
        written.append(files)
      }
    }
    #expect(written[0] == written[1])
    // A page, seven tables, their list, the bibliography, and three files for each of seven figures.
    #expect(written[0].count == 10 + 3 * 7)
  }

  @Test func nothingDiffused() async throws {
    var summary = Sample.summary()
    summary.sets[0].activationEnergy_eV = nil
    summary.sets[0].activationEnergyError_eV = nil
    summary.sets[0].prefactor_A2_per_ps = nil
    summary.sets[0].extrapolated = []
    summary.sets[0].warnings = [.text("no temperature diffused: no fit")]
    for i in summary.sets[0].temperatures.indices {
      summary.sets[0].temperatures[i].outcome = .didNotDiffuse
      summary.sets[0].temperatures[i].diffusivity_A2_per_ps = nil
      summary.sets[0].temperatures[i].diffusivityError = nil
      summary.sets[0].temperatures[i].conductivity_mS_per_cm = nil
      summary.sets[0].temperatures[i].upperBound_A2_per_ps = 2.5e-4
      summary.sets[0].temperatures[i].hops = 0
    }
    var curves = Sample.curves()
    curves.sets[0].fit = []
    for i in curves.sets[0].temperatures.indices { curves.sets[0].temperatures[i].fitWindow_ps = nil }
    try await withReport(summary, curves) { directory in
      let content = XMLContent(try read(directory, "report.html"))
      #expect(content.error == nil)
      #expect(content.text.contains("no diffusion seen: D < 2.5×10⁻⁸ (95 %)"))
      #expect(content.text.contains("no temperature diffused: no fit"))
      #expect(!content.text.contains("± 0.013"))
      #expect(!content.words.contains("nan") && !content.words.contains("NaN"))
      let figure = XMLContent(try read(directory, "figures/arrhenius.svg"))
      #expect(figure.error == nil)
      let data = try read(directory, "figures/arrhenius.dat")
      #expect(data.contains("upper bounds"))
      let d = rows(try read(directory, "diffusivity.csv"))
      #expect(d.allSatisfy { $0["diffusivity_cm2_per_s"]?.isEmpty == true && $0["diffused"] == "false" })
      #expect(!FileManager.default.fileExists(atPath: directory.path + "/results/figures/conductivity.svg"))
    }
  }

  @Test func lostValuesAreGaps() async throws {
    var summary = Sample.summary()
    summary.sets[0].temperatures[0].diffusivityError = .nan
    summary.sets[0].temperatures[1].activeFraction = nil
    summary.sets[0].temperatures[2].diffusivity_A2_per_ps = .nan
    summary.sets[0].extrapolated[0].interval95 = []
    var curves = Sample.curves()
    curves.sets[0].temperatures[0].msdError_A2 = curves.sets[0].temperatures[0].msdError_A2.map { _ in nil }
    curves.sets[0].temperatures[1].msd_A2[7] = .nan
    curves.sets[0].temperatures[2].lag_ps = []
    curves.sets[0].temperatures[3].activeFractionMax = []
    curves.sets[0].fit[3].band95 = []
    curves.runs[0].temperature_K[5] = .infinity
    curves.runs[1].conservedEnergy_eV = []
    curves.runs[2].atomCount = 0
    try await withReport(summary, curves) { directory in
      let content = XMLContent(try read(directory, "report.html"))
      #expect(content.error == nil && content.elements["svg"] == 5)
      #expect(content.text.contains("—"))
      #expect(content.words.isDisjoint(with: ["nan", "NaN", "-nan", "inf", "nil", "null"]))
      let table = try read(directory, "diffusivity.csv")
      #expect(!table.contains("nan"))
    }
  }

  @Test func hugeLegendsAndEmptyStudies() async throws {
    try await withReport(Sample.summary(sets: 12), Sample.curves(sets: 12)) { directory in
      let content = XMLContent(try read(directory, "report.html"))
      #expect(content.elements["svg"] == 3 + 24)
    }
    let empty = StudySummary(
      study: "empty", sets: [], complete: false, missing: [], warnings: [.text("nothing yet")])
    try await withReport(empty, StudyCurves(sets: [], runs: [])) { directory in
      let content = XMLContent(try read(directory, "report.html"))
      #expect(content.error == nil && content.text.contains("nothing yet"))
      #expect(content.text.contains("These results are incomplete"))
    }
  }

  @Test func textFromOutsideStaysText() async throws {
    let evil = "<script>alert('1')</script> & \"q\" {{title}} _a^b{c}@~\\ $(touch x) `id`\n[set output]'"
    var summary = Sample.summary(sets: 2)
    summary.study = evil
    summary.sets[0].point = [evil: evil]
    summary.sets[0].warnings = [.text(evil)]
    summary.sets[1].temperatures[0].warnings = [.text(evil)]
    summary.complete = false
    summary.missing = [evil]
    summary.warnings = [.text(evil)]
    var curves = Sample.curves(sets: 2)
    curves.runs[0].run = evil
    let pair = (evil, evil)
    try await withReport(summary, curves, manifest: "</pre>" + evil, provenance: [pair]) { directory in
      let content = XMLContent(try read(directory, "report.html"))
      #expect(content.error == nil)
      // The page's own, and the data of its plots.
      #expect(
        content.elements["script"] == 1
          + content.ids.count { $0.hasPrefix("figure-arr") || $0.hasPrefix("figure-msd") })
      #expect(content.text.contains("</pre><script>alert('1')</script> & \"q\" {{title}} _a^b{c}@~\\"))
      let figure = XMLContent(try read(directory, "figures/arrhenius.svg"))
      #expect(figure.error == nil && figure.elements["script"] == nil)
      #expect(figure.text.contains("_a^b{c}@~\\ $(touch x) `id` [set output]"))
      #expect(!FileManager.default.fileExists(atPath: directory.path + "/results/figures/x"))
    }
  }

  @Test func missingRunsAreWarnedOf() async throws {
    var summary = Sample.summary()
    summary.complete = false
    summary.missing = ["0003-T600K-r1: rank-0001.h5 is missing"]
    try await withReport(summary, Sample.curves()) { directory in
      let text = XMLContent(try read(directory, "report.html")).text
      #expect(text.contains("These results are incomplete") && text.contains("rank-0001.h5 is missing"))
      #expect(text.contains("1 run or file is not included"))
    }
  }
}
