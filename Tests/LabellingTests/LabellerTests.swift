import Foundation
import Mathematics
import Support
import TestSupport
import Testing

@testable import Labelling

/// What is kept, written and refused, whatever the engine.
@Suite struct LabellerTests {
  /// Labels by the formulas of the springs, and counts.
  private final class Counting: LabelEngine {
    let identity: EngineIdentity
    var labelled: [String] = []
    var scale = 1.0
    /// After so many frames the process is killed, so to speak.
    var most = Int.max
    struct Killed: Error {}

    init(digest: String = String(repeating: "a", count: 64)) {
      identity = EngineIdentity(kind: .driver, name: "test", digest: digest)
    }

    func label(_ frames: [LabelFrame], _ session: LabelSession) throws {
      for frame in frames {
        if labelled.count >= most { throw Killed() }
        var sample = SampleFrame(0)
        sample.positions = frame.frame.positions
        sample.cell = frame.frame.cell.vectors
        var label = sample.springs
        label.forces_eV_A = label.forces_eV_A.map { $0 * scale }
        try session.record(.label(label), for: frame)
        labelled.append(frame.source)
      }
    }
  }

  private func request(_ folder: TemporaryFolder) -> LabelRequest {
    LabelRequest(files: [folder.file("in.extxyz")], output: folder.file("train.extxyz"))
  }

  private func folder(_ count: Int = 6) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.frames("in.extxyz", (0..<count).map { SampleFrame($0) })
    return folder
  }

  /// Cut at every byte, as by a kill: what is whole is kept, the rest is labelled anew, and the output is the same.
  @Test func anyBeginningOfTheLabelsIsGoneOnWith() throws {
    let folder = try folder(3)
    #expect(try Labeller(request(folder), engine: Counting()).run().labelled == 3)
    let output = try folder.text("train.extxyz")
    let path = folder.file("train.work/labels.jsonl")
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let ends = whole.indices.filter { whole[$0] == 10 }
    #expect(ends.count == 3)
    for count in stride(from: 0, through: whole.count, by: 13).map({ $0 }) + ends.flatMap({ [$0, $0 + 1] }) {
      try whole.prefix(count).write(to: URL(fileURLWithPath: path))
      let engine = Counting()
      let report = try Labeller(request(folder), engine: engine).run()
      #expect(report.labelled == 3 && report.damagedLines == 0)
      #expect(engine.labelled.count == 3 - ends.count { $0 < count })
      #expect(try folder.text("train.extxyz") == output)
    }
  }

  /// Each byte changed in turn: the frame is labelled anew, and no other value is taken.
  @Test func damagedLabelsAreNotTaken() throws {
    let folder = try folder(2)
    _ = try Labeller(request(folder), engine: Counting()).run()
    let output = try folder.text("train.extxyz")
    let path = folder.file("train.work/labels.jsonl")
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for index in stride(from: 0, to: whole.count, by: 5) {
      var damaged = whole
      damaged[index] ^= 4
      try damaged.write(to: URL(fileURLWithPath: path))
      let engine = Counting()
      let report = try Labeller(request(folder), engine: engine).run()
      #expect(report.labelled == 2 && !engine.labelled.isEmpty, "byte \(index)")
      #expect(try folder.text("train.extxyz") == output)
    }
  }

  /// An engine that breaks in between keeps what it had.
  @Test func whatWasLabelledIsKept() throws {
    let folder = try folder()
    let engine = Counting()
    engine.most = 4
    #expect(throws: Counting.Killed.self) { try Labeller(request(folder), engine: engine).run() }
    #expect(!folder.exists("train.extxyz"))
    let next = Counting()
    #expect(try Labeller(request(folder), engine: next).run().labelled == 6)
    #expect(next.labelled.map(\.last) == ["5", "6"])
    // More frames, in another order: only the new one is labelled.
    _ = try folder.frames("in.extxyz", [7, 3, 0].map { SampleFrame($0) })
    let third = Counting()
    #expect(try Labeller(request(folder), engine: third).run().labelled == 3)
    #expect(third.labelled.map(\.last) == ["1"])
    #expect(
      try labelled(folder.file("train.extxyz")).map(\.frame.positions[0].x)
        == [0.9, 0.5, 0.2].map { 0.2 + 0.1 * (($0 - 0.2) * 10).rounded() })
  }

  @Test func duplicatesAreLabelledOnce() throws {
    let folder = try TemporaryFolder()
    var turned = SampleFrame(0)
    turned.elements = ["Li", "F", "F"]
    let zero = SampleFrame(0).text.replacing("8.0 0.0 0.0", with: "8.0 -0.0 0")
    _ = try folder.file("in.extxyz", SampleFrame(0).text + SampleFrame(1).text + zero + turned.text)
    _ = try folder.frames("more.extxyz", [SampleFrame(1)])
    var request = request(folder)
    request.files.append(folder.file("more.extxyz"))
    let engine = Counting()
    let report = try Labeller(request, engine: engine).run()
    #expect(report.labelled == 3 && engine.labelled.count == 3)
    #expect(
      report.duplicates.map(\.source) == [
        "\(folder.file("in.extxyz")) frame 3", "\(folder.file("more.extxyz")) frame 1",
      ])
    #expect(report.duplicates.map { $0.first.last } == ["1", "2"])
    #expect(report.totals == "5 frames: 3 labelled, 2 duplicate" && report.isComplete)
  }

  @Test func otherEnginesAreRefused() throws {
    let folder = try folder()
    _ = try Labeller(request(folder), engine: Counting()).run()
    let other = Counting(digest: String(repeating: "b", count: 64))
    let error = try #require(throws: InputError.self) { try Labeller(request(folder), engine: other) }
    #expect(error.description.contains("found driver: test (bbbbbbbbbbbb), wanted the engine of the labels"))
    // Without its record nobody knows whose the labels are.
    try FileManager.default.removeItem(atPath: folder.file("train.work/engine.json"))
    #expect(throws: InputError.self) { try Labeller(request(folder), engine: Counting()) }
    _ = try folder.file("train.work/engine.json", "{\"format\": 1}")
    #expect(throws: InputError.self) { try Labeller(request(folder), engine: Counting()) }
    _ = try folder.file(
      "train.work/engine.json",
      "{\"format\": 2, \"engine\": {\"kind\": \"driver\", \"name\": \"test\", \"digest\": \"\(String(repeating: "a", count: 64))\"}}"
    )
    #expect(throws: InputError.self) { try Labeller(request(folder), engine: Counting()) }
  }

  @Test func oneProcessAtATime() throws {
    let folder = try folder()
    let first = try Labeller(request(folder), engine: Counting())
    let error = try #require(throws: IncompleteError.self) {
      try Labeller(request(folder), engine: Counting())
    }
    #expect(error.description.contains("another command labels into this output"))
    _ = try first.run()
  }

  /// The limits apply to labels that are there: other limits need no new ones.
  @Test func limits() throws {
    let folder = try folder(3)
    let engine = Counting()
    engine.scale = 100
    let refused = try Labeller(request(folder), engine: engine).run()
    #expect(refused.labelled == 0 && refused.refused.count == 3)
    guard case .refusal(.largestForce(let force, let atom, limit_eV_A: 50)) = refused.refused[0].reason else {
      Issue.record("\(refused.refused)")
      return
    }
    let sample = SampleFrame(0).springs.forces_eV_A.map { length($0) * 100 }
    #expect(abs(force - (sample.max() ?? 0)) < 1e-9 && sample[atom] == sample.max())
    var wider = request(folder)
    wider.rules.largestForce_eV_A = 500
    let next = Counting()
    #expect(try Labeller(wider, engine: next).run().labelled == 3)
    #expect(next.labelled.isEmpty && !folder.exists("train.refused.extxyz"))
    var rules = LabelRules()
    rules.netForce_eV_A = 0.05
    let label = FrameLabel(energy_eV: 0, forces_eV_A: [[1, 0, 0], [-0.8, 0, 0]])
    #expect(
      rules.refusal(label) == .netForce(force_eV_A: 0.1, limit_eV_A: 0.05)
        || rules.refusal(label).map { "\($0)" }?.contains("0.1 eV/Å an atom") == true)
    rules.netForce_eV_A = 0.11
    #expect(rules.refusal(label) == nil)
  }

  /// What the file says of a frame is kept, but for what another engine said of it.
  @Test func provenance() throws {
    let folder = try TemporaryFolder()
    let text = SampleFrame(0).text.replacing(
      "tag=t",
      with:
        "tag=\"a b\" energy=-3 stress=\"1 2 3 4 5 6\" virial=\"1\" free_energy=2 source=\"run 7\" label_engine=old"
    )
    _ = try folder.file("in.extxyz", text)
    _ = try Labeller(request(folder), engine: Counting()).run()
    let found = try #require(try labelled(folder.file("train.extxyz")).first)
    #expect(difference(found.label, SampleFrame(0).springs) < 1e-12)
    let info = found.frame.info
    #expect(info["tag"] == "a b" && info["virial"] == nil && info["free_energy"] == nil)
    #expect(info["label_engine"] == "driver: test (aaaaaaaaaaaa)")
    #expect(info["source"] == "\(folder.file("in.extxyz")) frame 1" && info["source_of_input"] == "run 7")
  }

  @Test func badInput() throws {
    let folder = try folder(1)
    let engine = Counting()
    func message(_ request: LabelRequest) throws -> String {
      try #require(throws: InputError.self) { try Labeller(request, engine: engine) }.description
    }
    #expect(
      try message(LabelRequest(files: [folder.file("none")], output: folder.file("a.extxyz"))).contains(
        "none"))
    _ = try folder.file("empty.extxyz", "\n")
    #expect(
      try message(LabelRequest(files: [folder.file("empty.extxyz")], output: folder.file("a.extxyz")))
        .contains("no frame"))
    _ = try folder.file("cut.extxyz", String(SampleFrame(0).text.dropLast(8)))
    #expect(
      try message(LabelRequest(files: [folder.file("cut.extxyz")], output: folder.file("a.extxyz"))).contains(
        "frame 1"))
    #expect(
      try message(LabelRequest(files: [folder.file("in.extxyz")], output: folder.file("in.extxyz"))).contains(
        "would be replaced"))
    #expect(
      try message(LabelRequest(files: [folder.file("in.extxyz")], output: folder.path)).contains("--output"))
    #expect(!folder.exists("in.work"))
  }
}
