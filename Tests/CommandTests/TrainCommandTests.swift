import Foundation
import Mathematics
import TestSupport
import Testing

/// `train`: labels by a model of random numbers, its teacher, so that a model of the same kind can learn them.
extension WithRanks {
  @Suite struct TrainCommandTests {
    private static let recipe = """
      cutoff: {radial: 5 Å, angular: 4 Å}
      n-max: [3, 2]
      basis-size: [5, 4]
      l-max: [3, 2, 0]
      neurons: 8
      data: {training: train.extxyz, validation: test.extxyz}
      epochs: 30
      batch: 4
      precision: double
      checkpoint: 0.02
      """

    /// Frames of two compositions, with labels of the teacher.
    static func folder(_ edits: [(String, String)] = []) throws -> Folder {
      let folder = try Folder()
      var random = SplitMix64(seed: 3)
      func frame(_ number: Int) -> String {
        let isFirst = number % 2 == 0
        let symbols = isFirst ? ["Na", "Na", "B", "H", "H", "H"] : ["Na", "B", "B", "H", "H", "H", "H", "H"]
        var lines = ["\(symbols.count)"]
        lines.append(
          "Lattice=\"5.4 0 0 0 5.3 0 0 0 5.6\" Properties=species:S:1:pos:R:3 system=s\(number % 2)")
        for (index, symbol) in symbols.enumerated() {
          // On a grid, so that no two are near.
          let cells = [index % 2, index / 2 % 2, index / 4]
          let place = cells.map { Double($0) * 2.6 + 0.5 * Double.random(in: 0...1, using: &random) }
          lines.append("\(symbol) \(place[0]) \(place[1]) \(place[2])")
        }
        return lines.joined(separator: "\n") + "\n"
      }
      var teacher = SmallNEP(["Na", "B", "H"])
      teacher.depth_eV = 0.3
      try folder.write(teacher.text, to: "teacher.txt")
      for (name, count) in [("train", 24), ("test", 8)] {
        try folder.write((0..<count).map(frame).joined(), to: "bare.extxyz")
        let labelled = try paddlewheel(
          "energies", "bare.extxyz", "--potential", "teacher.txt", "--output", "\(name).extxyz",
          in: folder.path)
        #expect(labelled.exitCode == 0, "\(labelled.errors)")
      }
      var text = recipe
      for (old, new) in edits { text = text.replacing(old, with: new) }
      try folder.write(text, to: "model.yaml")
      return folder
    }

    private static func model(_ folder: Folder, _ output: String) -> Data? {
      FileManager.default.contents(atPath: "\(folder.path)/\(output)/nep.txt")
    }

    private static func train(_ folder: Folder, _ output: String, _ options: String...) throws
      -> CommandResult
    {
      try paddlewheel(["train", "model.yaml", "--output", output] + options, in: folder.path)
    }

    /// The errors that it states are those that `energies` finds, which evaluates frames in another way.
    @Test func learnsFromATeacher() throws {
      let folder = try Self.folder([("epochs: 30", "epochs: 150")])
      let result = try Self.train(folder, "out")
      #expect(result.exitCode == 0, "\(result.errors)")
      for name in [
        "loss.out", "energy_train.out", "force_test.out", "virial_test.out", "training.json",
        "potential.yaml",
      ] {
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/out/\(name)"), "\(name)")
      }
      let found = try paddlewheel(
        "energies", "test.extxyz", "--potential", "out/nep.txt", "--format", "json", in: folder.path)
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(found.output.utf8)) as? [String: Any])
      let rows = try #require((json["all"] as? [String: Any])?["rows"] as? [[String: Any]])
      let force = try #require(
        rows.first { $0["quantity"] as? String == "force" && $0["members"] as? String == "all" })
      let error = try #require(force["rms_error"] as? Double)
      let relative = try #require(force["relative"] as? Double)
      #expect(relative < 0.5, "\(relative)")
      let stated = try #require(result.errors.split(separator: "\n").last { $0.contains("out/nep.txt") })
      let text = try #require(stated.split(separator: "validation").last)
      let value = try #require(
        text.split(separator: ", ").compactMap {
          $0.hasSuffix("eV/Å") ? Double($0.split(separator: " ")[0]) : nil
        }.first)
      #expect(abs(value - error) < 1e-4 + 1e-3 * error, "\(value) \(error)")
    }

    /// Sums over ranks round differently; the same ranks give the same bits.
    @Test func ranksAgree() throws {
      let folder = try Self.folder()
      #expect(try Self.train(folder, "one").exitCode == 0)
      for output in ["two", "again"] {
        let result = try Self.train(folder, output, "--ranks", "2")
        #expect(result.exitCode == 0, "\(result.errors)")
      }
      let two = try #require(Self.model(folder, "two"))
      #expect(two == Self.model(folder, "again"))
      let one = try #require(Self.model(folder, "one"))
      func numbers(_ data: Data) -> [Double] {
        String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { Double($0) }
      }
      let (a, b) = (numbers(one), numbers(two))
      #expect(a.count == b.count && a.count > 400)
      let worst = zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst < 1e-6, "\(worst)")
    }

    /// The ranks end, and the command with them; where all are stopped, the command ends them.
    @Test(arguments: [false, true]) func stoppedRanksEndTheTraining(_ all: Bool) throws {
      let folder = try Self.folder([("epochs: 30", "epochs: 100000")])
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = ["train", "model.yaml", "--output", "out", "--ranks", "2"]
      process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
      process.environment = ProcessInfo.processInfo.environment.merging(
        ["PADDLEWHEEL_STALL_LIMIT": "5"]) { $1 }
      let path = "\(folder.path)/errors"
      try Data().write(to: URL(fileURLWithPath: path))
      process.standardError = FileHandle(forWritingAtPath: path)
      try process.run()
      func text() -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
      while process.isRunning, !text().contains("epoch 2 of") { usleep(10_000) }
      let ranks = Self.ranks(of: process.processIdentifier)
      #expect(ranks.count == 2, "\(text())")
      for rank in all ? ranks : Array(ranks.suffix(1)) { kill(rank, SIGSTOP) }
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 1, "\(text())")
      #expect(text().contains(all ? "the ranks were ended" : "no sign of life from rank "), "\(text())")
      for rank in ranks { #expect(!Self.isThere(rank)) }
    }

    /// A process that has ended may wait for its parent, which is gone.
    private static func isThere(_ process: pid_t) -> Bool {
      let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      guard let state = text?.split(separator: ") ").last?.first else { return false }
      return state != "Z" && state != "X"
    }

    /// Children of the mpirun that a process has started.
    private static func ranks(of driver: pid_t) -> [pid_t] {
      func children(_ parent: pid_t) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.sorted().filter { pid in
          let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") ?? Data()
          let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ")
          return (fields?.count ?? 0) > 1 && fields?[1] == "\(parent)"
        }
      }
      return children(driver).flatMap(children)
    }

    /// Killed ten times, and asked to stop once.
    @Test func goesOnBitForBit() throws {
      let folder = try Self.folder([("epochs: 30", "epochs: 60")])
      #expect(try Self.train(folder, "whole").exitCode == 0)
      var random = SplitMix64(seed: 5)
      for attempt in 0..<11 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["train", "model.yaml", "--output", "cut"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardError = FileHandle.nullDevice
        try process.run()
        usleep(UInt32(150_000 + Int.random(in: 0..<250_000, using: &random)))
        kill(process.processIdentifier, attempt == 5 ? SIGUSR1 : SIGKILL)
        process.waitUntilExit()
        if attempt == 5, process.terminationReason == .exit {
          #expect([0, 75].contains(process.terminationStatus))
        }
      }
      let last = try Self.train(folder, "cut")
      #expect(last.exitCode == 0, "\(last.errors)")
      let whole = try #require(Self.model(folder, "whole"))
      #expect(whole == Self.model(folder, "cut"))
    }

    @Test func otherSettingsAndDamageAreRefused() throws {
      let folder = try Self.folder([("epochs: 30", "epochs: 2")])
      #expect(try Self.train(folder, "out").exitCode == 0)
      #expect(try Self.train(folder, "out").exitCode == 0)
      try folder.write(Self.recipe.replacing("epochs: 30", with: "epochs: 3"), to: "model.yaml")
      let other = try Self.train(folder, "out")
      #expect(other.exitCode == 2 && other.errors.contains("other settings"), "\(other.errors)")
      try FileManager.default.removeItem(atPath: "\(folder.path)/out/training.json")
      let half = try Self.train(folder, "out")
      #expect(half.exitCode == 2 && half.errors.contains("checkpoint.json"), "\(half.errors)")
      try folder.write("abc\n{}", to: "out/checkpoint.json")
      let damaged = try Self.train(folder, "out")
      #expect(damaged.exitCode == 2 && damaged.errors.contains("damaged"), "\(damaged.errors)")
    }

    /// Each names the file and the frame.
    @Test(arguments: [
      ("nan", "energy=", "energy=nan old_energy=", "energy"), ("element", "\nNa ", "\nXe ", "Xe"),
      ("counts", "forces:R:3", "forces:R:2", "forces"), ("reference", "energy=", "energy=7", "energy"),
    ])
    func badInputIsNamed(_ name: String, _ old: String, _ new: String, _ message: String) throws {
      let folder = try Self.folder([("cutoff:", "elements: [Na, B, H]\ncutoff:")])
      let path = "\(folder.path)/train.extxyz"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let frames = text.components(separatedBy: "\nLattice")
      // The third frame only.
      let edited = frames.enumerated().map {
        $0.offset == 3 ? $0.element.replacing(old, with: new) : $0.element
      }
      try folder.write(edited.joined(separator: "\nLattice"), to: "train.extxyz")
      let result = try Self.train(folder, "out")
      #expect(result.exitCode == 2, "\(name): \(result.errors)")
      #expect(result.errors.contains("train.extxyz") && result.errors.contains(message), "\(result.errors)")
      #expect(result.errors.contains("frame 3"), "\(result.errors)")
      #expect(Self.model(folder, "out") == nil)
    }

    /// Whatever the frames do not tell of would keep its random numbers.
    @Test(arguments: [
      ("[Na, B, H, K]", "K, of which no training frame"), ("[Na, B, H, H]", "H twice"),
      ("[Na, B, H, Qx]", "'Qx'"),
    ])
    func elementsWithoutFramesAreRefused(_ elements: String, _ message: String) throws {
      let folder = try Self.folder([("cutoff:", "elements: \(elements)\ncutoff:")])
      let result = try Self.train(folder, "out")
      #expect(result.exitCode == 2 && result.errors.contains(message), "\(result.errors)")
    }

    /// As in a directory of GPUMD's.
    @Test func aModelOfAnotherProgramIsNotReplaced() throws {
      let folder = try Self.folder([("epochs: 30", "epochs: 1")])
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/out", withIntermediateDirectories: true)
      try folder.write("mine", to: "out/nep.txt")
      try folder.write("1 2 3", to: "out/loss.out")
      let result = try Self.train(folder, "out")
      #expect(result.exitCode == 2 && result.errors.contains("out/nep.txt"), "\(result.errors)")
      #expect(Self.model(folder, "out") == Data("mine".utf8))
    }

    /// Several ranks read them, and some files are read more than once: nothing waits for a pipe.
    @Test(arguments: [
      ["train", "pipe", "--output", "out"], ["train", "pipe.in", "--output", "out"],
      ["train", "frames.yaml", "--output", "out"], ["train", "base.yaml", "--output", "out"],
      ["train", "model.yaml", "--output", "out", "--initial", "pipe"],
      ["learn", "pipe", "--output", "out"], ["energies", "pipe"],
      ["energies", "test.extxyz", "--potential", "pipe"],
      ["label", "pipe", "--output", "out.extxyz", "--potential", "teacher.txt"],
      ["label", "test.extxyz", "--output", "out.extxyz", "--driver", "true {socket}", "--file", "pipe"],
      ["select", "test.extxyz", "--count", "2", "--output", "out.extxyz", "--potential", "pipe"],
    ]) func pipesAreRefused(_ words: [String]) throws {
      let folder = try Self.folder()
      for name in ["pipe", "pipe.in"] { #expect(mkfifo("\(folder.path)/\(name)", 0o600) == 0) }
      try folder.write(Self.recipe.replacing("train.extxyz", with: "pipe"), to: "frames.yaml")
      try folder.write("base: pipe\n" + Self.recipe, to: "base.yaml")
      let result = try paddlewheel(words, in: folder.path)
      #expect(result.exitCode == 2 && result.errors.contains("found a pipe"), "\(words): \(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out.extxyz"))
    }

    /// Neither by its name nor by a link to it.
    @Test func inputsAreNotReplaced() throws {
      let folder = try Self.folder()
      let path = "\(folder.path)/train.extxyz"
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/link.extxyz", withDestinationPath: path)
      let before = FileManager.default.contents(atPath: path)
      for words in [
        ["select", "train.extxyz", "--count", "2", "--output", "train.extxyz"],
        ["select", "test.extxyz", "--labelled", "train.extxyz", "--count", "2", "--output", "link.extxyz"],
        ["energies", "train.extxyz", "--potential", "teacher.txt", "--output", "link.extxyz"],
        ["structure", "rattle", "train.extxyz", "--output", "train.extxyz"],
      ] {
        let result = try paddlewheel(words, in: folder.path)
        #expect(
          result.exitCode == 2 && result.errors.contains("would be replaced"), "\(words): \(result.errors)")
        #expect(FileManager.default.contents(atPath: path) == before)
      }
    }

    /// Frames of two references: one in three, half of those of a composition, three of twenty-four.
    @Test(arguments: [3, 4, 8]) func manyFramesOfAnotherReferenceAreSeen(_ every: Int) throws {
      let folder = try Self.folder()
      let text = try String(contentsOfFile: "\(folder.path)/train.extxyz", encoding: .utf8)
      let frames = text.components(separatedBy: "\nLattice").enumerated().map { index, frame in
        index % every != 1
          ? frame
          : frame.replacing(/\ energy=(\S+)/) { " energy=\((Double($0.1) ?? 0) + 500)" }
      }
      try folder.write(frames.joined(separator: "\nLattice"), to: "train.extxyz")
      let result = try Self.train(folder, "out")
      #expect(
        result.exitCode == 2 && result.errors.contains("energies of one reference"), "\(result.errors)")
    }

    @Test func duplicatesAndBadRecipesAreNamed() throws {
      let folder = try Self.folder()
      let text = try String(contentsOfFile: "\(folder.path)/train.extxyz", encoding: .utf8)
      try folder.write(text + text, to: "train.extxyz")
      let twice = try Self.train(folder, "out")
      #expect(twice.exitCode == 2 && twice.errors.contains("frame 25"), "\(twice.errors)")
      for (old, new) in [
        ("neurons: 8", "neurons: 0"), ("l-max: [3, 2, 0]", "l-max: [1, 2, 0]"),
        ("n-max: [3, 2]", "n-max: [3]"),
        ("train.extxyz", "nowhere.extxyz"), ("epochs: 30", "epoch: 30"), ("batch: 4", "batch: four"),
      ] {
        try folder.write(Self.recipe.replacing(old, with: new), to: "model.yaml")
        let result = try Self.train(folder, "out")
        #expect(result.exitCode == 2 && result.errors.contains("model.yaml"), "\(new): \(result.errors)")
      }
    }

    /// The same model by GPUMD's input, and from a model that is there already.
    @Test func takesGPUMDsInputAndModels() throws {
      let folder = try Self.folder([("epochs: 30", "epochs: 1")])
      for name in ["train", "test"] {
        try FileManager.default.moveItem(
          atPath: "\(folder.path)/\(name).extxyz", toPath: "\(folder.path)/\(name).xyz")
      }
      try folder.write(
        "type 3 Na B H # order\nversion 4\ncutoff 5 4\nn_max 3 2\nbasis_size 5 4\nl_max 3 2 0\nneuron 8\nbatch 4\n"
          + "epoch 3\nlambda_e 0.5\npopulation 50\n", to: "nep.in")
      let result = try paddlewheel("train", "nep.in", "--output", "out", in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      let header = String(decoding: try #require(Self.model(folder, "out")), as: UTF8.self).split(
        separator: "\n")
      #expect(header[0] == "nep4 3 Na B H" && header[5] == "ANN 9 0")
      #expect(header[2] == "n_max 3 2" && header[4] == "l_max 3 2 0")
      try folder.write("elements: [H, Na, B]\ndata: {training: train.xyz}\nepochs: 1\n", to: "model.yaml")
      let tuned = try Self.train(folder, "tuned", "--fine-tune", "out/nep.txt")
      #expect(tuned.exitCode == 0, "\(tuned.errors)")
      try folder.write("neurons: 9\ndata: {training: train.xyz}\nepochs: 1\n", to: "model.yaml")
      let other = try Self.train(folder, "other", "--initial", "out/nep.txt")
      #expect(other.exitCode == 2 && other.errors.contains("9 neurons"), "\(other.errors)")
    }

    /// Two models, and a description by which they are a committee.
    @Test func committeesAreNamedByTheirDescription() throws {
      let folder = try Self.folder([("epochs: 30", "epochs: 2\ncommittee: 2")])
      let result = try Self.train(folder, "out")
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(Self.model(folder, "out/model-1") != Self.model(folder, "out/model-2"))
      let found = try paddlewheel(
        "energies", "test.extxyz", "--potential", "out/potential.yaml", in: folder.path)
      #expect(found.exitCode == 0, "\(found.errors)")
    }
  }
}
