import Foundation
import TestSupport
import Testing

/// What readers of results meet: files for scripts, the page, the terminal.
@Suite(.needs(.python)) struct ReaderTests {
  /// An import of a salt whose ions hop, aggregated; once for all tests.
  private static let imported: Result<Folder, any Error> = Result {
    let folder = try Folder()
    try folder.write(hoppingIons(frames: 60), to: "runs.extxyz")
    let result = try paddlewheel(
      "import", "runs.extxyz", "--output", "out", "--mobile", "Na", "--temperature", "500 K",
      "--frame-interval",
      "1 ps", in: folder.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    try folder.write(result.output + result.errors, to: "terminal.txt")
    removeAtExit(folder)
    return folder
  }

  /// A cubic box of 64 Na and 64 Cl; some Na walk in steps of 4 Å.
  private static func hoppingIons(frames: Int) -> String {
    var random = SystemLikeRandom(state: 1)
    var sodium: [[Double]] = (0..<64).map { (i: Int) -> [Double] in
      let x: Double = Double(i % 4) * 10 + 2
      let y: Double = Double((i / 4) % 4) * 10 + 2
      let z: Double = Double(i / 16) * 10 + 2
      return [x, y, z]
    }
    let chloride: [[Double]] = sodium.map { place in place.map { $0 + 5 } }
    func line(_ element: String, _ place: [Double], _ random: inout SystemLikeRandom) -> String {
      var text = element
      for x in place {
        let moved: Double = x + 0.2 * (random.next() - 0.5)
        text += String(format: " %.4f", moved)
      }
      return text
    }
    var text = ""
    for _ in 0..<frames {
      text += "128\nLattice=\"40 0 0 0 40 0 0 0 40\" Properties=species:S:1:pos:R:3 pbc=\"T T T\"\n"
      for place in sodium { text += line("Na", place, &random) + "\n" }
      for place in chloride { text += line("Cl", place, &random) + "\n" }
      for ion in 0..<64 where random.next() < 0.05 {
        sodium[ion][Int(random.next() * 3) % 3] += random.next() < 0.5 ? -4 : 4
      }
    }
    return text
  }

  /// The Python of a page that a test runs: the block after `<!-- test: NAME -->`.
  private static func snippet(_ name: String) throws -> String {
    let docs = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../docs/results.md").standardized
    let page = try String(contentsOf: docs, encoding: .utf8)
    let start = try #require(page.range(of: "<!-- test: \(name) -->\n\n```python\n"))
    let end = try #require(page.range(of: "```", range: start.upperBound..<page.endIndex))
    return String(page[start.upperBound..<end.lowerBound])
  }

  static let schema = URL(fileURLWithPath: #filePath).appendingPathComponent(
    "../../../docs/summary.schema.json"
  )
  .standardized.path

  /// The snippets of docs/results.md and the schema, on the results of a study.
  static func check(_ results: String) throws {
    let here = "import os; os.chdir(\(quoted(results)))\n"
    let pandas = try Python.run(here + snippet("pandas"), [])
    #expect(pandas.contains("diffusivity_cm2_per_s") && pandas.contains("Ea / eV"), "\(pandas)")
    let h5py = try Python.run(here + snippet("h5py"), [])
    #expect(h5py.contains("cm2 s-1") && h5py.contains("curves:"), "\(h5py)")
    let valid = try Python.run(
      """
      import json, sys, jsonschema
      schema, summary = (json.load(open(p)) for p in sys.argv[1:])
      jsonschema.Draft202012Validator.check_schema(schema)
      print(len(list(jsonschema.Draft202012Validator(schema).iter_errors(summary))), summary["schema_version"])
      summary["sets"][0]["unknown"] = 1
      print(len(list(jsonschema.Draft202012Validator(schema).iter_errors(summary))))
      """, [schema, "\(results)/summary.json"])
    #expect(valid == "0 2\n1", "\(valid)")
  }

  private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "\\'") + "'" }

  @Test func resultsOfAnImport() throws {
    try Self.check(Self.imported.get().path + "/out/results")
  }

  /// `terminal-against-report`: one verdict and one wording.
  @Test func theTerminalAndTheReportSayTheSame() throws {
    let folder = try Self.imported.get().path
    let terminal = try String(contentsOfFile: "\(folder)/terminal.txt", encoding: .utf8)
    let page = XMLContent(try String(contentsOfFile: "\(folder)/out/results/report.html", encoding: .utf8))
    #expect(page.error == nil)
    for words in ["no diffusion seen", "too short to tell"] {
      #expect(terminal.contains("\(words): D <") == page.text.contains("\(words): D <"), "\(words)")
    }
    let aggregated = try paddlewheel("aggregate", "out", in: folder)
    #expect(aggregated.exitCode == 0, "\(aggregated.errors)")
  }

  /// MDAnalysis takes names, masses and bonds from the PSF beside an exported file.
  @Test func topologyForMDAnalysis() throws {
    let folder = try Folder()
    try folder.write(Self.hydride, to: "salt.extxyz")
    let made = try paddlewheel(
      "import", "salt.extxyz", "--output", "out", "--mobile", "Na", "--temperature", "500 K",
      "--frame-interval",
      "1 ps", in: folder.path)
    try #require(made.exitCode == 0, "\(made.errors)")
    let exported = try paddlewheel(
      "export", "out", "0", "--format", "h5md", "--output", "run.h5md", in: folder.path)
    try #require(exported.exitCode == 0 && exported.errors.contains("run.psf"), "\(exported.errors)")
    let answer = try Python.run(
      """
      import sys, MDAnalysis
      u = MDAnalysis.Universe(sys.argv[1] + "/run.psf", sys.argv[1] + "/run.h5md", format="H5MD")
      na = u.select_atoms("name Na")
      print(len(u.atoms), len(na), round(float(na.masses[0]), 3), len(u.bonds), len(u.select_atoms("resname BH4").residues), len(u.trajectory))
      """, [folder.path])
    #expect(answer == "48 8 22.99 32 8 30", "\(answer)")
  }

  /// `ovito-orientation`: OVITO's order is x, y, z, w, and a particle without a radius is not drawn.
  @Test func orientationsForOVITO() throws {
    let folder = try Folder()
    try folder.write(Self.hydride, to: "salt.extxyz")
    let made = try paddlewheel(
      "import", "salt.extxyz", "--output", "out", "--mobile", "Na", "--temperature", "500 K",
      "--frame-interval",
      "1 ps", in: folder.path)
    try #require(made.exitCode == 0, "\(made.errors)")
    for (format, name) in [("h5md", "a.h5md"), ("extxyz", "a.extxyz")] {
      let exported = try paddlewheel(
        "export", "out", "0", "--format", format, "--group", "anions", "--output", name, in: folder.path)
      try #require(exported.exitCode == 0, "\(exported.errors)")
    }
    let answer = try Python.run(
      """
      import sys, ase.io, h5py, numpy
      frame = ase.io.read(sys.argv[1] + "/a.extxyz", index=3)
      q = frame.arrays["orientation"]
      with h5py.File(sys.argv[1] + "/a.h5md") as file:
          own = file["particles/anions/orientation/value"][3]
      print(len(q), abs(q[:, [3, 0, 1, 2]] - own).max() < 1e-6, abs(own[:, 0]).min() > 0.5, frame.arrays["radius"].min() > 1)
      """, [folder.path])
    #expect(answer == "8 True True True", "\(answer)")
  }

  /// Eight Na and eight BH4 in 30 frames.
  private static var hydride: String {
    var random = SystemLikeRandom(state: 5)
    let edge = 1.2 / 3.0.squareRoot()
    let corners = [[edge, edge, edge], [edge, -edge, -edge], [-edge, edge, -edge], [-edge, -edge, edge]]
    var text = ""
    for _ in 0..<30 {
      text += "48\nLattice=\"12 0 0 0 12 0 0 0 12\" Properties=species:S:1:pos:R:3 pbc=\"T T T\"\n"
      for i in 0..<8 {
        let place: [Double] = [Double(i & 1) * 6, Double((i >> 1) & 1) * 6, Double((i >> 2) & 1) * 6]
        var atoms: [(element: String, r: [Double])] = [("Na", place.map { $0 + 3 }), ("B", place)]
        for corner in corners {
          atoms.append(("H", [place[0] + corner[0], place[1] + corner[1], place[2] + corner[2]]))
        }
        for atom in atoms {
          text += atom.element
          for x in atom.r {
            let moved: Double = x + 0.05 * random.next()
            text += String(format: " %.4f", moved)
          }
          text += "\n"
        }
      }
    }
    return text
  }
}

/// The same numbers on every machine.
private struct SystemLikeRandom {
  var state: UInt64

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / Double(UInt64(1) << 53)
  }
}
