import Foundation
import HDF5

/// Looks at the records that a new attempt continues, before it takes its first step: damage that shows only when the
/// attempts are merged would cost the whole run.
package enum RestartCheck {
  /// - Parameters:
  ///   - point: where the new attempt goes on.
  ///   - plan: the plan of the new attempt.
  ///   - seconds: at most spent on reading values, the newest first; the structure of every file is always read.
  /// - Throws: `RecordProblem` for a file that is missing, damaged, short or of another run; `RecordError`, `HDF5Error`.
  package static func check(
    directory path: String, from point: RestartPoint, plan: RecordPlan, seconds: Double
  ) throws {
    let directory = try RunDirectory(path)
    let wanted = plan.summary
    let end = Date().addingTimeInterval(seconds)
    var chains: [BlockChain] = []
    for block in 0..<wanted.blockCount {
      let chain = try BlockChain(block: block, attempt: point.attempt, plan: wanted, in: directory)
      try checkSteps(of: chain, from: point, plan: wanted)
      chains.append(chain)
    }
    for chain in chains { try readValues(of: chain, from: point, plan: wanted, until: end) }
  }

  /// The records up to the restart point exist, without gaps.
  private static func checkSteps(of chain: BlockChain, from point: RestartPoint, plan: RecordPlanSummary)
    throws
  {
    guard let newest = chain.files.first else { return }
    func short(_ message: String) -> RecordProblem {
      RecordProblem(kind: .short, file: newest.path, message: message)
    }
    for (series, last) in point.lastSteps where newest.index[series] != nil {
      let steps = chain.steps[series] ?? []
      guard let row = steps.firstIndex(of: last) else {
        throw short(
          "its records of \(series) end at step \(steps.last ?? -1), but the checkpoint goes on from step \(last)"
        )
      }
      guard let group = plan.group(series) else { continue }
      let covered = steps[...row]
      let hasGap = zip(covered, covered.dropFirst()).contains { $1 - $0 > group.intervalSteps }
      guard covered.first == 0, !hasGap else { throw short("records of \(series) are missing in between") }
    }
  }

  private static func readValues(
    of chain: BlockChain, from point: RestartPoint, plan: RecordPlanSummary, until end: Date
  ) throws {
    for (series, last) in point.lastSteps.sorted(by: { $0.key < $1.key }) {
      guard let steps = chain.steps[series], let row = steps.firstIndex(of: last) else { continue }
      let group = plan.group(series)
      let size = group?.blockSizes[chain.block] ?? 0
      let slab = max(1, (32 << 20) / (16 * max(1, size)))
      for first in stride(from: row / slab * slab, through: 0, by: -slab) {
        guard Date() < end else { return }
        let frames = first..<min(first + slab, row + 1)
        if let group {
          try readMembers(of: chain, group, frames)
        } else {
          _ = try RunRecord.observables(in: chain, series: series, frames: frames)
        }
      }
    }
  }

  private static func readMembers(
    of chain: BlockChain, _ group: RecordPlanSummary.Group, _ frames: Range<Int>
  ) throws {
    let size = group.blockSizes[chain.block]
    guard size > 0 else { return }
    func read<T: HDF5ElementValue>(_ dataset: String, _ width: Int, as _: T.Type) throws {
      _ = try RunRecord.read(
        chain, group.name, dataset: dataset, frames: frames, members: nil, rowSize: width, as: T.self)
    }
    try read("position/value", 3 * size, as: Float.self)
    if group.kind == .bodies { try read("orientation/value", 4 * size, as: Float.self) }
    try read("box/edges/value", 9, as: Double.self)
  }
}
