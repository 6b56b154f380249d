import Foundation
import TestSupport
import Testing

/// `train`: what it is given, and what it finds in a folder.
extension WithRanks {
  @Suite struct TrainInputTests {
    private static let recipe = """
      base: ff.json
      cutoff: {radial: 4 Å, angular: 3 Å}
      n-max: [3, 2]
      basis-size: [5, 4]
      l-max: [3, 0, 0]
      neurons: 5
      data: {training: train.extxyz}
      epochs: 2

      """

    /// The built-in force field with other bonds, as a file.
    private static func forceField(_ factor: Double) throws -> Data {
      let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
      let data = try Data(
        contentsOf: root.appendingPathComponent("Sources/Model/Resources/paddlewheel-ff.json"))
      var json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      var bonds = try #require(json["bonds"] as? [[String: Any]])
      for index in bonds.indices {
        let constant = try #require(bonds[index]["k_eV_per_A2"] as? Double)
        bonds[index]["k_eV_per_A2"] = factor * constant
      }
      json["bonds"] = bonds
      return try JSONSerialization.data(withJSONObject: json)
    }

    /// Distorted cells of sodium borohydride with labels of the built-in force field, and a base that is nearly that.
    private static func folder() throws -> Folder {
      let folder = try Folder()
      let made = try paddlewheel(
        "structure", "rattle", "nabh4", "--displacement", "0.05", "--copies", "9", "--output", "bare.extxyz",
        in: folder.path)
      #expect(made.exitCode == 0, "\(made.errors)")
      let labelled = try paddlewheel(
        "label", "bare.extxyz", "--potential", "paddlewheel-ff", "--output", "train.extxyz", in: folder.path)
      #expect(labelled.exitCode == 0, "\(labelled.errors)")
      try forceField(1.1).write(to: URL(fileURLWithPath: "\(folder.path)/ff.json"))
      try folder.write(recipe, to: "model.yaml")
      return folder
    }

    private static func train(_ folder: Folder, _ model: String = "model.yaml", _ output: String = "out")
      throws
      -> CommandResult
    {
      try paddlewheel("train", model, "--output", output, in: folder.path)
    }

    private static func content(_ folder: Folder, _ name: String) -> Data? {
      FileManager.default.contents(atPath: "\(folder.path)/\(name)")
    }

    /// The potential can be used wherever its folder is, and another content of the base is another training.
    @Test func theFolderHasItsBase() throws {
      let folder = try Self.folder()
      let first = try Self.train(folder)
      #expect(first.exitCode == 0, "\(first.errors)")
      #expect(Self.content(folder, "out/base.json") == Self.content(folder, "ff.json"))
      let description = String(
        decoding: try #require(Self.content(folder, "out/potential.yaml")), as: UTF8.self)
      #expect(description.contains("\nbase: base.json\n"), "\(description)")
      #expect(try Self.train(folder).exitCode == 0)
      try Self.forceField(1.2).write(to: URL(fileURLWithPath: "\(folder.path)/ff.json"))
      let other = try Self.train(folder)
      #expect(other.exitCode == 2 && other.errors.contains("another base"), "\(other.errors)")
      try FileManager.default.moveItem(
        atPath: "\(folder.path)/out/base.json", toPath: "\(folder.path)/kept.json")
      let digest = try Self.train(folder)
      #expect(
        digest.exitCode == 2 && digest.errors.contains("other settings, data or base"), "\(digest.errors)")
      try FileManager.default.moveItem(
        atPath: "\(folder.path)/kept.json", toPath: "\(folder.path)/out/base.json")
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/elsewhere", withIntermediateDirectories: true)
      try FileManager.default.moveItem(
        atPath: "\(folder.path)/out", toPath: "\(folder.path)/elsewhere/moved")
      try FileManager.default.removeItem(atPath: "\(folder.path)/ff.json")
      let found = try paddlewheel(
        "energies", "train.extxyz", "--potential", "elsewhere/moved/potential.yaml", in: folder.path)
      #expect(found.exitCode == 0, "\(found.errors)")
    }

    /// A model that is gone is written again from the checkpoint, to the same bits; one that has been changed is not replaced.
    @Test func aModelThatIsGoneIsWrittenAgain() throws {
      let folder = try Self.folder()
      #expect(try Self.train(folder).exitCode == 0)
      let model = try #require(Self.content(folder, "out/nep.txt"))
      try FileManager.default.removeItem(atPath: "\(folder.path)/out/nep.txt")
      let again = try Self.train(folder)
      #expect(again.exitCode == 0 && !again.errors.contains("epoch 1 of"), "\(again.errors)")
      #expect(Self.content(folder, "out/nep.txt") == model)
      try folder.write("mine", to: "out/nep.txt")
      let changed = try Self.train(folder)
      #expect(changed.exitCode == 2 && changed.errors.contains("out/nep.txt"), "\(changed.errors)")
      #expect(Self.content(folder, "out/nep.txt") == Data("mine".utf8))
      for name in ["nep.txt", "checkpoint.json"] {
        try FileManager.default.removeItem(atPath: "\(folder.path)/out/\(name)")
      }
      let lost = try Self.train(folder)
      #expect(lost.exitCode == 2 && lost.errors.contains("nor a checkpoint"), "\(lost.errors)")
    }

    /// What would be passed over in silence.
    @Test func emptyFilesAndRecipesWithoutALossAreRefused() throws {
      let folder = try Self.folder()
      try folder.write("", to: "empty.extxyz")
      for (old, new, file, message) in [
        ("train.extxyz}", "train.extxyz, validation: empty.extxyz}", "empty.extxyz", "no frame"),
        (
          "epochs: 2", "epochs: 2\nloss: {energy: 0, force: 0, virial: 0}", "model.yaml:9", "a factor above 0"
        ),
      ] {
        try folder.write(Self.recipe.replacing(old, with: new), to: "model.yaml")
        let result = try Self.train(folder)
        #expect(
          result.exitCode == 2 && result.errors.contains(file) && result.errors.contains(message),
          "\(result.errors)")
      }
    }

    @Test func inputOfGPUMDIsReadWholly() throws {
      let folder = try Self.folder()
      try FileManager.default.moveItem(
        atPath: "\(folder.path)/train.extxyz", toPath: "\(folder.path)/train.xyz")
      for (text, place, message) in [
        ("", "nep.in", "no key"), ("# type 3 Na B H\n\n", "nep.in", "no key"),
        ("neuron 5\nbatch 4\nneuron 6\n", "nep.in:3", "the key again after line 1"),
        ("lambda_e 0\nlambda_f 0\nlambda_v 0\n", "nep.in", "0 for each"),
      ] {
        try folder.write(text, to: "nep.in")
        let result = try Self.train(folder, "nep.in")
        #expect(
          result.exitCode == 2 && result.errors.contains(place) && result.errors.contains(message),
          "\(result.errors)")
      }
      try folder.write(
        "cutoff 4 3\nn_max 3 2\nbasis_size 5 4\nl_max 3 0 0\nneuron 5\nepoch 1\npopulation 50\nlambda_1 0.1\n",
        to: "nep.in")
      let result = try Self.train(folder, "nep.in")
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(result.errors.contains("without effect here: population, lambda_1"), "\(result.errors)")
    }

    /// A file where a folder is wanted, itself or above it.
    @Test(arguments: ["model.yaml", "model.yaml/out"]) func filesInTheWayAreNamed(_ output: String) throws {
      let folder = try Self.folder()
      for words in [
        ["train", "model.yaml", "--output", output],
        ["train", "model.yaml", "--output", output, "--ranks", "2"],
        ["label", "bare.extxyz", "--output", "\(output).extxyz", "--potential", "paddlewheel-ff"],
      ] {
        if words[0] == "label" { try folder.write("", to: "model.yaml.work") }
        let result = try paddlewheel(words, in: folder.path)
        #expect(result.exitCode == 2, "\(words): \(result.errors)")
        #expect(
          result.errors.contains("found a file, wanted a directory") && result.errors.contains("model.yaml"),
          "\(words): \(result.errors)")
      }
    }
  }
}
