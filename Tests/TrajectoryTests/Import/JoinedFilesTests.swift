import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Trajectory
@testable import TrajectoryImport

/// How files that overlap, begin again or are unevenly spaced become one run.
@Suite struct JoinedFilesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two atoms that walk 0.01 Å a step, their step and, where given, their time.
  private func dump(_ name: String, _ steps: [Int], times: [Double]? = nil, shift: Double = 0) throws
    -> String
  {
    let text = steps.enumerated().map { index, step in
      (times.map { "ITEM: UNITS\nmetal\nITEM: TIME\n\($0[index])\n" } ?? "")
        + "ITEM: TIMESTEP\n\(step)\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n0 10\n0 10\n0 10\n"
        + "ITEM: ATOMS id element x y z\n1 Na \(Double(step % 900) / 100 + shift) 0 0\n2 Na 5 5 5\n"
    }.joined()
    return try folder.file(name, text)
  }

  private struct Reading: Equatable {
    var steps: [Int] = []
    var places: [Int] = []
    var interval_ps = 0.0
    var warnings: [String] = []
  }

  private func read(_ paths: [String], _ change: (inout ImportHints) -> Void = { $0.timestep_ps = 0.001 })
    throws -> Reading
  {
    var hints = ImportHints()
    change(&hints)
    let run = try ImportedRun(paths, format: nil, hints: hints)
    var reading = Reading()
    while let frame = try run.next() {
      reading.steps.append(run.step)
      reading.places.append(frame.step ?? -1)
    }
    reading.interval_ps = run.clock.frameInterval_ps
    reading.warnings = run.warnings
    return reading
  }

  private func message(_ paths: [String], _ change: (inout ImportHints) -> Void = { $0.timestep_ps = 0.001 })
    -> String
  {
    do {
      _ = try read(paths, change)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func theLaterFileWins() throws {
    let a = try dump("a", [0, 50, 100, 150, 200])
    let b = try dump("b", [100, 150, 200, 250, 300])
    let reading = try read([a, b])
    #expect(reading.places == [0, 50, 100, 150, 200, 250, 300])
    #expect(reading.steps == [0, 50, 100, 150, 200, 250, 300])
    #expect(
      reading.warnings.count == 1 && reading.warnings[0].contains("3 frames of \(a)"), "\(reading.warnings)")
  }

  /// Three in a row, the second wholly inside the first; the last one counts.
  @Test func severalRestarts() throws {
    let a = try dump("a", [0, 50, 100, 150, 200, 250])
    let b = try dump("b", [100, 150])
    let c = try dump("c", [150, 200, 250, 300])
    #expect(try read([a, b, c]).places == [0, 50, 100, 150, 200, 250, 300])
  }

  /// A restarted program that appends to its file.
  @Test func restartsInOneFile() throws {
    let reading = try read([try dump("a", [0, 50, 100, 150, 100, 150, 200, 200, 250])])
    #expect(reading.places == [0, 50, 100, 150, 200, 250])
    #expect(reading.warnings.count == 2, "\(reading.warnings)")
    #expect(
      reading.warnings.last?.contains("repeats the one before it (step 200)") == true, "\(reading.warnings)")
  }

  /// The last frame of a killed program is cut short, and its restart goes on in the same file.
  @Test func cutShortAndGoneOn() throws {
    let a = try String(contentsOfFile: dump("a", [0, 50, 100, 150]), encoding: .utf8)
    let b = try String(contentsOfFile: dump("b", [100, 150, 200]), encoding: .utf8)
    let cut = a.dropLast(20)
    let reading = try read([
      try folder.file("c", cut[..<(cut.lastIndex(of: "\n") ?? cut.endIndex)] + "\n" + b)
    ])
    #expect(reading.places == [0, 50, 100, 150, 200])
    #expect(
      reading.warnings.contains { $0.contains("frame 4 is cut short") && $0.contains("another begins there") }
    )
  }

  @Test func overlapByTime() throws {
    func xyz(_ name: String, _ frames: ClosedRange<Int>) throws -> String {
      try folder.file(
        name,
        frames.map {
          "1\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3 Time=\($0)00.0\nNa \(Double($0) / 10) 0 0\n"
        }.joined())
    }
    let reading = try read([try xyz("a.xyz", 0...6), try xyz("b.xyz", 4...9)]) { _ in }
    #expect(reading.steps == Array(0...9))
    #expect(abs(reading.interval_ps - 0.1) < 1e-12)
    #expect(reading.warnings.contains { $0.contains("3 frames of") })
  }

  /// Steps that begin from 0 again: in the order given, the first frame dropped where it repeats the last.
  @Test func stepsThatBeginAgain() throws {
    let a = try dump("a", [0, 50, 100])
    let b = try dump("b", [0, 50, 100], shift: 1.0)
    let repeated = try read([a, b])
    #expect(repeated.steps == [0, 50, 100, 150, 200])
    let c = try dump("c", [0, 50, 100], shift: 1.5)
    let next = try read([a, c])
    #expect(next.steps == [0, 50, 100, 150, 200, 250])
    #expect(next.warnings.contains { $0.contains("steps begin from step 0 again") }, "\(next.warnings)")
    #expect(message([a, a]).contains("each given once"))
  }

  /// Without steps and times the atoms tell what a restart repeats, and that a file is given twice.
  @Test func overlapWithoutSteps() throws {
    func xyz(_ name: String, _ frames: ClosedRange<Int>) throws -> String {
      try folder.file(
        name,
        frames.map {
          "1\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3\nNa \(Double($0) / 10) 0 0\n"
        }.joined())
    }
    let a = try xyz("a.xyz", 0...6)
    func read(_ files: [String]) throws -> Reading { try self.read(files) { $0.frameInterval_ps = 0.1 } }
    let joined = try read([a, try xyz("b.xyz", 4...9)])
    #expect(joined.steps.count == 10)
    #expect(
      joined.warnings.contains { $0.contains("3 frames from there on are left out") }, "\(joined.warnings)")
    #expect(throws: TrajectoryProblem.self) { try read([a, a]) }
    let apart = try read([a, try xyz("c.xyz", 30...36)])
    #expect(apart.steps.count == 14)
    #expect(apart.warnings.contains { $0.contains("wrong order") }, "\(apart.warnings)")
    let next = try read([a, try xyz("d.xyz", 7...9)])
    #expect(!next.warnings.contains { $0.contains("order") || $0.contains("left out") }, "\(next.warnings)")
  }

  @Test func wrongOrderIsRefused() throws {
    let a = try dump("a", [500, 550, 600])
    let b = try dump("b", [300, 350, 400])
    let text = message([a, b])
    #expect(text.contains("step 300 after step 600") && text.contains("in the order of time"), "\(text)")
  }

  /// One frame a file, in the order of the numbers, and a file of everything.
  @Test func oneFrameAFile() throws {
    let steps = Array(stride(from: 0, through: 1200, by: 100))
    let each = try steps.map { try dump("d.\($0)", [$0]) }
    #expect(try read(each) == read([try dump("all", steps)]))
  }

  /// Positions that the user calls unwrapped go on from file to file.
  @Test func unwrappedFilesGoOn() throws {
    let a = try dump("a", [0, 50])
    let b = try dump("b", [100, 150])
    func beginnings(_ paths: [String], isUnwrapped: Bool) throws -> [Bool] {
      var hints = ImportHints()
      hints.timestep_ps = 0.001
      hints.isUnwrapped = isUnwrapped
      let run = try ImportedRun(paths, format: nil, hints: hints)
      var all: [Bool] = []
      while let frame = try run.next() { all.append(frame.beginsFile) }
      return all
    }
    #expect(try beginnings([a, b], isUnwrapped: true) == [true, false, false, false])
    #expect(try beginnings([a, b], isUnwrapped: false) == [true, false, true, false])
    let each = try [0, 50, 100].map { try dump("e\($0)", [$0]) }
    #expect(try beginnings(each, isUnwrapped: false) == [true, false, false])
  }

  /// The time step changes midway; ITEM: TIME says so, the steps do not.
  @Test func timesAgainstSteps() throws {
    var steps: [Int] = []
    var times: [Double] = []
    for index in 0..<40 {
      steps.append(50 * index)
      let late = Double(index - 20)
      times.append(index < 20 ? 0.1 * Double(index) : 2 + 0.4 * late)
    }
    let path = try dump("t", steps, times: times)
    let reading = try read([path]) { _ in }
    #expect(abs(reading.interval_ps - 0.4) < 1e-9)
    #expect(reading.places.count == 25 && reading.places.prefix(6) == [0, 200, 400, 600, 800, 1000])
    #expect(reading.places.suffix(20) == steps.suffix(20))
    let told = reading.warnings.joined(separator: "\n")
    #expect(told.contains("a step takes 0.002 ps up to frame 21 and 0.008 ps up to frame 22"), "\(told)")
    #expect(told.contains("25 of 40"), "\(told)")
    // The user's word wins, with a line.
    let forced = try read([path])
    #expect(forced.steps.count == 40 && abs(forced.interval_ps - 0.05) < 1e-12)
    #expect(
      forced.warnings.contains { $0.contains("--timestep 0.001 ps is used for all") }, "\(forced.warnings)")
  }

  /// The interval of the dump changes midway; a part is even.
  @Test func theDumpIntervalChanges() throws {
    let steps = Array(stride(from: 0, to: 1000, by: 50)) + Array(stride(from: 1000, through: 2000, by: 100))
    let reading = try read([try dump("a", steps)])
    #expect(reading.places == Array(stride(from: 0, through: 2000, by: 100)))
    #expect(
      reading.warnings.contains { $0.contains("step 1100 after step 1000") && $0.contains("21 of 31") },
      "\(reading.warnings)")
    let part = try read([try dump("b", steps)]) {
      $0.timestep_ps = 0.001
      $0.until_ps = 1
    }
    #expect(part.places == Array(stride(from: 0, through: 1000, by: 50)) && part.warnings.isEmpty)
  }

  @Test func framesThatFitNoRowAreRefused() throws {
    let text = message([try dump("a", [0, 50, 100, 170, 230, 300, 370, 451])])
    #expect(
      text.contains("frame 4 at step 170 after step 100") && text.contains("70 steps instead of 50"),
      "\(text)")
  }

  @Test func skipUntilAndEvery() throws {
    let a = try dump("a", (0...100).map { 50 * $0 })
    let reading = try read([a]) {
      $0.timestep_ps = 0.001
      $0.skip_ps = 1
      $0.until_ps = 4
      $0.every = .frames(4)
    }
    #expect(reading.places == Array(stride(from: 1000, through: 4000, by: 200)))
    #expect(reading.steps == (0...15).map { 200 * $0 })
    #expect(abs(reading.interval_ps - 0.2) < 1e-12)
    let byTime = try read([a]) {
      $0.timestep_ps = 0.001
      $0.every = .time(0.25)
    }
    #expect(byTime.places == (0...20).map { 250 * $0 })
    for wrong in [0.26, 0.01] {
      #expect(
        message([a]) {
          $0.timestep_ps = 0.001
          $0.every = .time(wrong)
        }.contains("wanted a multiple of 0.05 ps"))
    }
    #expect(
      message([a]) {
        $0.timestep_ps = 0.001
        $0.skip_ps = 5.1
      }.contains("0 of 101 frames, of 5 ps, left by --skip"))
  }

  /// What the user gives wins over the file, with both values in a line.
  @Test func optionsAgainstTheFile() throws {
    let path = try dump("t", [0, 50, 100, 150], times: [0, 0.1, 0.2, 0.3])
    let own = try read([path]) { _ in }
    #expect(abs(own.interval_ps - 0.1) < 1e-12 && own.warnings.isEmpty)
    let step = try read([path])
    #expect(abs(step.interval_ps - 0.05) < 1e-12)
    #expect(
      step.warnings.count == 1 && step.warnings[0].contains("0.1 ps apart by the file"), "\(step.warnings)")
    #expect(step.warnings[0].contains("--timestep makes it 0.05 ps"), "\(step.warnings)")
    let interval = try read([path]) { $0.frameInterval_ps = 2 }
    #expect(interval.interval_ps == 2 && interval.warnings[0].contains("--frame-interval makes it 2 ps"))
    #expect(
      message([path]) {
        $0.frameInterval_ps = 2
        $0.timestep_ps = 0.001
      }.contains("--frame-interval 2.0 ps and --timestep 0.001 ps"))
  }
}
