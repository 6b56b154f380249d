/// Durations that ended, and durations that were cut short by the end of a run (right-censored).
public struct SurvivalTable: Codable, Sendable, Equatable {
  /// Durations of one length.
  public struct Row: Codable, Sendable, Equatable {
    /// ps.
    public var time_ps: Double
    /// That ended.
    public var ended: Int
    /// That were cut short.
    public var cut: Int
  }

  /// By ascending time.
  public private(set) var rows: [Row]

  /// - Parameters: durations, ps, in any order.
  package init(ended: [Double], cut: [Double]) {
    let all =
      ended.map { Row(time_ps: $0, ended: 1, cut: 0) } + cut.map { Row(time_ps: $0, ended: 0, cut: 1) }
    rows = Self.merged(all)
  }

  private static func merged(_ rows: [Row]) -> [Row] {
    var result: [Row] = []
    for row in rows.sorted(by: { $0.time_ps < $1.time_ps }) {
      if let last = result.last, row.time_ps - last.time_ps <= 1e-9 * row.time_ps {
        result[result.count - 1].ended += row.ended
        result[result.count - 1].cut += row.cut
      } else {
        result.append(row)
      }
    }
    return result
  }

  package static func + (l: SurvivalTable, r: SurvivalTable) -> SurvivalTable {
    var sum = l
    sum.rows = merged(l.rows + r.rows)
    return sum
  }

  /// Durations that ended.
  package var endedCount: Int { rows.reduce(0) { $0 + $1.ended } }
  /// Σ of all durations, ps.
  package var total_ps: Double { rows.reduce(0) { $0 + Double($1.ended + $1.cut) * $1.time_ps } }

  /// The share of durations longer than each time (Kaplan and Meier, J. Am. Stat. Assoc. 53, 457 (1958)), with
  /// Greenwood's error, that of independent durations.
  /// - Parameter times_ps: ascending.
  /// - Returns: nil beyond the longest duration that was watched.
  package func curve(at times_ps: [Double]) -> [(Double?, Double?)] {
    var atRisk = rows.reduce(0) { $0 + $1.ended + $1.cut }
    var share = 1.0
    var variance = 0.0
    var next = 0
    return times_ps.map { time in
      while next < rows.count, rows[next].time_ps <= time * (1 + 1e-9) {
        let row = rows[next]
        if row.ended > 0 {
          share *= 1 - Double(row.ended) / Double(atRisk)
          if atRisk > row.ended {
            variance += Double(row.ended) / (Double(atRisk) * Double(atRisk - row.ended))
          }
        }
        atRisk -= row.ended + row.cut
        next += 1
      }
      // After the last duration nothing is known, unless it ended.
      guard atRisk > 0 || share == 0 else { return (nil, nil) }
      return (share, share > 0 ? share * variance.squareRoot() : nil)
    }
  }
}
