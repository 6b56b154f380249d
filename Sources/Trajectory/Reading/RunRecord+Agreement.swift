extension RunRecord {
  /// Removes finished blocks that have fewer records than others: the shortest must not silently truncate the
  /// rest. (Blocks that are still written differ by what has been flushed.)
  static func removeShort(
    _ chains: inout [Int: BlockChain], plan: RecordPlanSummary
  ) -> [RecordProblem] {
    var problems: [RecordProblem] = []
    for group in plan.groups {
      func count(_ chain: BlockChain) -> Int { chain.steps[group.name]?.count ?? 0 }
      let longest = chains.values.map(count).max() ?? 0
      for (block, chain) in chains.sorted(by: { $0.key < $1.key })
      where chain.isComplete && group.blockSizes[block] > 0 && count(chain) < longest {
        chains[block] = nil
        problems.append(
          RecordProblem(
            kind: .short, file: chain.files[0].path,
            message: "found \(count(chain)) records of \(group.name), where others have \(longest)"))
      }
    }
    return problems
  }

  static func commonCounts(_ chains: [Int: BlockChain], plan: RecordPlanSummary) -> [String: Int] {
    var counts: [String: Int] = [:]
    for group in plan.groups {
      counts[group.name] =
        chains.values.filter { group.blockSizes[$0.block] > 0 }
        .map { $0.steps[group.name]?.count ?? 0 }.min() ?? 0
    }
    return counts
  }

  /// Removes blocks whose steps do not start at 0, have a gap or differ from those of the first usable block.
  static func removeOutOfStep(
    _ chains: inout [Int: BlockChain], plan: RecordPlanSummary, counts: [String: Int]
  ) -> [RecordProblem] {
    var problems: [RecordProblem] = []
    for group in plan.groups {
      var reference: ArraySlice<Int>?
      for (block, chain) in chains.sorted(by: { $0.key < $1.key }) where group.blockSizes[block] > 0 {
        let steps = (chain.steps[group.name] ?? []).prefix(counts[group.name] ?? 0)
        let hasGap = zip(steps, steps.dropFirst()).contains { $1 - $0 > group.intervalSteps }
        if hasGap || (steps.first ?? 0) != 0 {
          chains[block] = nil
          problems.append(
            RecordProblem(
              kind: .short, file: chain.files[0].path,
              message: "records of \(group.name) are missing in between"))
        } else if let reference, reference != steps {
          chains[block] = nil
          problems.append(
            RecordProblem(
              kind: .mismatch, file: chain.files[0].path,
              message: "the steps of \(group.name) differ from those of other blocks"))
        } else {
          reference = steps
        }
      }
    }
    return problems
  }
}
