import Analysis
import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Exchange
@testable import Manifest
@testable import Mathematics
@testable import Mechanism
@testable import Results
@testable import StudyStore
@testable import Trajectory
@testable import TrajectoryImport

/// A bcc crystal of anions with cations in tetrahedral interstices, one in eight of which hops, in fractional
/// coordinates; many ions lie in the faces of the cell and vibrate across them. And its cell, which fluctuates by 1.5 %
/// over some twenty frames.
private struct BreathingCrystal {
  enum Shape: String, CaseIterable { case isotropic, full, flipped }

  static let frameCount = 400
  private static let edge_A = 15.8
  let elements: [String]
  /// `[frame][atom]`, fractional.
  private(set) var fractions: [[Vector3]] = []
  private(set) var cells: [Cell] = []

  init(_ shape: Shape) {
    var random = SplitMix64(seed: 8)
    func uniform() -> Double { 2 * Double(random.next(below: 1 << 40)) / Double(1 << 40) - 1 }
    var anions: [Vector3] = []
    var sites: [Vector3] = []
    for x in 0..<2 {
      for y in 0..<2 {
        for z in 0..<2 {
          let corner = Vector3(Double(x), Double(y), Double(z)) / 2
          anions += [corner, corner + Vector3(repeating: 0.25)]
          // Four of the twelve tetrahedral sites of each unit cell; the last has neighbours 0.35 a away.
          sites += [[0.5, 0.25, 0], [0, 0.5, 0.25], [0.25, 0, 0.5], [0.75, 0.5, 0]].map { corner + $0 / 2 }
        }
      }
    }
    let others: [Vector3] = [[0.75, 0.5, 0], [0.5, 0.75, 0]].map { $0 / 2 }
    elements = sites.map { _ in "Na" } + anions.map { _ in "Cl" }
    var moved = sites.map { _ in 0 }
    let amplitude = 0.25 / Self.edge_A
    for frame in 0..<Self.frameCount {
      if frame % 20 == 19 {
        let ion = 4 * (frame / 20 % 8) + 3
        moved[ion] = 1 - moved[ion]
      }
      let now = sites.enumerated().map { ion, s in s + others[moved[ion]] - others[0] } + anions
      fractions.append(now.map { $0 + Vector3(uniform(), uniform(), uniform()) * amplitude })
    }
    cells = Self.breathe(shape, uniform)
  }

  private static func breathe(_ shape: Shape, _ uniform: () -> Double) -> [Cell] {
    let memory = exp(-1.0 / 20)
    let kick = 0.015 * (3 * (1 - memory * memory)).squareRoot()
    var strain = [Double](repeating: 0, count: 6)
    return (0..<frameCount).map { frame in
      for k in strain.indices { strain[k] = strain[k] * memory + uniform() * kick }
      let e = shape == .isotropic ? [strain[0], strain[0], strain[0], 0, 0, 0] : strain
      let map = Matrix3([1 + e[0], e[3], e[4]], [e[3], 1 + e[1], e[5]], [e[4], e[5], 1 + e[2]])
      let cell = Cell(cubic: edge_A).mapped(by: map)
      // Other vectors of the same lattice, as a program may choose in a sheared cell.
      guard shape == .flipped, frame >= frameCount / 2 else { return cell }
      return Cell(a: cell.a, b: cell.b - cell.a, c: cell.c)
    }
  }

  /// The cell by the vectors of the first frame.
  private var followed: [Cell] {
    cells.enumerated().map { frame, cell in
      dot(cell.a, cell.b) > -1 / 2 * dot(cell.a, cell.a)
        ? cell : Cell(a: cell.a, b: cell.b + cell.a, c: cell.c)
    }
  }

  /// As a program would write it.
  var salt: SyntheticSalt {
    SyntheticSalt(
      elements: elements, cells: cells,
      frames: zip(fractions, followed).map { s, cell in s.map { cell.cartesian($0) } })
  }

  /// The same fractional coordinates in the mean cell: a crystal at constant volume.
  var saltAtRest: SyntheticSalt {
    var mean = MeanCell()
    for cell in followed { mean.add(cell) }
    let cell = mean.cell ?? cells[0]
    return SyntheticSalt(
      elements: elements, cells: cells.map { _ in cell },
      frames: fractions.map { s in s.map { cell.cartesian($0) } })
  }

  /// g(r) of Cl–Na in bins of 0.05 Å, by shortest images.
  var pairDistribution: [Double] {
    var counts = [Double](repeating: 0, count: 120)
    var ideal = 0.0
    for (s, cell) in zip(fractions, followed) {
      for anion in 32..<48 {
        for cation in 0..<32 {
          let d = s[cation] - s[anion]
          let r = length(cell.cartesian(d - d.rounded(.toNearestOrEven)))
          if r < 6 { counts[Int(r / 0.05)] += 1 }
        }
      }
      ideal += 32 * 16 / cell.volume
    }
    return counts.enumerated().map { bin, count in
      let (low, high) = (0.05 * Double(bin), 0.05 * Double(bin + 1))
      return count / (ideal * 4 / 3 * .pi * (high * high * high - low * low * low))
    }
  }
}

@Suite struct ChangingCellTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func reading(_ salt: SyntheticSalt, _ style: SyntheticSalt.Style, as name: String) throws
    -> RunReading
  {
    let study = try importing([try folder.file("\(name).dump", salt.dump(style))], into: name, folder).study
    return try RunReader.read(study.runs[0], directory: study.runPath(0))
  }

  /// Displacements, sites and hops are those of the same fractional coordinates in the mean cell: to the rounding of
  /// positions to single precision, 1e-6 Å. Structure is that of each frame in its own cell.
  @Test(arguments: BreathingCrystal.Shape.allCases, SyntheticSalt.Style.allCases)
  private func structureAndMotionOfACrystal(_ shape: BreathingCrystal.Shape, _ style: SyntheticSalt.Style)
    throws
  {
    let crystal = BreathingCrystal(shape)
    let breathing = try reading(crystal.salt, style, as: "breathing")
    let atRest = try reading(crystal.saltAtRest, style, as: "rest")

    for (a, b) in zip(breathing.mobility.msd_A2, atRest.mobility.msd_A2) { #expect(abs(a - b) < 1e-5) }
    #expect(breathing.mobility.hops.hops == atRest.mobility.hops.hops)
    let curves = breathing.mechanism.observables.curves
    for wanted in atRest.mechanism.observables.curves
    where ["collective-displacement", "non-gaussian", "residence", "migration-ion"].contains(
      wanted.observable)
    {
      let found = try #require(
        curves.first { $0.observable == wanted.observable && $0.series == wanted.series })
      for (a, b) in zip(found.mean, wanted.mean) {
        #expect(abs((a ?? 0) - (b ?? 0)) < 1e-4, "\(wanted.observable)")
      }
    }
    for name in ["hop-rate", "hop-length", "sites-per-cation", "residence-time", "correlation-factor"] {
      let (a, b) = (value(name, breathing), value(name, atRest))
      #expect(abs((a ?? .nan) - (b ?? .nan)) < 1e-3 * abs(b ?? 0), "\(name): \(String(describing: (a, b)))")
    }
    // Twenty hops of 32 ions in 39.9 ps.
    #expect(abs((value("hop-rate", breathing) ?? 0) - 20 / (32 * 39.9)) < 0.05 * 20 / (32 * 39.9))
    #expect(breathing.mechanism.anions.count == 2)

    let found = try #require(curves.first { $0.observable == "pair-distribution" && $0.series == "Cl–Na" })
    let exact = crystal.pairDistribution
    // A pair within rounding of an edge may be counted in the next bin.
    for (a, b) in zip(found.mean, exact) { #expect(abs((a ?? 0) - b) < 0.002, "\(a ?? 0) \(b)") }
    #expect((exact.max() ?? 0) > 1.5)
    for kind in ["tetrahedral", "trigonal", "linear"] {
      let (a, b) = (share(kind, breathing), share(kind, atRest))
      // Strains of 1.5 % move a cation by some 0.05 Å against the width of 0.32 Å, both ways.
      #expect(abs((a ?? .nan) - (b ?? .nan)) < 0.01, "\(kind): \(String(describing: (a, b)))")
    }
    #expect((share("tetrahedral", breathing) ?? 0) > 0.4)
  }

  /// In-run displacements of a version that joined paths are left out, with a warning, where the cell changes; in a fixed
  /// cell they are right and are read. Other functions are read in both.
  @Test func correlationsOfJoinedPathsAreLeftOut() throws {
    func series(_ quantity: String) -> CorrelationSeries {
      CorrelationSeries(
        quantity: quantity, species: "Na", unit: "", lag_ps: [0.1, 0.2], sums: [[1, 2], [3, 4]],
        counts: [[1, 1], [1, 1]])
    }
    let old = RunCorrelations(
      series: [series("displacement-2"), series("rotation-1")], blockDuration_ps: 1, sampled_ps: 5,
      displacements: .notRecorded, isComplete: true, attempt: 1, identity: "a run")
    let provenance = Provenance(
      version: "0", author: "", command: "", manifest: "", manifestDigest: "", host: "", ranks: 1, seed: 0,
      startedAt: "")
    let crystal = BreathingCrystal(.isotropic)
    for (name, salt) in [("breathing", crystal.salt), ("rest", crystal.saltAtRest)] {
      let study = try importing([try folder.file("\(name).dump", salt.dump(.wrapped))], into: name, folder)
        .study
      try old.write(directory: study.runPath(0), provenance: provenance)
      let found = try RunReader.read(study.runs[0], directory: study.runPath(0)).mechanism.observables
      let isLeftOut = name == "breathing"
      #expect(found.warnings.contains(.correlationsOfJoinedPaths) == isLeftOut)
      #expect(found.curves.contains { $0.observable == "msd-in-run" } != isLeftOut)
      #expect(found.curves.contains { $0.observable == "rotation-1-in-run" })
    }
  }

  private func value(_ name: String, _ reading: RunReading) -> Double? {
    reading.mechanism.observables.values.first { $0.observable == name }?.mean
  }

  private func share(_ kind: String, _ reading: RunReading) -> Double? {
    reading.mechanism.observables.values.first { $0.observable == "interstice-share" && $0.series == kind }?
      .mean
  }
}
