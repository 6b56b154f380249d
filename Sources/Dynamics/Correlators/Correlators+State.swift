import Crystal
import MPI

extension Correlators {
  /// The state for a checkpoint, beside the per-molecule data, gathered on rank 0; empty on other ranks. Every rank must
  /// call.
  package func state(_ communicator: Communicator) throws -> [String: [Double]] {
    let bodies = try communicator.gather(bodySums.values).values
    let velocities = try communicator.gather(velocitySums.values).values
    guard communicator.isRoot else { return [:] }
    var state = [
      Names.bodySums: bodies, Names.velocitySums: velocities, Names.bodyPairs: bodySums.pairs,
      Names.velocityPairs: velocitySums.pairs,
      Names.reference: reference.flatMap { [$0.x, $0.y, $0.z] },
    ]
    if plan.cellChanges { state[Names.cells] = meanOfCells.state + (basis.cell?.flat ?? []) }
    return state
  }

  /// The names of the arrays of `state`.
  package var stateNames: [String] {
    [Names.bodySums, Names.velocitySums, Names.bodyPairs, Names.velocityPairs, Names.reference]
      + (plan.cellChanges ? [Names.cells] : [])
  }

  private enum Names {
    static let bodySums = "correlation_body_sums"
    static let velocitySums = "correlation_velocity_sums"
    static let bodyPairs = "correlation_body_pairs"
    static let velocityPairs = "correlation_velocity_pairs"
    static let reference = "correlation_reference"
    static let cells = "correlation_cells"
  }

  /// Continues from a state; every rank passes the same arrays. On the same number of ranks each continues with its own
  /// sums; on another number rank 0 takes them all.
  /// - Parameter ranks: of the attempt that wrote the state.
  /// - Returns: false for missing arrays, wrong lengths or what is no number; nothing is changed then.
  package func restore(_ state: [String: [Double]], ranks: Int, communicator: Communicator) -> Bool {
    func sums(_ old: CorrelationSums, _ values: String, _ pairs: String) -> CorrelationSums? {
      // A stage shorter than an interval, or an interval of none: there is nothing to sum.
      guard old.lags > 0, old.series > 0 else { return old }
      guard let values = state[values], let pairs = state[pairs], ranks > 0,
        pairs.count >= old.pairs.count, pairs.count % old.lags == 0,
        values.count == ranks * pairs.count * old.series, values.allSatisfy(\.isFinite),
        pairs.allSatisfy({ $0 >= 0 && $0 < 1e15 })
      else { return nil }
      let count = pairs.count * old.series
      let mine: [Double]
      if ranks == communicator.size {
        mine = Array(values[(communicator.rank * count)..<((communicator.rank + 1) * count)])
      } else if communicator.isRoot {
        mine = Self.total(of: values, ranks: ranks)
      } else {
        mine = [Double](repeating: 0, count: count)
      }
      return CorrelationSums(series: old.series, lags: old.lags, values: mine, pairs: pairs)
    }
    guard let bodies = sums(bodySums, Names.bodySums, Names.bodyPairs),
      let velocities = sums(velocitySums, Names.velocitySums, Names.velocityPairs),
      let path = state[Names.reference], path.count == 3 * reference.count, path.allSatisfy(\.isFinite),
      restoreCells(state[Names.cells] ?? [])
    else { return false }
    bodySums = bodies
    velocitySums = velocities
    reference = reference.indices.map { [path[3 * $0], path[3 * $0 + 1], path[3 * $0 + 2]] }
    return true
  }

  /// - Parameter cells: sums over the samples, and the last one's vectors; without these before the first sample.
  /// - Returns: false for wrong lengths.
  private func restoreCells(_ cells: [Double]) -> Bool {
    guard plan.cellChanges else { return true }
    guard cells.allSatisfy({ abs($0) < 1e15 }) else { return false }
    guard let mean = MeanCell(state: Array(cells.prefix(10))), [10, 19].contains(cells.count) else {
      return false
    }
    meanOfCells = mean
    basis = LatticeBasis(continuing: cells.count == 19 ? Cell(flat: Array(cells[10...])) : nil)
    return true
  }
}
