import Foundation
import TestSupport
import Testing

extension WithRanks {
  /// Studies with a machine-learned potential.
  @Suite struct NEPTests {
    private static func study() -> SmallStudy {
      var study = SmallStudy()
      study.system = "{structure: nabh4, supercell: [2, 2, 1]}"
      study.potential = "{nep: model.txt}"
      study.dynamics = "{ensemble: nvt, timestep: 0.5 fs}"
      study.stages = "{equilibrate: 10 fs, sample: 60 fs}"
      return study
    }

    /// - Parameter depth_eV: of the model; large ones tear ions apart.
    private static func folder(depth_eV: Double) throws -> Folder {
      let folder = try Folder()
      var model = SmallNEP(["Na", "B", "H"])
      model.depth_eV = depth_eV
      try folder.write(model.text, to: "model.txt")
      return folder
    }

    /// A random model has no bonds: the anions dissociate, which the run, the log and the results report.
    @Test func brokenAnionsAreReported() throws {
      let folder = try Self.folder(depth_eV: 3)
      let study = try Self.study().plan(in: folder)
      let run = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
      #expect(run.exitCode == 0, "\(run.errors)")
      let state = try study.state()
      #expect(state["state"] as? String == "done")
      let broken = try #require(state["broken_molecules"] as? [[String: Any]])
      let first = try #require(broken.first)
      #expect(first["kind"] as? String == "BH4")
      let molecules = broken.compactMap { $0["molecule"] as? Int }
      #expect(Set(molecules).count == molecules.count)
      // B–H was 1.2 Å; 1.8 Å is more than a vibration.
      #expect(first["distance_A"] as? Double ?? 0 > 1.8)
      let atoms = try #require(first["atoms"] as? [Int])
      #expect(atoms.count == 2 && atoms.allSatisfy { (0..<48).contains($0) })
      let sentence =
        "BH4 (molecule id \(molecules[0])) has dissociated by step \(first["step"] as? Int ?? -1)"
      #expect(study.log().contains(sentence))
      #expect(study.log().components(separatedBy: "has dissociated").count - 1 == broken.count)
      let notes = try study.summary()["notes"] as? [String] ?? []
      #expect(notes.contains { $0.contains("BH4 (molecule id") && $0.contains("has dissociated") })
      let explained = try paddlewheel("explain", "study", "0", in: folder.path)
      #expect(explained.output.contains("has dissociated"))
    }

    /// Rigid anions stay whole, and the record has what the analyses need.
    @Test func heldAnionsStayWhole() throws {
      let folder = try Self.folder(depth_eV: 0.1)
      var manifest = Self.study()
      manifest.dynamics = "{ensemble: nvt, timestep: 0.5 fs, rigid: [BH4], mass-scale: {BH4: 4}}"
      let study = try manifest.plan(in: folder)
      let run = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
      #expect(run.exitCode == 0, "\(run.errors)")
      #expect(try study.state()["state"] as? String == "done")
      #expect(try study.state()["broken_molecules"] == nil)
      #expect(try study.missing().isEmpty)
      #expect(!(try study.temperatures()).isEmpty)
    }

    /// `plan` rejects models that can't be used with exit code 2, and names manifest and model.
    @Test func badModelsEndThePlan() throws {
      let folder = try Self.folder(depth_eV: 1)
      func expect(_ text: String, _ study: SmallStudy = Self.study(), _ words: String...) throws {
        try folder.write(text, to: "model.txt")
        try folder.write(study.text, to: "small.yaml")
        let result = try paddlewheel("plan", "small.yaml", "--output", "study", in: folder.path)
        #expect(result.exitCode == 2)
        for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
      }
      let sound = SmallNEP(["Na", "B", "H"]).text
      try expect(
        sound.replacing("nep4", with: "nep4_charge1"), Self.study(), "small.yaml:4", "model.txt:1", "qNEP")
      try expect(String(sound.prefix(500)), Self.study(), "model.txt:", "the file ends")
      try expect(SmallNEP(["Na", "B"]).text, Self.study(), "knows no H")
      var fast = Self.study()
      fast.dynamics = "{ensemble: nvt, timestep: 0.5 fs, multiple-timestep: {outer: 1 fs}}"
      try expect(sound, fast, "small.yaml:6", "dynamics.multiple-timestep", "reference: paddlewheel-ff")
    }
  }
}
