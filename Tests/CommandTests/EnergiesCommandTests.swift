import Foundation
import TestSupport
import Testing

/// `energies`, and `--potential` in every command that has it.
extension WithRanks {
  @Suite struct EnergiesCommandTests {
    private static let frames = """
      6
      Lattice="6.2 0 0 0 6.1 0 0 0 6.3" Properties=species:S:1:pos:R:3:forces:R:3 energy=-1.5 system=a
      Na 0 0 0 0.1 0 0
      B 3 3 3 0 0 0
      H 3.7 3.7 3.7 0 0.2 0
      H 2.3 2.3 3.7 0 0 0
      H 2.3 3.7 2.3 0 0 0
      H 3.7 2.3 2.3 0 0 0.4

      """

    @Test func errorsArePrintedInEveryFormat() throws {
      let folder = try Folder()
      try folder.write(
        Self.frames + Self.frames.replacing("system=a", with: "system=\"b, c\""), to: "in.extxyz")
      let table = try paddlewheel("energies", "in.extxyz", "--output", "out.extxyz", in: folder.path)
      #expect(table.exitCode == 0, "\(table.errors)")
      #expect(table.output.contains("2 frames, 2 with reference values"))
      #expect(table.output.contains("net force on ions, eV/Å") && table.output.contains("element Na"))
      let written = try String(contentsOfFile: "\(folder.path)/out.extxyz", encoding: .utf8)
      #expect(written.contains("forces:R:3:reference_forces:R:3 system=\"b, c\" energy=-"))
      let csv = try paddlewheel("energies", "in.extxyz", "--format", "csv", in: folder.path)
      #expect(csv.output.hasPrefix("system,frames,quantity,members,unit,count,rms_error"))
      #expect(csv.output.contains("\n\"b, c\",1,force,all,eV/Å,18,"))
      let text = try paddlewheel(
        "energies", "in.extxyz", "--format", "json", "--potential", "paddlewheel-ff", "--energy-key", "none",
        in: folder.path)
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(text.output.utf8)) as? [String: Any])
      #expect((json["systems"] as? [[String: Any]])?.count == 2)
      let rows = try #require((json["all"] as? [String: Any])?["rows"] as? [[String: Any]])
      #expect(!rows.contains { $0["quantity"] as? String == "energy" })
      #expect(
        rows.contains { $0["quantity"] as? String == "torque" && $0["members"] as? String == "ion BH4" })
    }

    /// By name, by a parameter file, by a model, and by a description of it; `--nep` means the same.
    @Test func potentialsHaveTheSameNamesEverywhere() throws {
      let folder = try Folder()
      try folder.write(Self.frames, to: "in.extxyz")
      try folder.write(SmallNEP(["H", "Na", "B"]).text, to: "nep.txt")
      try folder.write(SmallNEP(["H", "Na", "B"]).text, to: "model.nep")
      try folder.write("model: small 1\nnep: nep.txt\n", to: "potential.yaml")
      func energy(_ options: String...) throws -> String {
        let found = try paddlewheel(
          ["energies", "in.extxyz", "--forces-key", "none", "--energy-key", "none", "--format", "csv"]
            + options,
          in: folder.path)
        #expect(found.exitCode == 0, "\(options) \(found.errors)")
        return found.output
      }
      let model = try energy("--potential", "nep.txt")
      #expect(try energy("--nep", "nep.txt") == model)
      #expect(try energy("--potential", "model.nep") == model)
      #expect(try energy("--potential", "potential.yaml") == model)
      #expect(try energy() != model)
      try folder.write("{}", to: "parameters")
      try folder.write("model: small 1\n", to: "other.yaml")
      try folder.write("hello", to: "hello.dat")
      for (value, words) in [
        ("paddlewheel-f", "did you mean 'paddlewheel-ff'?"), ("hello.dat", "a NEP model (its first word"),
        ("parameters", "is missing"), ("other.yaml", "other.yaml names no model: it lacks the key nep"),
        ("in.extxyz", "a parameter file (.json)"),
      ] {
        for command in [["energies", "in.extxyz"], ["structure", "phonons", "k2b12h12"]] {
          let refused = try paddlewheel(command + ["--potential", value], in: folder.path)
          #expect(refused.exitCode == 2 && refused.errors.contains(words), "\(value) \(refused.errors)")
        }
      }
      let both = try paddlewheel(
        "energies", "in.extxyz", "--potential", "nep.txt", "--nep", "nep.txt", in: folder.path)
      #expect(both.exitCode == 2 && both.errors.contains("--potential or --nep, not both"))
      let landscape = try paddlewheel(
        "structure", "landscape", "k2b12h12", "--potential", "nep.txt", in: folder.path)
      #expect(landscape.exitCode == 2 && landscape.errors.contains("wanted a force field"))
    }
  }
}
