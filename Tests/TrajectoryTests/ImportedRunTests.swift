import Foundation
import TestSupport
import Testing

@testable import Trajectory
@testable import TrajectoryImport

/// How the files of a run are combined, and the messages where they can't be.
@Suite struct ImportedRunTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two atoms whose x is the step in hundredths of an Å.
  private func dump(_ name: String, steps: [Int], ends: String = "") throws -> String {
    let text = steps.map { step in
      """
      ITEM: TIMESTEP
      \(step)
      ITEM: NUMBER OF ATOMS
      2
      ITEM: BOX BOUNDS pp pp pp
      0 10
      0 10
      0 10
      ITEM: ATOMS id element x y z
      2 Na 5 \(Double(step % 1000) / 100) 5
      1 Na \(Double(step % 1000) / 100) 0 0

      """
    }.joined()
    return try folder.file(name, text + ends)
  }

  private func hints() -> ImportHints {
    var hints = ImportHints()
    hints.timestep_ps = 0.001
    return hints
  }

  private func steps(_ paths: String...) throws -> (steps: [Int], warnings: [String]) {
    let run = try ImportedRun(paths, format: nil, hints: hints())
    var steps: [Int] = []
    while let frame = try run.next() {
      #expect(abs(frame.positions[0].x - Double((frame.step ?? 0) % 1000) / 100) < 1e-12)
      steps.append(run.step)
    }
    return (steps, run.warnings)
  }

  private func message(_ paths: String...) throws -> String {
    do {
      let run = try ImportedRun(paths, format: nil, hints: hints())
      while try run.next() != nil {}
      return "no error"
    } catch let problem as TrajectoryProblem {
      return problem.description
    }
  }

  @Test func repeatedFrameAtTheJoinIsDropped() throws {
    let read = try steps(
      try dump("a", steps: [100, 150, 200]), try dump("b", steps: [200, 250]), try dump("c", steps: [300]))
    #expect(read.steps == [0, 50, 100, 150, 200])
    #expect(read.warnings.count == 1 && read.warnings[0].contains("frame 1 repeats the one before it"))
  }

  /// The last record of a run may follow after a shorter interval than the others.
  @Test func lastFrameMayBeEarly() throws {
    #expect(try steps(try dump("a", steps: [0, 50, 100, 120])).steps == [0, 50, 100, 120])
    let text = try message(try dump("a", steps: [0, 50, 100, 120, 170]))
    #expect(
      text.contains("frame 4 at step 120 after step 100") && text.contains("20 steps instead of 50"),
      "\(text)")
  }

  @Test func gapsAndStepsBackNameTheFiles() throws {
    let a = try dump("a", steps: [0, 50, 100])
    for wrong in [[200, 250], [0, 50]] {
      let b = try dump("b", steps: wrong)
      let text = try message(a, b)
      #expect(text.contains(a) && text.contains(b) && text.contains("step \(wrong[0])"), "\(text)")
    }
    #expect(try message(a, a).contains("step 0 after step 100"))
  }

  /// The same step with atoms at other positions belongs to another run.
  @Test func repeatedStepOfAnotherRunIsRefused() throws {
    let a = try dump("a", steps: [0, 50, 100])
    let b = try dump("b", steps: [100, 150])
    let moved = try String(contentsOfFile: b, encoding: .utf8)
      .replacing("1 Na 1.0 0 0", with: "1 Na 4.5 0 0")
    try Data(moved.utf8).write(to: URL(fileURLWithPath: b))
    #expect(try message(a, b).contains("atoms moved by 3.5 Å"))
  }

  @Test func otherAtomsAreRefused() throws {
    let a = try dump("a", steps: [0, 50])
    let b = try dump("b", steps: [100, 150])
    let text = try String(contentsOfFile: b, encoding: .utf8).replacing("2 Na", with: "2 K")
    try Data(text.utf8).write(to: URL(fileURLWithPath: b))
    #expect(try message(a, b).contains("other atoms than in \(a)"))
  }

  /// An incomplete last frame of a killed program is not read, nor a truncated number.
  @Test(arguments: ["ITEM: TIMESTEP\n150\nITEM: NUMBER", "ITEM: TIMESTEP\n15", nil])
  func cutShort(_ ends: String?) throws {
    let path = try dump("a", steps: [0, 50, 100] + (ends == nil ? [150] : []), ends: ends ?? "")
    if ends == nil {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      // "1 Na 1.5 0 0
      // " without its end: the rest reads as a line, but its last number may be truncated.
      try data.dropLast(1).write(to: URL(fileURLWithPath: path))
    }
    let read = try steps(path)
    #expect(read.steps == [0, 50, 100])
    #expect(read.warnings.count == 1 && read.warnings[0].contains("frame 4 is cut short"), "\(read.warnings)")
  }

  @Test func errorsNameFileAndLine() throws {
    let good = try String(contentsOfFile: try dump("a", steps: [0, 50]), encoding: .utf8)
    let edits: [(from: String, to: String, says: String)] = [
      ("5 0.5 5", "5 zero 5", ":21: found “zero”, wanted a coordinate"),
      ("2 Na 5 0.5 5", "3 Na 5 0.5 5", ":21: found the id 3, wanted each id of the first frame once"),
      ("1 Na 0.5 0 0", "2 Na 0.5 0 0", ":22: found the id 2, wanted each id of the first frame once"),
      ("BOUNDS pp pp pp\n0 10", "BOUNDS pp pp ff\n0 10", ":5: found the boundaries “pp pp ff”"),
      ("0 10\n0 10\n0 10", "0 10\n0 0\n0 10", ":8: found the vectors"),
      ("id element x y z", "element x y z", ":9: found the columns “element x y z”, wanted a column id"),
      ("id element x y z", "id x y z", "wanted a column element, type or mass"),
      ("id element x y z", "id element vx vy vz", "wanted coordinates"),
      ("2 Na 5 0.5 5", "2 Na 5", ":21: found 3 columns, wanted 5"),
      ("2 Na 5 0.5 5", "2 Na 5 0.5 5 9", ":21: found 6 columns, wanted 5"),
      ("ATOMS\n2", "ATOMS\n-2", ":4: found -2 atoms"),
      ("ATOMS\n2", "ATOMS\n99999999999999999999", ":4: found “99999999999999999999”"),
    ]
    for edit in edits {
      guard let place = good.range(of: edit.from) else {
        Issue.record("no \(edit.from)")
        continue
      }
      let path = try folder.file("bad", good.replacingCharacters(in: place, with: edit.to))
      let text = try message(path)
      #expect(text.hasPrefix(path) && text.contains(edit.says), "\(text)")
    }
  }

  @Test func xdatcarsPutTogetherAreTold() throws {
    func xdatcar(_ numbers: [Int], shift: Int = 0) -> String {
      "x\n1\n8 0 0\n0 8 0\n0 0 8\nNa\n1\n"
        + numbers.map { "Direct configuration= \($0)\n0.\($0 + shift) 0 0\n" }.joined()
    }
    var hints = ImportHints()
    hints.frameInterval_ps = 0.1
    func frames(_ text: String...) throws -> Int {
      let paths = try text.enumerated().map { try folder.file("XDATCAR\($0)", $1) }
      let run = try ImportedRun(paths, format: nil, hints: hints)
      while try run.next() != nil {}
      return run.frameCount
    }
    #expect(try frames(xdatcar([1, 2, 3])) == 3)
    // VASP restarts its step count in each job.
    #expect(try frames(xdatcar([1, 2, 3]), xdatcar([1, 2], shift: 3)) == 5)
    // A job that goes on from the second frame of the one before, and the same file twice.
    #expect(try frames(xdatcar([1, 2, 3]), xdatcar([1, 2, 3], shift: 1)) == 4)
    #expect(throws: TrajectoryProblem.self) { try frames(xdatcar([1, 2, 3]), xdatcar([1, 2, 3])) }
    for numbers in [[1, 2, 3, 1, 2], [1, 2, 4]] {
      #expect(throws: TrajectoryProblem.self) { try frames(xdatcar(numbers)) }
    }
  }

  @Test(arguments: [
    "1", "-12.5", "1e3", "0.1", "-3.1415926535897931", "123456789012345678901", "1.", ".5", "2D-3",
    "1E+05", "4.9e-324", "0.00000000000000000000000012345", "9007199254740993", "7.038531e-26",
  ])
  func numbersReadAsTheLibraryReadsThem(text: String) {
    let found = Array(text.utf8).withUnsafeBufferPointer { bytes in
      bytes.baseAddress.flatMap { TextLine(base: $0, count: bytes.count).decimal }
    }
    let plain = text.replacing("D", with: "e")
    #expect(found == (Double(plain) ?? Double(plain + "0")))
  }

  @Test(arguments: ["", ".", "-", "nan", "inf", "0x10", "1e", "1e+", "1.2.3", "1,5", "1e999", "1 2", "e5"])
  func whatIsNoNumberIsNone(text: String) {
    let found = Array((text + " ").utf8).withUnsafeBufferPointer { bytes in
      bytes.baseAddress.flatMap { TextLine(base: $0, count: bytes.count - 1).decimal }
    }
    #expect(found == nil)
  }
}
