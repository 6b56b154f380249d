import Foundation
import TestSupport

@testable import Crystal
@testable import Trajectory

/// A synthetic run whose every number identifies its position: member id, step and component.
struct SmallRun {
  var blockCount = 2
  /// Enough records to fill several chunks of the often recorded groups.
  var mobileInterval = 5
  var allInterval = 50

  var plan: RecordPlan {
    RecordPlan(
      groups: [
        .init(
          name: "mobile", kind: .atoms, intervalSteps: mobileInterval, members: [3, 4, 7, 9, 11],
          species: Array(repeating: "Na", count: 5), blockCount: blockCount),
        .init(
          name: "anions", kind: .bodies, intervalSteps: mobileInterval, members: [0, 1, 2],
          species: ["B12H12", "B12H12", "BH4"], blockCount: blockCount),
        .init(
          name: "all", kind: .atoms, intervalSteps: allInterval, members: Array(0..<13),
          species: (0..<13).map { [3, 4, 7, 9, 11].contains($0) ? "Na" : "H" }, blockCount: blockCount),
      ], blockCount: blockCount, timestep_ps: 0.001)
  }

  static let provenance = Provenance(
    version: "0.1", author: "Nobody", command: "paddlewheel simulate x 0", manifest: "study: x\n",
    manifestDigest: "00", host: "here", ranks: 2, seed: 7, startedAt: "2026-01-01T00:00:00Z")

  static func position(member: Int, step: Int, axis: Int) -> Float {
    Float(member) + Float(step) / 1024 + Float(axis) * 100
  }

  static func cell(step: Int) -> Cell {
    let edge = 10 + Double(step) / 1000
    return Cell(a: [edge, 0, 0], b: [1, edge, 0], c: [0.5, -1, edge])
  }

  static func observables(step: Int) -> ObservablesRecord {
    ObservablesRecord(
      potentialEnergy_eV: -Double(step), kineticEnergy_eV: 2, conservedEnergy_eV: 3,
      temperature_K: 300 + Double(step), pressure_GPa: (0..<9).map { Double($0 + step) }, volume_A3: 1000,
      molecularPressure_GPa: Double(step) / 7)
  }

  func writer(
    _ folder: TemporaryFolder, block: Int, attempt: Int, resumption: RestartPoint? = nil,
    stages: [String] = ["equilibrate"]
  ) throws -> RankFileWriter {
    try RankFileWriter(
      directory: folder.path, block: block, attempt: attempt, plan: plan, provenance: Self.provenance,
      resumption: resumption, stages: stages)
  }

  /// Records what is due at the given steps, as the engine would. `shift` distinguishes attempts.
  func record(_ steps: some Sequence<Int>, with writer: RankFileWriter, block: Int, shift: Float = 0) throws {
    for step in steps {
      for (index, group) in plan.groups.enumerated() where step % group.intervalSteps == 0 {
        let members = group.members[group.blocks[block]]
        let positions = members.flatMap { member in
          (0..<3).map { Self.position(member: member, step: step, axis: $0) + shift }
        }
        let orientations: [Float]? = group.kind == .atoms ? nil : members.flatMap { [Float($0), 0, 0, 1] }
        try positions.withUnsafeBufferPointer { p in
          try (orientations ?? []).withUnsafeBufferPointer { q in
            try writer.append(
              group: index, step: step, time_ps: Double(step) * plan.timestep_ps,
              cell: Self.cell(step: step), positions: p, orientations: orientations == nil ? nil : q)
          }
        }
      }
      if block == 0, step % mobileInterval == 0 {
        try writer.appendObservables(
          step: step, time_ps: Double(step) * plan.timestep_ps, Self.observables(step: step))
      }
    }
  }

  /// A finished attempt of all blocks.
  @discardableResult
  func writeWhole(_ folder: TemporaryFolder, through last: Int) throws -> [String: Int] {
    var lastSteps: [String: Int] = [:]
    for block in 0..<blockCount {
      let writer = try writer(folder, block: block, attempt: 1)
      try record(0...last, with: writer, block: block)
      try writer.close()
      lastSteps.merge(writer.lastSteps) { first, _ in first }
    }
    return lastSteps
  }

  func merge(_ folder: TemporaryFolder, attempt: Int, expecting lastSteps: [String: Int]) throws {
    for block in 0..<blockCount {
      try RecordMerge.mergeAttempts(
        directory: folder.path, block: block, attempt: attempt, expecting: lastSteps)
    }
  }
}
