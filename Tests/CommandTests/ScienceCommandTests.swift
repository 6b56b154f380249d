import Foundation
import Testing

/// `compare`, `structure landscape` and `structure phonons`.
extension WithRanks {
  @Suite struct ScienceCommandTests {
    @Test func landscapeIsPrintedAndWritten() throws {
      let folder = try Folder()
      let result = try paddlewheel(
        "structure", "landscape", "o-nbh", "--anion", "BH4", "--directions", "200", "--output", "map.csv",
        "--json", in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
      let forms = try #require(json?["forms"] as? [[String: Any]])
      #expect(forms.map { $0["form"] as? String } == ["rigid", "relaxed"])
      #expect(forms[0]["site"] as? String == "over a face of 3 atoms")
      let lines = try String(contentsOfFile: "\(folder.path)/map.csv", encoding: .utf8).split(separator: "\n")
      #expect(lines.count(where: { $0.hasPrefix("relaxed,") }) == 200)
      #expect(lines.contains { $0.hasPrefix("profile rigid,") })
    }

    @Test(arguments: [
      (["landscape", "o-nbh"], "--anion"),
      (["landscape", "o-nbh", "--anion", "NH2"], "wanted one of B12H12, BH4"),
      (["landscape", "na2b12h12-bcc", "--cation", "Mg"], "Mg"),
      (["landscape", "na2b12h12-bcc", "--directions", "3"], "100"),
      (["phonons", "k2b12h12", "--temperatures", "hot"], "hot"),
      (["phonons", "k2b12h12", "--relax", "sideways"], "sideways"),
      (["phonons", "k2b12h12", "--nep", "none.txt"], "none.txt"),
      (["phonons", "nowhere.cif"], "nowhere.cif"),
    ])
    func badRequestsAreNamed(_ arguments: [String], _ words: String) throws {
      let folder = try Folder()
      let result = try paddlewheel(["structure"] + arguments, in: folder.path)
      #expect(result.exitCode == 2, "\(arguments)")
      #expect(result.errors.contains(words), "\(result.errors)")
    }

    /// K2B12H12 is a minimum of the potential; its vibrations give a free energy that falls with temperature.
    @Test func phononsAreThoseOfAMinimum() throws {
      let folder = try Folder()
      let result = try paddlewheel(
        "structure", "phonons", "k2b12h12", "--temperatures", "0,300,650", "--json", in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
      #expect(json?["imaginary"] as? Int == 0)
      #expect(json?["formula_units"] as? Int == 4)
      let frequencies = try #require(json?["frequencies_THz"] as? [Double])
      #expect(frequencies.count == 3 * 104)
      // 48 B–H stretching modes.
      #expect(frequencies.count(where: { $0 > 65 }) == 48)
      let thermal = try #require(json?["thermal"] as? [[String: Any]])
      let free = thermal.compactMap { $0["free_energy_eV"] as? Double }
      #expect(free.count == 3 && free[0] > free[1] && free[1] > free[2])
    }

    @Test func comparisonWantsResults() throws {
      let folder = try Folder()
      try folder.write(
        """
        title: A paper
        citation: Somebody (2020)
        targets:
          - {what: D, source: Table 1, study: small, temperature: 700 K, quantity: diffusivity, printed: 2e-5 cm^2/s}
        """, to: "targets.yaml")
      let absent = try paddlewheel("compare", "nothing", "--with", "targets.yaml", in: folder.path)
      #expect(absent.exitCode == 2)
      var manifest = SmallStudy()
      manifest.stages = "{relax: {force: 2 eV/Å}, sample: 60 fs}"
      let study = try manifest.plan(in: folder)
      let early = try paddlewheel("compare", "study", "--with", "targets.yaml", in: folder.path)
      #expect(early.exitCode == 1 && early.errors.contains("aggregate"))
      #expect(try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path).exitCode == 0)
      let result = try paddlewheel("compare", "study", "--with", "targets.yaml", in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(result.output.contains("? D\n    printed 2e-5 cm^2/s"), "\(result.output)")
      #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(result.output)")
      let table = try paddlewheel("compare", "study", "--with", "targets.yaml", "--markdown", in: folder.path)
      #expect(table.output.contains("| D | Table 1 | 2e-5 cm^2/s |"))
      // 60 fs are far too short.
      #expect(result.output.contains("not sampled enough"))
      for ending in ["html", "md", "json"] {
        #expect(FileManager.default.fileExists(atPath: "\(study.results)/comparison-targets.\(ending)"))
      }
      let html = try String(contentsOfFile: "\(study.results)/comparison-targets.html", encoding: .utf8)
      #expect(html.contains("Somebody (2020)") && html.contains("not sampled enough"))
      try folder.write("title: x", to: "targets.yaml")
      #expect(try paddlewheel("compare", "study", "--with", "targets.yaml", in: folder.path).exitCode == 2)
    }
  }
}
