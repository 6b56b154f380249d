import Foundation
import TestSupport
import Testing

/// `select` and `structure rattle`, through the real program.
extension WithRanks {
  @Suite struct SelectCommandTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func run(_ arguments: String...) throws -> CommandResult {
      try paddlewheel(arguments, in: folder.path)
    }

    private func text(_ name: String) throws -> String {
      try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
    }

    /// From structures to chosen frames, and from a model and its training set to an active set.
    @Test func framesAreMadeAndChosen() throws {
      let made = try run(
        "structure", "rattle", "o-nbh", "--displacement", "0.02,0.1", "--strain", "0.01", "--volume",
        "-4%,0,4%", "--copies", "2", "--seed", "3", "--output", "all.extxyz")
      #expect(made.exitCode == 0, "\(made.errors)")
      #expect(made.errors.contains("wrote all.extxyz: 12 copies of 1 structures"))
      #expect(
        try text("all.extxyz").contains(" copy=\"2\" displacement_A=\"0.1\" seed=\"3\" source=\"o-nbh\""))
      let chosen = try run("select", "all.extxyz", "--count", "4", "--output", "out.extxyz")
      #expect(chosen.exitCode == 0, "\(chosen.errors)")
      #expect(
        chosen.output.contains("candidates   12 frames") && chosen.output.contains("chosen       4 frames"))
      let frames = try text("out.extxyz").split(separator: "\n").filter { $0.hasPrefix("Lattice") }
      #expect(frames.count == 4 && Set(frames).count == 4)
      #expect(try frames.allSatisfy { line in try text("all.extxyz").contains(line) })
      let rest = try run(
        "select", "all.extxyz", "--labelled", "out.extxyz", "--count", "20", "--output", "rest.extxyz",
        "--method", "maxvol", "--json")
      #expect(
        rest.exitCode == 0 && rest.errors.contains("warning: 8 frames chosen, 20 wanted"), "\(rest.errors)")
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(rest.output.utf8)) as? [String: Any])
      let selection = try #require(json["selection"] as? [String: Any])
      #expect(selection["labelled"] as? Int == 4 && selection["chosen"] as? Int == 8)
      let after = try #require(selection["distance_after"] as? [String: Double])
      #expect(after["largest"] == 0)
    }

    @Test func activeSetsAreWritten() throws {
      var model = SmallNEP(["Na", "B", "H"])
      (model.neurons, model.counts, model.degrees) = (2, (1, 0), "1 0 0")
      try folder.write(model.text, to: "nep.txt")
      #expect(
        try run(
          "structure", "rattle", "o-nbh", "--displacement", "0.05", "--copies", "2", "--output", "a.extxyz"
        )
        .exitCode == 0)
      let written = try run(
        "select", "--active-set", "nep.asi", "--potential", "nep.txt", "--labelled", "a.extxyz")
      #expect(written.exitCode == 0, "\(written.errors)")
      #expect(written.output.hasPrefix("active set  atoms  size  spanned  largest grade\n"))
      let energies = try run(
        "energies", "a.extxyz", "--potential", "nep.txt", "--active-set", "nep.asi", "--format", "json")
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(energies.output.utf8)) as? [String: Any])
      let frames = try #require(json["frames"] as? [[String: Any]])
      #expect(frames.count == 2)
      #expect(frames.allSatisfy { ($0["largest_grade"] as? Double ?? 2) <= 1.0101 })
    }

    /// The record of a run, by the folder of its study.
    @Test func studiesAreSources() throws {
      var trajectory = ""
      for frame in 0..<6 {
        trajectory += "2\nLattice=\"5 0 0 0 5 0 0 0 5\" Properties=species:S:1:pos:R:3\n"
        trajectory += "Na 0 0 0\nCl \(2 + 0.15 * Double(frame)) 0.5 0\n"
      }
      try folder.write(trajectory, to: "a.extxyz")
      let imported = try run(
        "import", "a.extxyz", "--output", "study", "--mobile", "Na", "--temperature", "300 K",
        "--frame-interval", "1 ps")
      #expect(FileManager.default.fileExists(atPath: "\(folder.path)/study/study.yaml"), "\(imported.errors)")
      let chosen = try run("select", "study", "--count", "2", "--every", "2", "--output", "out.extxyz")
      #expect(chosen.exitCode == 0, "\(chosen.errors)")
      #expect(chosen.output.contains("candidates   3 frames"))
      let frames = try text("out.extxyz").split(separator: "\n").filter { $0.hasPrefix("Lattice") }
      #expect(frames.count == 2)
      #expect(frames.allSatisfy { $0.contains("source=\"study/runs/") && $0.contains("time_ps=") })
      #expect(
        try text("out.extxyz").contains("\nCl 2.") && text("out.extxyz").contains(" 0.50000000 0.00000000\n"))
    }

    @Test(arguments: [
      (["select", "a.extxyz", "--output", "b"], "wanted --count N"),
      (["select", "a.extxyz", "--count", "0", "--output", "b"], "wanted --count N"),
      (["select", "a.extxyz", "--count", "3"], "wanted --output"),
      (["select", "--count", "3"], "wanted candidates, or --active-set"),
      (["select", "--active-set", "x.asi", "--labelled", "a.extxyz"], "--active-set needs --potential"),
      (["select", "--active-set", "x.asi", "--potential", "nep.txt"], "--active-set needs --labelled"),
      (["select", "none.extxyz", "--count", "1", "--output", "b"], "none.extxyz: found no such file"),
      (
        ["select", "bad.extxyz", "--count", "1", "--output", "b"],
        "bad.extxyz: found no cell in frame 1, wanted the cell, as --cell"
      ),
      (
        ["select", "a.extxyz", "--count", "1", "--output", "b", "--potential", "paddlewheel-ff"],
        "which has no descriptors, wanted a NEP model"
      ),
      (
        ["structure", "rattle", "o-nbh", "--output", "b", "--displacement", "0.1,x"],
        "--displacement: found 'x'"
      ),
      (
        ["structure", "rattle", "o-nbh", "--output", "b", "--volume", "4"],
        "--volume: found 4.0, wanted changes"
      ),
      (
        ["structure", "rattle", "o-nbh", "--output", "b", "--displacement", "2"], "wanted less: in every copy"
      ),
    ])
    func badInputIsRefused(_ arguments: [String], _ words: String) throws {
      try folder.write("1\nLattice=\"5 0 0 0 5 0 0 0 5\"\nNa 0 0 0\n", to: "a.extxyz")
      try folder.write("1\nProperties=species:S:1:pos:R:3\nNa 0 0 0\n", to: "bad.extxyz")
      let found = try paddlewheel(arguments, in: folder.path)
      #expect(found.exitCode == 2 && found.errors.contains(words), "\(found.exitCode) \(found.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/b"))
    }
  }
}
