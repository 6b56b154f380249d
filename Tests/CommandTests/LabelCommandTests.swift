import Foundation
import TestSupport
import Testing

/// `label`.
extension WithRanks {
  @Suite struct LabelCommandTests {
    private static let head = "Lattice=\"6.2 0 0 0 6.1 0 0 0 6.3\" Properties=species:S:1:pos:R:3"

    /// Six atoms, whose sodium moves.
    private static func frame(_ x: Double, _ first: String = "Na") -> String {
      """
      6
      \(head) system=a
      \(first) \(x) 0 0
      B 3 3 3
      H 3.7 3.7 3.7
      H 2.3 2.3 3.7
      H 2.3 3.7 2.3
      H 3.7 2.3 2.3

      """
    }

    private func text(_ folder: Folder, _ name: String) throws -> String {
      try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
    }

    /// The same numbers as those of `energies`, for a force field, a model and the mean of two.
    @Test func labelsOfPotentialsAreTheirEnergies() throws {
      let folder = try Folder()
      try folder.write(Self.frame(0) + Self.frame(0.3) + Self.frame(0.4), to: "in.extxyz")
      try folder.write(SmallNEP(["H", "Na", "B"]).text, to: "nep.txt")
      var other = SmallNEP(["H", "Na", "B"])
      other.seed = 2
      try folder.write(other.text, to: "other.txt")
      try folder.write("model: two 1\nnep: [nep.txt, other.txt]\n", to: "potential.yaml")
      for (index, potential) in ["paddlewheel-ff", "nep.txt", "potential.yaml"].enumerated() {
        let label = try paddlewheel(
          "label", "in.extxyz", "--output", "\(index).extxyz", "--potential", potential, "--largest-force",
          "1e6",
          "--net-force", "1e3", in: folder.path)
        #expect(label.exitCode == 0, "\(label.errors)")
        #expect(label.output == "3 frames: 3 labelled\n")
        let energies = try paddlewheel(
          "energies", "in.extxyz", "--output", "e.extxyz", "--potential", potential, in: folder.path)
        #expect(energies.exitCode == 0, "\(energies.errors)")
        // All but the provenance.
        let plain = try text(folder, "\(index).extxyz").replacing(
          #/ label_engine="[^"]*" source="[^"]*"/#, with: "")
        #expect(try plain == text(folder, "e.extxyz"))
        let name = ["paddlewheel-ff", "nep.txt", "nep.txt, other.txt"][index]
        #expect(
          try text(folder, "\(index).extxyz").contains("label_engine=\"potential: \(name) (")
            && text(folder, "\(index).extxyz").contains("source=\"in.extxyz frame 3\""))
      }
    }

    /// Frames that the potential does not know, duplicates, and the end with 3.
    @Test func refusedFramesAreNamed() throws {
      let folder = try Folder()
      try folder.write(
        Self.frame(0) + Self.frame(0.1, "Xe") + Self.frame(0) + Self.frame(0, "He"), to: "in.extxyz")
      let label = try paddlewheel(
        "label", "in.extxyz", "--output", "train.extxyz", "--potential", "paddlewheel-ff", in: folder.path)
      #expect(label.exitCode == 3)
      #expect(label.output == "4 frames: 1 labelled, 2 without a label, 1 duplicate\n")
      #expect(label.errors.contains("duplicate: in.extxyz frame 3 is in.extxyz frame 1 again"))
      #expect(label.errors.contains("no label: in.extxyz frame 2: paddlewheel-ff has no molecule Xe"))
      #expect(label.errors.contains("no label: in.extxyz frame 4: "))
      #expect(try text(folder, "train.refused.extxyz").components(separatedBy: "refused=").count == 3)
      // Frames that were refused are an input themselves.
      let again = try paddlewheel(
        "label", "train.refused.extxyz", "--output", "again.extxyz", "--potential", "paddlewheel-ff",
        in: folder.path)
      #expect(again.exitCode == 3 && again.output == "2 frames: 0 labelled, 2 without a label\n")
      let source = "source=\"train.refused.extxyz frame 1\" source_of_input=\"in.extxyz frame 2\" refused="
      #expect(try text(folder, "again.refused.extxyz").contains(source))
    }

    /// Killed after some frames, and after some more: the output is that of an undisturbed command, to the byte.
    @Test(.needs(.python)) func killedCommandsGoOn() throws {
      let folder = try Folder()
      try folder.write((0..<12).map { Self.frame(0.05 * Double($0)) }.joined(), to: "in.extxyz")
      try folder.write(Self.frame(0), to: "sites.extxyz")
      func arguments(_ output: String) throws -> [String] {
        let python = try #require(Python.path)
        return [
          "label", "in.extxyz", "--output", output, "--clients", "2", "--net-force", "1", "--driver",
          "'\(python)' '\(EngineClient.springs.path)' {socket} --delay 0.2 --structure sites.extxyz",
          "--file",
          "sites.extxyz",
        ]
      }
      let whole = try paddlewheel(try arguments("whole.extxyz"), in: folder.path)
      #expect(whole.exitCode == 0, "\(whole.errors)")
      func lines() -> Int {
        (FileManager.default.contents(atPath: "\(folder.path)/train.work/labels.jsonl") ?? Data()).count {
          $0 == 10
        }
      }
      for wanted in [2, 7] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = try arguments("train.extxyz")
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        while lines() < wanted, process.isRunning { usleep(10_000) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal && lines() < 12)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/train.extxyz"))
      }
      let kept = lines()
      let last = try paddlewheel(try arguments("train.extxyz"), in: folder.path)
      #expect(last.exitCode == 0 && last.output == "12 frames: 12 labelled\n", "\(last.errors)")
      #expect(try text(folder, "train.extxyz") == text(folder, "whole.extxyz"))
      #expect(kept >= 7 && lines() == 12)
    }

    /// Stopped by a signal: what is labelled is written, and the same command goes on.
    @Test(.needs(.python)) func stoppedCommandsEndWith75() throws {
      let folder = try Folder()
      try folder.write((0..<6).map { Self.frame(0.05 * Double($0)) }.joined(), to: "in.extxyz")
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = [
        "label", "in.extxyz", "--output", "train.extxyz", "--driver",
        "'\(try #require(Python.path))' '\(EngineClient.springs.path)' {socket} --delay 0.5",
      ]
      process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
      process.standardError = FileHandle.nullDevice
      let labels = "\(folder.path)/train.work/labels.jsonl"
      try process.run()
      while (FileManager.default.contents(atPath: labels) ?? Data()).count < 10, process.isRunning {
        usleep(10_000)
      }
      kill(process.processIdentifier, SIGTERM)
      process.waitUntilExit()
      #expect(process.terminationStatus == 75)
      let count = try text(folder, "train.extxyz").components(separatedBy: "energy=").count - 1
      #expect((1...5).contains(count))
    }

    @Test(arguments: [
      (["--potential", "paddlewheel-ff", "--driver", "x {socket}"], "wanted one"), ([], "wanted one"),
      (["--driver", "x"], "{socket} in it"), (["--driver", "'x {socket}"], "not closed"),
      (["--driver", "x {socket}", "--timeout", "3"], "--timeout"),
      (["--driver", "x {socket}", "--file", "none"], "none"),
      (["--potential", "none.txt"], "does not exist"),
      (["--potential", "paddlewheel-ff", "--clients", "2"], "--clients belongs"),
      (["--potential", "paddlewheel-ff", "--local"], "belong to --template"),
      (["--potential", "paddlewheel-ff", "--largest-force", "0"], "above 0"),
      (["--template", "none", "--command", "x"], "does not exist"),
      (["--template", ".", "--local", "--collect"], "at most one"),
      (["--template", "."], "no input"),
      (["--template", ".", "--command", "x"], "no input"),
      (["--template", ".", "--command", "x", "--ranks", "2"], "belong to --site"),
    ]) func badUsage(_ options: [String], _ message: String) throws {
      let folder = try Folder()
      try folder.write(Self.frame(0), to: "in.extxyz")
      let found = try paddlewheel(
        ["label", "in.extxyz", "--output", "train.extxyz"] + options, in: folder.path)
      #expect(found.exitCode == 2 && found.errors.contains(message), "\(found.errors)")
      #expect(found.output == "")
      #expect(try contents(folder.path) == ["in.extxyz"])
    }
  }
}
