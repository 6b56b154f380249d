import Manifest

/// Where each run of a study belongs: to a set, a combination of the axes other than temperature and replica, and
/// to a temperature of it.
package struct RunGrouping {
  /// Indices of each set's runs, in the order of the plan.
  package private(set) var sets: [[Int]] = []
  /// The temperatures of all sets, each awaiting its runs.
  private(set) var points: [PointPool] = []
  /// For each run, its index among the points.
  private(set) var pointOfRun: [Int] = []

  private struct Point: Hashable {
    var set: Int
    var temperature_K: Double
  }

  package init(_ runs: [RunSpecification]) {
    var setOfAxes: [[RunSpecification.Coordinate]: Int] = [:]
    var places: [Point: Int] = [:]
    for (index, run) in runs.enumerated() {
      let set = setOfAxes[run.otherAxes] ?? sets.count
      if set == sets.count {
        setOfAxes[run.otherAxes] = set
        sets.append([])
      }
      sets[set].append(index)
      let point = Point(set: set, temperature_K: run.temperature_K)
      let place = places[point] ?? points.count
      if place == points.count {
        places[point] = place
        points.append(PointPool(set: set, temperature_K: run.temperature_K))
      }
      points[place].expect(index)
      pointOfRun.append(place)
    }
  }
}
