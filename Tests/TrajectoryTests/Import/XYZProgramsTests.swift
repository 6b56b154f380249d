import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Trajectory
@testable import TrajectoryImport

/// What programs write into the comment lines of XYZ, and beside the file.
@Suite struct XYZProgramsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func extended(_ keys: @escaping (Int) -> String) throws -> String {
    try folder.file(
      "a.xyz",
      (0..<5).map {
        "1\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3 \(keys($0))\nNa 0.\($0) 0 0\n"
      }.joined())
  }

  private func run(_ path: String, _ change: (inout ImportHints) -> Void = { _ in }) throws -> ImportedRun {
    var hints = ImportHints()
    change(&hints)
    let run = try ImportedRun([path], format: nil, hints: hints)
    while try run.next() != nil {}
    return run
  }

  /// `Timestep=` beside `Time=` is LAMMPS's sign, else `Time=` is GPUMD's; a guess is said, and the user wins.
  @Test func unitOfTime() throws {
    let lammps = try extended { "Timestep=\(1000 * $0) Time=\($0)0.0" }
    let metal = try run(lammps)
    #expect(abs(metal.clock.frameInterval_ps - 10) < 1e-9 && metal.clock.stepsPerFrame == 1000)
    #expect(
      metal.warnings.count == 1 && metal.warnings[0].contains("taken as LAMMPS's in ps"), "\(metal.warnings)")
    let real = try run(lammps) { $0.units = .real }
    #expect(abs(real.clock.frameInterval_ps - 0.01) < 1e-12 && real.warnings.isEmpty)
    #expect(try run(lammps) { $0.units = .metal }.warnings.isEmpty)
    let told = try run(lammps) { $0.frameInterval_ps = 10 }
    #expect(told.clock.frameInterval_ps == 10 && told.warnings.isEmpty)
    let against = try run(lammps) { $0.frameInterval_ps = 1 }
    #expect(against.clock.frameInterval_ps == 1)
    #expect(
      against.warnings.count == 1 && against.warnings[0].contains("frames are 10 ps apart by the file"),
      "\(against.warnings)")
    #expect(against.warnings[0].contains("--frame-interval makes it 1 ps, which is used"))
    let step = try run(lammps) { $0.timestep_ps = 0.002 }
    #expect(abs(step.clock.frameInterval_ps - 2) < 1e-9 && step.warnings.count == 1)

    let gpumd = try run(try extended { "Time=\($0)000.0" })
    #expect(abs(gpumd.clock.frameInterval_ps - 1) < 1e-9)
    #expect(gpumd.warnings.count == 1 && gpumd.warnings[0].contains("fs, as GPUMD writes it"))
    let stated = try run(try extended { "time_ps=\($0).5" })
    #expect(abs(stated.clock.frameInterval_ps - 1) < 1e-9 && stated.warnings.isEmpty)
    #expect(throws: TrajectoryProblem.self) { try run(try extended { "time=\($0)" }) }
  }

  private func cp2k(_ name: String = "run-pos-1.xyz") throws -> String {
    try folder.file(
      name,
      (0..<4).map {
        "     1\n i = \(100 * $0), time = \(50.0 * Double($0)), E =  -12.5\n Na 0.\($0) 1 2\n"
      }.joined())
  }

  private func cells(_ steps: [Int], a: (Int) -> Double = { 9 + Double($0) / 1000 }) -> String {
    "#   Step   Time [fs]  Ax [Angstrom] ...\n"
      + steps.map { "\($0)  \(Double($0) / 2)  \(a($0)) 0 0  0 10 0  0 0 11  990.0\n" }.joined()
  }

  /// The cell of each step, by its number: the file may hold more of them.
  @Test func cellsOfCP2K() throws {
    let path = try cp2k()
    _ = try folder.file("run-1.cell", cells(Array(stride(from: 0, through: 400, by: 50))))
    var hints = ImportHints()
    let run = try ImportedRun([path], format: nil, hints: hints)
    #expect(abs(run.clock.frameInterval_ps - 0.05) < 1e-12)
    var edges: [Double] = []
    while let frame = try run.next() { edges.append(frame.cell.a.x) }
    #expect(edges == [9, 9.1, 9.2, 9.3])
    #expect(run.warnings.isEmpty)
    // The user's cell wins over the file's.
    hints.cell = Cell(cubic: 8)
    let told = try ImportedRun([path], format: nil, hints: hints)
    #expect(try told.next()?.cell.a.x == 8)
  }

  @Test func cellsThatAreMissingAreNamed() throws {
    let path = try cp2k()
    func message() -> String {
      do {
        _ = try run(path)
        return "no error"
      } catch { return "\(error)" }
    }
    #expect(message().contains("found no cell in frame 1, wanted the cell, as --cell"))
    let cellPath = try folder.file("run-1.cell", cells([0, 100, 300]))
    #expect(message().contains("\(path):8: found step 200, of which \(cellPath) has no cell"), "\(message())")
    _ = try folder.file("run-1.cell", cells([0, 100]) + "200 0.5 9 0 0\n")
    #expect(message().hasPrefix("\(cellPath):4: found"), "\(message())")
  }

  @Test func cellsInTheSameOrderAsVectors() throws {
    #expect(CellText.cell("10 11 12")?.vectors == [[10, 0, 0], [0, 11, 0], [0, 0, 12]])
    let tilted = try #require(CellText.cell("10, 11, 12, 90, 90, 60"))
    #expect(length(tilted.b - Vector3(5.5, 11 * 0.75.squareRoot(), 0)) < 1e-12)
    #expect(CellText.cell("10 0 0 1 10 0 0 0 10")?.b == [1, 10, 0])
    for wrong in [
      "", "10", "10 10", "10 10 0", "10 10 10 90 90", "10 10 10 90 90 190", "10 10 10 30 30 170", "a b c",
      "0 0 0 0 0 0 0 0 0",
    ] {
      #expect(CellText.cell(wrong) == nil, "\(wrong)")
    }
  }

  /// A cell against that of the file: both are said, and shares of the cell keep theirs.
  @Test func cellAgainstTheFile() throws {
    let path = try folder.file(
      "XDATCAR",
      "x\n1\n10 0 0\n0 10 0\n0 0 10\nNa\n1\n"
        + (1...3).map { "Direct configuration= \($0)\n0.5 0.\($0) 0\n" }.joined())
    var hints = ImportHints()
    hints.frameInterval_ps = 1
    hints.cell = Cell(cubic: 20)
    let run = try ImportedRun([path], format: nil, hints: hints)
    #expect(try run.next()?.positions == [[10, 2, 0]])
    #expect(
      run.warnings.count == 1 && run.warnings[0].contains("(10, 0, 0)")
        && run.warnings[0].contains("(20, 0, 0)"), "\(run.warnings)")
  }
}
