import Crystal
import Foundation
import MPI
import Mathematics
import Support
import TestSupport
import Testing

@testable import Forces
@testable import NEP
@testable import Selection
@testable import SinglePoints

extension Engine {
  /// Frames chosen from files, and active sets.
  @Suite struct SelectedFramesTests {
    /// Eight ions at places of their own for each group, with some noise; the comment line has an entry `group`.
    private func salt(_ group: Int, _ seed: UInt64, anion: String = "Cl", label: String? = nil) -> String {
      let edge = 5.5
      let (places, noise) = (CounterRandom(seed: UInt64(group)), CounterRandom(seed: 1000 + seed))
      var lines = [
        "8",
        "Lattice=\"\(edge) 0 0 0 \(edge) 0 0 0 \(edge)\" Properties=species:S:1:pos:R:3:tag:I:1 "
          + "group=\(label ?? "\(group)")",
      ]
      for atom in 0..<8 {
        let corner: Vector3 = [Double(atom & 1), Double(atom >> 1 & 1), Double(atom >> 2 & 1)]
        let r =
          corner * (edge / 2) + places.normal3(.noise, id: Int32(atom), step: 0) * 0.4
          + noise.normal3(.noise, id: Int32(atom), step: 0) * 0.02
        lines.append("\(atom.nonzeroBitCount % 2 == 0 ? "Na" : anion) \(r.x) \(r.y) \(r.z) \(atom)")
      }
      return lines.joined(separator: "\n") + "\n"
    }

    /// Five groups, six frames of each, mixed.
    private func groups() -> String {
      (0..<6).flatMap { copy in (0..<5).map { salt($0, UInt64(100 * copy + $0)) } }.joined()
    }

    private func groups(in path: String) throws -> [String] {
      let reader = try LabelledFrameReader(path, arrays: [])
      var found: [String] = []
      while let frame = try reader.next() { found.append(frame.info["group"] ?? "") }
      return found
    }

    private func select(
      _ candidates: [String], _ labelled: [String] = [], _ count: Int,
      method: SelectedFrames.Method = .direct, basis: DescriptorBasis = .generic, every: Int = 1
    ) throws -> SelectedFrames {
      try SelectedFrames(
        SelectedFrames.Request(
          candidates: candidates.map { try FrameInput($0, every: every) },
          labelled: labelled.map { try FrameInput($0) }, count: count, method: method, basis: basis),
        on: .alone())
    }

    @Test func eachGroupGivesOneFrame() throws {
      let folder = try TemporaryFolder()
      let all = try folder.file("all.extxyz", groups())
      let model = try NEPModel(text: SmallNEP(["Cl", "Na"]).text, source: "nep.txt")
      for basis in [DescriptorBasis.generic, .model(model)] {
        let found = try select([all], [], 5, basis: basis)
        try found.write(to: folder.file("out.extxyz"))
        #expect(Set(try groups(in: folder.file("out.extxyz"))).count == 5)
        #expect(found.candidateCount == 30 && found.labelledCount == 0 && found.before == nil)
        #expect(try select([all], [], 5, basis: basis).chosen == found.chosen)
        #expect(found.componentCount > 0 && found.explained > 0.5 && found.explained <= 1)
      }
    }

    @Test(arguments: SelectedFrames.Method.allCases)
    func whatIsLabelledIsNotChosenAgain(_ method: SelectedFrames.Method) throws {
      let folder = try TemporaryFolder()
      let all = try folder.file("all.extxyz", groups())
      // Other frames of two of the groups.
      let labelled = try folder.file(
        "labelled.extxyz", (0..<6).map { salt($0 % 2 == 0 ? 1 : 3, 900 + UInt64($0)) }.joined())
      let found = try select([all], [labelled], 3, method: method)
      try found.write(to: folder.file("out.extxyz"))
      let chosen = try groups(in: folder.file("out.extxyz"))
      #expect(chosen.count == 3 && found.labelledCount == 6)
      if method == .direct { #expect(Set(chosen) == ["0", "2", "4"]) }
      let (before, after) = (try #require(found.before), try #require(found.after))
      #expect(after.mean < before.mean && after.largest < before.largest)
      // The candidates themselves as labelled: nothing is left.
      #expect(try select([all], [all], 3, method: method).chosen == [])
    }

    /// Frames keep all that their file has, and say where they come from; those that say so already go on to.
    @Test func framesAreWrittenAsTheyWere() throws {
      let folder = try TemporaryFolder()
      let first = try folder.file("a.extxyz", salt(0, 1) + salt(1, 2))
      let second = try folder.file(
        "b.extxyz", salt(2, 3).replacing("group=2", with: "group=2 source=\"old run\" source_frame=7"))
      let found = try select([first, second], [], 10)
      #expect(found.chosen.count == 3)
      try found.write(to: folder.file("out.extxyz"))
      let text = try String(contentsOfFile: folder.file("out.extxyz"), encoding: .utf8)
      let wanted =
        salt(0, 1).replacing("group=0", with: "group=0 source=\"\(first)\" source_frame=1")
        + salt(1, 2).replacing("group=1", with: "group=1 source=\"\(first)\" source_frame=2")
        + salt(2, 3).replacing("group=2", with: "group=2 source=\"old run\" source_frame=7")
      #expect(text == wanted)
      // Every second frame of each input.
      #expect(try select([first, second], [], 10, every: 2).chosen.map(\.number) == [1, 1])
    }

    /// Another program's trajectory.
    @Test func otherFormatsAreRead() throws {
      let folder = try TemporaryFolder()
      var dump = ""
      for frame in 0..<4 {
        dump += "ITEM: TIMESTEP\n\(frame * 10)\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n"
        dump +=
          "0 5\n0 5\n0 5\nITEM: ATOMS id element x y z\n1 Na 0 0 0\n2 Cl \(2.2 + 0.1 * Double(frame)) 0 0\n"
      }
      let trajectory = try folder.file("a.dump", dump)
      let found = try select([trajectory], [], 1)
      try found.write(to: folder.file("out.extxyz"))
      let text = try String(contentsOfFile: folder.file("out.extxyz"), encoding: .utf8)
      let frame = try #require(found.chosen.first?.number)
      #expect(
        text.hasPrefix("2\nLattice=\"5.0 0.0 0.0 0.0 5.0 0.0 0.0 0.0 5.0\" Properties=species:S:1:pos:R:3"))
      #expect(text.contains(" step=\(frame * 10 - 10) ") && text.contains("a.dump\" source_frame=\(frame) "))
      #expect(text.contains("\nCl 2.\(1 + frame)0000000 0.00000000 0.00000000\n"))
    }

    /// Frames of the same places with another element are another group.
    @Test func otherSaltsAreChosen() throws {
      let folder = try TemporaryFolder()
      let all = try folder.file("all.extxyz", groups())
      let others = try folder.file(
        "other.extxyz", (0..<6).map { salt(2, 700 + UInt64($0), anion: "F", label: "other") }.joined())
      let found = try select([all, others], [], 6)
      try found.write(to: folder.file("out.extxyz"))
      #expect(Set(try groups(in: folder.file("out.extxyz"))) == ["0", "1", "2", "3", "4", "other"])
    }

    /// What can be read only once is read twice all the same.
    @Test func pipesAreSources() throws {
      let folder = try TemporaryFolder()
      let pipe = folder.file("pipe.extxyz")
      #expect(mkfifo(pipe, 0o600) == 0)
      let text = salt(0, 1) + salt(1, 2)
      let writer = Thread { FileHandle(forWritingAtPath: pipe)?.write(Data(text.utf8)) }
      writer.start()
      let found = try select([pipe], [], 2)
      try found.write(to: folder.file("out.extxyz"))
      #expect(try groups(in: folder.file("out.extxyz")) == ["0", "1"])
    }

    @Test func badFramesAreNamed() throws {
      let folder = try TemporaryFolder()
      let sound = salt(0, 1) + salt(1, 2)
      let model = try NEPModel(text: SmallNEP(["Cl", "B"]).text, source: "nep.txt")
      func refusal(_ text: String, _ basis: DescriptorBasis = .generic) throws -> String {
        let path = try folder.file("in.extxyz", text)
        let error = #expect(throws: InputError.self) { try select([path], [], 1, basis: basis) }
        return error?.description ?? ""
      }
      #expect(try refusal(sound, .model(model)).contains("in.extxyz:1: frame 1: nep.txt knows no Na"))
      #expect(
        try refusal(salt(0, 1) + salt(1, 2, anion: "Xx")).contains(
          "frame 2: found “Xx”, wanted an element"))
      #expect(
        try refusal(sound.replacing("group=1", with: "group=1 pbc=\"F F F\"")).contains(
          "in.extxyz:12: frame 2: found pbc"))
      #expect(try refusal(String(sound.dropLast(20))).contains("frame 2: found the end of the file"))
      #expect(try refusal("").contains("an empty file"))
      let double = "2\nLattice=\"5 0 0 0 5 0 0 0 5\" Properties=species:S:1:pos:R:3\nNa 1 1 1\nCl 1 1 1\n"
      #expect(try refusal(sound + double).contains("in.extxyz:21: frame 3: a descriptor of"))
      let error = #expect(throws: InputError.self) { try select([folder.file("none")], [], 1) }
      #expect(error?.description.contains("none: found no such file") == true)
      let empty = #expect(throws: InputError.self) { try select([folder.path], [], 1) }
      #expect(empty?.description.contains("found no rank files") == true)
      // The output is as it was.
      let kept = try folder.file("out.extxyz", "old")
      let two = try folder.file("two.extxyz", sound)
      let found = try select([two], [], 2)
      _ = try folder.file("two.extxyz", String(sound.dropLast(20)))
      #expect(throws: InputError.self) { try found.write(to: kept) }
      #expect(try String(contentsOfFile: kept, encoding: .utf8) == "old")
    }

    /// The descriptors of an atom do not depend on what other elements are known, nor on how the cell lies in space.
    @Test func genericDescriptorsAreInvariant() throws {
      let cell = Cell(a: [6, 0, 0], b: [1, 5, 0], c: [0, 1, 7])
      let atoms: [Vector3] = [[0, 0, 0], [2.5, 1, 0.5], [1, 3, 3], [4, 4, 5]]
      let turn = Matrix3(rotation: [0.5, 0.5, 0.5, 0.5])
      let evaluator = DescriptorEvaluator(.generic, .alone())
      func descriptors(_ symbols: [String], _ map: Matrix3) throws -> [String: [Double]] {
        try evaluator.descriptors(
          of: SourceFrame(
            number: 1, cell: cell.mapped(by: map), symbols: symbols, positions: atoms.map { map * $0 }),
          source: "test")
      }
      let plain = try descriptors(["Na", "H", "B", "D"], .identity)
      #expect(plain["H"]?.count == 2 * DescriptorBasis.generic.count && plain.count == 3)
      for (element, values) in try descriptors(["Na", "H", "B", "D"], turn) {
        for (a, b) in zip(values, plain[element] ?? []) { #expect(abs(a - b) < 1e-9 * (1 + abs(a))) }
      }
      #expect(try descriptors(["K", "H", "B", "D"], .identity)["B"] != plain["B"])
      let (few, many) = (
        NEPModel.generic(elements: ["B", "H"]), NEPModel.generic(elements: ["B", "C", "H"])
      )
      #expect(few.radial.coefficient(n: 3, k: 2, 0, 1) == many.radial.coefficient(n: 3, k: 2, 0, 2))
      #expect(few.radial.coefficient(n: 3, k: 2, 0, 1) != few.radial.coefficient(n: 3, k: 2, 1, 0))
    }
  }
}
