import SyntheticObservables
import Testing

@testable import Analysis
@testable import Crystal
@testable import Mathematics
@testable import Mechanism

/// Numbers that library code gives and no manifest has checked: an error, not a trap or an endless loop.
struct LibraryBoundsTests {
  private func analyse(_ parameters: MechanismParameters, _ edit: (inout IonSystem) -> Void = { _ in }) throws
  {
    var run = HopRun(ions: 8, frames: 20)
    run.rate_per_ps = 0.1
    var random = RandomNumbers(seed: 4)
    let made = run.make(&random, anions: true)
    var system = made.system
    edit(&system)
    _ = try analyseMechanism(system: system, crystal: nil, parameters: parameters) { body in
      for index in 0..<made.frameCount { try body(made.frame(index)) }
    }
  }

  @Test(arguments: [0, -1, 10.01, 30, 9e18, 1e300, Double.nan, .infinity])
  func aShellIsNotBelieved(_ shell_A: Double) {
    #expect(throws: AnalysisError.self) { try analyse(MechanismParameters(shell_A: shell_A)) }
  }

  @Test func theLargestShellIsUsed() throws {
    try analyse(MechanismParameters(shell_A: MechanismParameters.largestShell_A))
  }

  @Test(arguments: [0, -1, 2.01, 1e300, Double.nan, .infinity])
  func aToleranceIsNotBelieved(_ tolerance_A: Double) {
    #expect(throws: AnalysisError.self) {
      try analyse(MechanismParameters(symmetriseTolerance_A: tolerance_A))
    }
  }

  @Test func aSystemIsNotBelieved() {
    for edit: (inout IonSystem) -> Void in [
      { $0.frameCount = -1 }, { $0.frameCount = .max }, { $0.cationCount = .max }, { $0.cationCount = -1 },
      { $0.frameInterval_ps = 0 }, { $0.frameInterval_ps = .nan }, { $0.kindOfAnion[0] = 99 },
    ] {
      #expect(throws: AnalysisError.self) { try analyse(MechanismParameters(), edit) }
    }
  }

  @Test(arguments: [0, -1, 1001, 1e9, 9e18, Double.nan, .infinity]) func aRadiusIsNotBelieved(
    _ radius: Double
  ) {
    let points = [Vector3(0, 0, 0), Vector3(1, 1, 1)]
    #expect(throws: StructureError.self) {
      _ = try PeriodicPairs(cell: Cell(cubic: 5), positions: points, radius: radius)
    }
  }

  /// Within 1000 Å of 10⁵ atoms, each atom has 10⁹ others.
  @Test func morePairsThanCanBeCountedAreRefused() {
    var points: [Vector3] = []
    for x in 0..<50 {
      for y in 0..<50 { for z in 0..<40 { points.append(Vector3(Double(x), Double(y), Double(z))) } }
    }
    #expect(throws: StructureError.self) {
      _ = try PeriodicPairs(cell: Cell(cubic: 50), positions: points, radius: 1000)
    }
  }

  @Test(arguments: [100_000_001, Int.max / 3, .max]) func framesAreNotBelieved(_ frames: Int) {
    #expect(throws: AnalysisError.self) { _ = try ReferencePath(frameCount: frames) }
    #expect(throws: AnalysisError.self) {
      _ = try RunMobilityAccumulator(frameCount: frames, frameInterval_ps: 1)
    }
  }
}
