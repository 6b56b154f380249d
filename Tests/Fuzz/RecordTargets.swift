import Checkpoints
import Foundation
import StudyStore
import Trajectory

private func digest(_ content: CheckpointContent) -> UInt64 {
  var digest = ContentDigest()
  for (name, values) in content.doubles.sorted(by: { $0.key < $1.key }) {
    digest.add(name)
    for value in values { digest.add(value) }
  }
  for (name, values) in content.integers.sorted(by: { $0.key < $1.key }) {
    digest.add(name)
    for value in values { digest.add(Int(value)) }
  }
  for (name, text) in content.text.sorted(by: { $0.key < $1.key }) { digest.add(name + text) }
  digest.add(content.attempt)
  return digest.value
}

@Sendable private func readCheckpoint(_ input: FuzzInput) throws -> UInt64 {
  _ = try input.write("checkpoint.a.h5")
  guard let loaded = try CheckpointStore(directory: input.folder).loadNewest() else { return 0 }
  return digest(loaded.content)
}

/// Reads all that a run's record holds, as the analysis does.
@Sendable private func readRecord(_ input: FuzzInput) throws -> UInt64 {
  _ = try input.write(input.sample)
  let record = try RunRecord(directory: input.folder)
  if let problem = record.problems.first { throw problem }
  var digest = ContentDigest()
  for group in record.plan.groups where group.memberCount > 0 {
    digest.add("\(group.name) \(group.memberCount) \(group.kind) \(group.intervalSteps)")
    for step in try record.steps(of: group.name) { digest.add(step) }
    for time in try record.times_ps(of: group.name) { digest.add(time) }
    let frames = 0..<record.frameCount(of: group.name)
    for cell in try record.cells(of: group.name) { digest.add(cell.volume) }
    for block in try record.usableBlocks(of: group.name) {
      for member in try record.members(of: group.name, block: block) { digest.add(member) }
      for species in try record.species(of: group.name, block: block) { digest.add(species) }
      let size = group.blockSizes[block]
      var paths = [Float](repeating: 0, count: 3 * size * frames.count)
      try paths.withUnsafeMutableBufferPointer {
        try record.readPaths(
          group: group.name, block: block, members: 0..<size, frames: frames, threads: 2, into: $0)
      }
      for value in paths { digest.add(UInt64(value.bitPattern)) }
      guard group.kind == .bodies else { continue }
      let turns = try record.readOrientations(
        group: group.name, block: block, members: 0..<size, frames: frames)
      for value in turns { digest.add(UInt64(value.bitPattern)) }
    }
  }
  for value in try record.observables().records {
    digest.add(value.potentialEnergy_eV)
    digest.add(value.temperature_K)
    for p in value.pressure_GPa { digest.add(p) }
  }
  return digest.value
}

@Sendable private func readCorrelations(_ input: FuzzInput) throws -> UInt64 {
  _ = try input.write(RunCorrelations.fileName)
  guard let correlations = try RunCorrelations(directory: input.folder) else { return 0 }
  var digest = ContentDigest()
  for series in correlations.series {
    digest.add(series.quantity + series.species + series.unit)
    for row in series.sums + series.counts { for value in row { digest.add(value) } }
  }
  digest.add(correlations.sampled_ps + correlations.blockDuration_ps)
  return digest.value
}

/// The readers of HDF5.
let recordTargets: [FuzzTarget] = [
  [
    FuzzTarget("h5md", .binary) { input in
      try readTrajectory(try input.write("a.h5"), .h5md) {
        $0.mobile = "Na"
        $0.timestep_ps = nil
      }
    }
  ],
  withFlips("checkpoint", .binary, read: readCheckpoint), withFlips("record", .binary, read: readRecord),
  withFlips("correlations", .binary, read: readCorrelations),
].flatMap(\.self)
