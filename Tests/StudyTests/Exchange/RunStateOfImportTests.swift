import Analysis
import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Manifest
@testable import Mathematics
@testable import Mechanism
@testable import Results
@testable import StudyStore

/// Whether a run was in the right state while it was sampled.
@Suite struct RunStateOfImportTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Sodium on its walk among chlorides that vibrate about a simple cubic lattice, or walk too; the edge of the cell grows
  /// by a share of itself over the run, and fluctuates by 0.3 %.
  private static func salt(anionStep_A: Double = 0, growth: Double = 0) -> SyntheticSalt {
    var random = SplitMix64(seed: 21)
    func uniform() -> Double { 2 * Double(random.next(below: 1 << 40)) / Double(1 << 40) - 1 }
    func vector() -> Vector3 { [uniform(), uniform(), uniform()] }
    let count = 400
    var corners: [Vector3] = []
    for ion in 0..<8 { corners.append(Vector3(Double(ion & 1), Double(ion >> 1 & 1), Double(ion >> 2)) / 2) }
    var sodium = corners.map { $0 + Vector3(repeating: 0.25) }
    var cells: [Cell] = []
    var frames: [[Vector3]] = []
    for frame in 0..<count {
      let cell = Cell(
        cubic: 12 * (1 + growth * Double(frame) / Double(count) + (growth > 0 ? 0.005 * uniform() : 0)))
      cells.append(cell)
      frames.append(
        sodium.map { cell.cartesian($0) } + corners.map { cell.cartesian($0) + vector() * 0.2 })
      sodium = sodium.map { $0 + vector() * 0.03 }
      corners = corners.map { $0 + vector() * (anionStep_A / 12) }
    }
    return SyntheticSalt(
      elements: sodium.map { _ in "Na" } + corners.map { _ in "Cl" }, cells: cells, frames: frames)
  }

  private func study(_ salt: SyntheticSalt) throws -> StudyDirectory {
    try importing([try folder.file("salt.dump", salt.dump(.unwrapped))], into: "study", folder).study
  }

  @Test func aStationaryCrystalHasNoWarning() throws {
    let study = try study(Self.salt())
    let reading = try RunReader.read(study.runs[0], directory: study.runPath(0))
    #expect(reading.stateWarnings.isEmpty, "\(reading.stateWarnings)")
    let framework = try #require(reading.mechanism.framework)
    // Three components of variance 0.2²/3, less an eighth that moves with the centre.
    #expect(abs(framework.rms_A - 0.2 * (7.0 / 8).squareRoot()) < 0.01, "\(framework)")
    #expect(framework.movedCount == 0 && !framework.isMoving && framework.symmetryChange == nil)
  }

  /// Chlorides that diffuse are told as such, and with `bad-state: exclude` the run is not in the results.
  @Test func aMeltIsToldOrLeftOut() throws {
    let study = try study(Self.salt(anionStep_A: 0.5))
    var run = study.runs[0]
    let told = RunResult(run, of: study)
    #expect(told.reading != nil && told.missing.isEmpty)
    #expect(
      told.warnings.contains {
        if case .anionsLeaveTheirPlaces(_, let rms, _, _, let anions, _) = $0 {
          rms > 1 && anions == 8
        } else {
          false
        }
      }, "\(told.warnings)")
    run.manifest.analysis.badState = .exclude
    let excluded = RunResult(run, of: study)
    #expect(excluded.reading == nil && excluded.warnings.isEmpty)
    #expect(excluded.missing.contains { $0.contains("leave their places") }, "\(excluded.missing)")
  }

  @Test func aCellThatGrowsIsTold() throws {
    let study = try study(Self.salt(growth: 0.03))
    let warnings = try RunReader.read(study.runs[0], directory: study.runPath(0)).stateWarnings
    var quantities: Set<RunQuantity> = []
    for case .driftsInTime(_, let quantity, let first, let last, _, _) in warnings where last > first {
      quantities.insert(quantity)
    }
    #expect(quantities.isSuperset(of: [.volume_A3, .a_A, .b_A, .c_A]), "\(warnings)")
    #expect(quantities.isDisjoint(with: [.alpha_degrees, .beta_degrees, .gamma_degrees]))
  }

  /// The ions of a set are those of a run that can be read, not of the first one, whose record may be damaged.
  @Test func ionsAreThoseOfARunThatCanBeRead() throws {
    let files = try [0, 0.1].enumerated().map {
      try folder.file("salt\($0).dump", Self.salt(anionStep_A: $1).dump(.unwrapped))
    }
    let study = try importing(files, into: "two", folder).study
    #expect(try sets(of: study).first?.system == "8 Na, 8 Cl")
    let record = "\(study.runPath(0))/rank-0000.h5"
    let whole = try Data(contentsOf: URL(fileURLWithPath: record))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: record))
    let result = try #require(try aggregate(study: study, ranks: AggregationRanks()))
    #expect(result.missing.count == 1, "\(result.missing)")
    #expect(try results(of: study).summary.sets.first?.system == "8 Na, 8 Cl")
  }

  /// A framework that drifts by 0.037 Å a frame: with `drift: framework` nothing is wrong; with `none` the sites and
  /// densities are not determined, and say why.
  @Test func aMovingFrameworkHasNoSites() throws {
    let study = try study(SyntheticSalt(frames: 100, seed: 6))
    var run = study.runs[0]
    let still = try RunReader.read(run, directory: study.runPath(0)).mechanism
    #expect(!still.densities.isEmpty && still.framework?.isMoving == false)
    run.manifest.analysis.drift = .none
    let moving = try RunReader.read(run, directory: study.runPath(0)).mechanism
    let warning = try #require(
      moving.observables.warnings.first { if case .frameworkMoves = $0 { true } else { false } })
    // Four fifths of 100 frames.
    if case .frameworkMoves(let distance, _) = warning { #expect(abs(distance - 80 * 0.0374) < 0.1) }
    #expect(moving.densities.isEmpty && moving.anions.isEmpty)
    for name in ["hop-rate", "sites-per-cation"] {
      let value = try #require(moving.observables.values.first { $0.observable == name })
      #expect(value.mean == nil && value.warning == warning)
    }
  }
}
