import Foundation
import TestSupport
import Testing

extension ArrayTests {
  private static func frame(_ number: Int, height: Int) -> String {
    """
    2
    Lattice="8 0 0 0 8 0 0 0 \(height)" Properties=species:S:1:pos:R:3
    Li 0 0.\(number) 0
    F 1 2 3

    """
  }

  /// Frames of `label` as an array: nothing is submitted twice, what has failed is submitted again, and the labels are those
  /// of the same command on this machine.
  @Test func framesAreLabelledByAnArray() async throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/template", withIntermediateDirectories: true)
    for (name, text) in EngineProgram.cp2k.template { try folder.write(text, to: "template/\(name)") }
    // One does not converge, and one fails at its first start.
    let frames = [9, 9, 11, 16].enumerated().map { Self.frame($0 + 1, height: $1) }
    try folder.write(frames.joined(), to: "in.extxyz")
    let site = try String(contentsOfFile: "\(TestCluster.scripts)/local.yaml", encoding: .utf8)
    try folder.write(site + "max-array-size: 3\n", to: "site.yaml")
    try folder.write(try #require(EngineProgram.cp2k.command) + "\n", to: "template/run.sh")
    func label(_ options: String) throws -> CommandResult {
      try TestCluster.shell(
        "cd '\(folder.path)' && '\(program)' label in.extxyz --template template --output \(options)")
    }

    let preview = try label("train.extxyz --site site.yaml --dry-run")
    #expect(preview.output.contains("run-frame.sh \"$argument\""), "\(preview.output)\(preview.errors)")
    try TestCluster.shell("scontrol update PartitionName=main State=DOWN")
    let first = try label("train.extxyz --site site.yaml --yes")
    #expect(first.exitCode == 3 && first.output.contains("submitted 4 frames as array"), "\(first)")
    #expect(first.output.contains("4 frames: 0 labelled, 4 under way"))
    // Three tasks and one, as the site wants it.
    #expect(try TestCluster.queue().count == 4)
    let second = try label("train.extxyz --site site.yaml --yes")
    #expect(second.output == "4 frames: 0 labelled, 4 under way\n", "\(second)")
    #expect(try TestCluster.queue().count == 4)
    try TestCluster.shell("scontrol update PartitionName=main State=UP")
    try await TestCluster.drain(120)

    let third = try label("train.extxyz --site site.yaml --yes")
    #expect(third.output.contains("submitted 1 frame as"), "\(third)")
    #expect(third.output.contains("2 labelled, 1 without a label, 1 under way"))
    #expect(third.errors.contains("no label: in.extxyz frame 3: the self-consistent field has not converged"))
    try await TestCluster.drain(120)
    let last = try label("train.extxyz --collect")
    #expect(last.exitCode == 3 && last.output == "4 frames: 3 labelled, 1 without a label\n", "\(last)")
    _ = try label("local.extxyz --local")
    _ = try label("local.extxyz --local")
    for name in ["extxyz", "refused.extxyz"] {
      let here = FileManager.default.contents(atPath: "\(folder.path)/train.\(name)")
      #expect(here != nil && here == FileManager.default.contents(atPath: "\(folder.path)/local.\(name)"))
    }
  }
}
