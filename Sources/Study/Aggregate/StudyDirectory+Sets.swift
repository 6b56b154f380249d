extension StudyDirectory {
  /// Runs of each combination of the axes other than temperature and replica, in the order of the plan.
  func sets() -> [[RunSpecification]] {
    var places: [[String]: Int] = [:]
    var sets: [[RunSpecification]] = []
    for run in runs {
      let key = run.otherAxes.flatMap { [$0.axis, $0.value] }
      if let place = places[key] {
        sets[place].append(run)
      } else {
        places[key] = sets.count
        sets.append([run])
      }
    }
    return sets
  }
}
