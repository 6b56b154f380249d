import Foundation
import TestSupport
import Testing

@testable import Exchange
@testable import Manifest
@testable import Mathematics
@testable import Support
@testable import Trajectory
@testable import TrajectoryImport

/// Which files and frames an import uses, by its options.
@Suite struct ImportSelectionTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func naturalOrder() {
    let sorted = ["d.0", "d.2", "d.9", "d.10", "d.010a", "d.100", "d.x", "e"]
    #expect(sorted.shuffled().sorted(by: FilePattern.isBefore) == sorted)
    #expect(!FilePattern.isBefore("a1", "a1") && FilePattern.isBefore("a", "a1"))
  }

  /// One frame a file by a quoted wildcard or by +, against one file of all: the same record, though ions move far.
  @Test func aWildcardIsOneRun() throws {
    let salt = SyntheticSalt(frames: 12, seed: 3, diffusivity_A2_per_ps: 40)
    let whole = try folder.file("whole.dump", salt.dump(.unwrapped))
    let each = try (0..<12).map {
      try folder.file("d.\($0 * 5)", salt.dump(.unwrapped, frames: $0..<($0 + 1)))
    }
    let records = try [whole, folder.file("d.*"), each.joined(separator: "+")].enumerated().map {
      index, files in
      let study = try importing([files], into: "s\(index)", folder) { $0.isUnwrapped = true }.study
      let record = try RunRecord(directory: study.runPath(0))
      return try record.readPositions(group: "mobile", block: 0, members: 0..<8, frames: 0..<12)
    }
    #expect(records[1] == records[0] && records[2] == records[0])
    #expect(
      try refusal { _ = try importing([folder.file("x.*")], into: "n", folder) }.contains(
        "a wildcard that files match"))
  }

  @Test func framesByTime() throws {
    let dump = try folder.file("a.dump", SyntheticSalt(frames: 101, seed: 3).dump(.wrapped))
    let study = try importing([dump], into: "s", folder) {
      $0.skip = "2 ps"
      $0.until = "8 ps"
      $0.every = "0.2 ps"
    }.study
    #expect(study.runs[0].manifest.sample_ps == 6)
    // What was left out is kept, and read back.
    let kept = FrameSelection(skip_ps: 2, until_ps: 8, every: .time_ps(0.2))
    #expect(study.manifest.imported?.frames == kept && study.runs[0].manifest.imported?.frames == kept)
    let yaml = try String(contentsOfFile: study.path + "/study.yaml", encoding: .utf8)
    for line in ["  skip: 2 ps", "  until: 8 ps", "  every: 200 fs"] {
      #expect(yaml.contains(line), "\(yaml)")
    }
    let third = try importing([dump], into: "third", folder) { $0.every = "3" }.study
    #expect(third.manifest.imported?.frames == FrameSelection(every: .frames(3)))
    let record = try RunRecord(directory: study.runPath(0))
    #expect(record.frameCount(of: "mobile") == 31)
    for (wrong, says) in [("0", "--every"), ("-3", "--every"), ("x", "--every")] {
      #expect(
        try refusal { _ = try importing([dump], into: "n", folder) { $0.every = wrong } }.contains(says))
    }
    #expect(
      try refusal { _ = try importing([dump], into: "n", folder) { $0.cell = "10 10" } }.contains(
        "--cell: found '10 10'"))
    #expect(try refusal { _ = try importing([dump], into: "n", folder) { $0.skip = "2" } }.contains("--skip"))
  }

  @Test func elementsOption() throws {
    #expect(try ElementsOption.elements("1=Na, 2=B") == .ofTypes([1: "Na", 2: "B"]))
    #expect(try ElementsOption.elements("Na1=Na,Na2=Na") == .ofLabels(["Na1": "Na", "Na2": "Na"]))
    #expect(try ElementsOption.elements("1=Na,x=B") == .ofLabels(["1": "Na", "x": "B"]))
    #expect(try ElementsOption.elements("Na*4,B*24") == .inOrder([("Na", 4), ("B", 24)]))
    for wrong in ["", "Na", "1=Xx", "1=Na,1=B", "Na*0", "Na*x", "1=Na,B*3", "=Na", "Na*4,", "1=Na=B"] {
      #expect(throws: InputError.self) { try ElementsOption.elements(wrong) }
    }
  }

  /// Positions that GPUMD unwrapped are taken, though ions move more than half a cell between frames.
  @Test(arguments: ["gpumd", "lammps"]) func unwrappedPositionsAreUsed(program: String) throws {
    var text = ""
    for frame in 0..<10 {
      let x = 5.0 * Double(frame)
      let wrapped = x - 9 * (x / 9).rounded(.down)
      text +=
        program == "gpumd"
        ? "2\nTime=\(frame)000 Lattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3:unwrapped_position:R:3\n"
          + "Na \(wrapped) 1 1 \(x) 1 1\nCl 4 4 4 4 4 4\n"
        : "ITEM: TIMESTEP\n\(frame * 1000)\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n0 9\n0 9\n0 9\n"
          + "ITEM: ATOMS id element x y z xu yu zu\n1 Na \(wrapped) 1 1 \(x) 1 1\n2 Cl 4 4 4 4 4 4\n"
    }
    let study = try importing([try folder.file("a", text)], into: "s", folder) {
      if program == "gpumd" { $0.timestep = nil }
    }.study
    let record = try RunRecord(directory: study.runPath(0))
    let r = try record.readPositions(group: "mobile", block: 0, members: 0..<1, frames: 0..<10)
    #expect((1..<10).allSatisfy { abs(r[3 * $0] - r[3 * $0 - 3] - 5) < 1e-4 }, "\(r)")
  }

  /// A pipe is read once and its digest is that of what came through it.
  @Test func pipe() throws {
    let dump = try folder.file("a.dump", SyntheticSalt(frames: 5, seed: 3).dump(.wrapped))
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    let writer = Process()
    writer.executableURL = URL(fileURLWithPath: "/bin/sh")
    writer.arguments = ["-c", "cat \"$0\" > \"$1\"", dump, pipe]
    try writer.run()
    let study = try importing([pipe], into: "s", folder).study
    writer.waitUntilExit()
    let plain = try importing([dump], into: "t", folder).study
    #expect(study.manifest.inputs.map(\.value) == plain.manifest.inputs.map(\.value))
    #expect(study.manifest.inputs.first?.key.path == pipe)
    #expect(try !FileManager.default.contentsOfDirectory(atPath: study.path).contains { $0.contains("pipe") })
  }
}
