import Manifest

/// The runs of one temperature of a set.
struct RunGroup: Equatable, Sendable {
  /// Indices, in the order of the plan.
  var runs: [Int] = []
  /// Its indices among the points, by species.
  var points: [Int]
}

/// The runs of a study grouped by set, a combination of a diffusing species and of the axes other than temperature and
/// replica, and by temperature.
package struct RunGrouping {
  /// Indices of each set's runs, in the order of the plan. The sets of several species follow each other.
  package private(set) var sets: [[Int]] = []
  /// The species of each set; nil where only one diffuses.
  package private(set) var species: [String?] = []
  /// The temperatures of all sets, before any run is added.
  private(set) var points: [PointPool] = []
  /// For each run, its indices among the points, by species.
  private(set) var pointsOfRun: [[Int]] = []

  /// The runs of each temperature of a set, in the order of the plan; of several species those of all sets together.
  private(set) var groups: [RunGroup] = []
  /// For each run, its index among the groups.
  private(set) var groupOfRun: [Int] = []

  private struct Point: Hashable {
    var set: Int
    var temperature_K: Double
  }

  package init(_ runs: [RunSpecification]) {
    var setOfAxes: [[RunSpecification.Coordinate]: Int] = [:]
    var indices: [Point: Int] = [:]
    var groupOfPoint: [Int: Int] = [:]
    for (index, run) in runs.enumerated() {
      let mobile = run.manifest.analysis.mobile
      let names: [String?] = mobile.count > 1 ? mobile.map { $0 } : [nil]
      let first = setOfAxes[run.otherAxes] ?? sets.count
      if first == sets.count {
        setOfAxes[run.otherAxes] = first
        sets += names.map { _ in [] }
        species += names
      }
      var own: [Int] = []
      for set in first..<(first + names.count) {
        sets[set].append(index)
        let point = Point(set: set, temperature_K: run.temperature_K)
        let place = indices[point] ?? points.count
        if place == points.count {
          indices[point] = place
          points.append(PointPool(set: set, temperature_K: run.temperature_K))
        }
        points[place].expect(index)
        own.append(place)
      }
      pointsOfRun.append(own)
      let group = groupOfPoint[own[0]] ?? groups.count
      if group == groups.count {
        groupOfPoint[own[0]] = group
        groups.append(RunGroup(points: own))
      }
      groups[group].runs.append(index)
      groupOfRun.append(group)
    }
  }
}
