import Manifest

/// The runs of a study grouped by set, a combination of the axes other than temperature and replica, and by
/// temperature.
package struct RunGrouping {
  /// Indices of each set's runs, in the order of the plan.
  package private(set) var sets: [[Int]] = []
  /// The temperatures of all sets, before any run is added.
  private(set) var points: [PointPool] = []
  /// For each run, its index among the points.
  private(set) var pointOfRun: [Int] = []

  private struct Point: Hashable {
    var set: Int
    var temperature_K: Double
  }

  package init(_ runs: [RunSpecification]) {
    var setOfAxes: [[RunSpecification.Coordinate]: Int] = [:]
    var indices: [Point: Int] = [:]
    for (index, run) in runs.enumerated() {
      let set = setOfAxes[run.otherAxes] ?? sets.count
      if set == sets.count {
        setOfAxes[run.otherAxes] = set
        sets.append([])
      }
      sets[set].append(index)
      let point = Point(set: set, temperature_K: run.temperature_K)
      let own = indices[point] ?? points.count
      if own == points.count {
        indices[point] = own
        points.append(PointPool(set: set, temperature_K: run.temperature_K))
      }
      points[own].expect(index)
      pointOfRun.append(own)
    }
  }
}
