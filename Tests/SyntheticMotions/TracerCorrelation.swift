/// The correlation factor of a tracer among ions of its kind: its diffusivity over that of a walk of as many
/// uncorrelated jumps, for a periodic lattice with a few vacancies, exact.
///
/// Seen from the tracer, the state is the set of vacant sites. All states are equally likely, and each vacancy changes
/// places with each of its neighbours at one rate. The diffusivity along x is that of `HoppingNetwork`, over these
/// states. In an infinite lattice with one vacancy f is 0.78146 (fcc), 0.72722 (bcc) and 0.65311 (sc).
/// - Parameter vacancies: 1 to 3; the number of states is that of their arrangements.
/// - Throws: `NoExactResult` for another number, or where the linear equations are not solved.
package func tracerCorrelation(lattice: CubicLattice, vacancies: Int) throws -> Double {
  guard (1...3).contains(vacancies) else {
    throw NoExactResult(description: "one to three vacancies can be followed, not \(vacancies)")
  }
  let states = VacancyStates(lattice: lattice, vacancies: vacancies)
  let moves = lattice.steps.count * vacancies
  var targets = [Int32](repeating: 0, count: states.count * moves)
  var force = [Double](repeating: 0, count: states.count)
  var squares = 0.0
  states.forEach { state, vacant in
    for which in 0..<vacancies {
      for (number, step) in lattice.steps.enumerated() {
        let end = states.move(vacant, which: which, step: step)
        targets[state * moves + which * lattice.steps.count + number] = Int32(end.state)
        force[state] += Double(end.tracer)
        squares += Double(end.tracer * end.tracer)
      }
    }
  }
  let corrector = solveNetwork(
    diagonal: [Double](repeating: Double(moves), count: states.count), rightSide: force
  ) { x in
    (0..<states.count).map { state in
      var sum = Double(moves) * x[state]
      for move in state * moves..<(state + 1) * moves { sum -= x[Int(targets[move])] }
      return sum
    }
  }
  guard let corrector else { throw NoExactResult(description: "the arrangements of the vacancies") }
  let backward = zip(force, corrector).reduce(0) { $0 + $1.0 * $1.1 }
  return 1 - backward / (squares / 2)
}

/// Arrangements of vacancies about a tracer at site 0, numbered by their sites in ascending order.
private struct VacancyStates {
  let lattice: CubicLattice
  let vacancies: Int
  /// Sites other than the tracer's.
  private let others: Int

  init(lattice: CubicLattice, vacancies: Int) {
    self.lattice = lattice
    self.vacancies = vacancies
    others = lattice.siteCount - 1
  }

  var count: Int { Self.choose(others, vacancies) }

  private static func choose(_ n: Int, _ k: Int) -> Int {
    switch k {
    case 1: n
    case 2: n * (n - 1) / 2
    default: n * (n - 1) * (n - 2) / 6
    }
  }

  /// The combinatorial number of vacant sites, which are above 0 and in any order.
  private func number(_ vacant: [Int]) -> Int {
    vacant.sorted().enumerated().reduce(0) { $0 + Self.choose($1.element - 1, $1.offset + 1) }
  }

  func forEach(_ body: (_ state: Int, _ vacant: [Int]) -> Void) {
    var vacant = Array(1...vacancies)
    while true {
      body(number(vacant), vacant)
      // The next combination.
      var place = vacancies - 1
      while place >= 0, vacant[place] == others - (vacancies - 1 - place) { place -= 1 }
      if place < 0 { return }
      vacant[place] += 1
      for later in (place + 1)..<max(vacancies, place + 1) { vacant[later] = vacant[later - 1] + 1 }
    }
  }

  /// One vacancy changes places with the ion next to it; nothing changes where that site is vacant too.
  /// - Returns: the state, and the tracer's displacement along x.
  func move(_ vacant: [Int], which: Int, step: SIMD3<Int>) -> (state: Int, tracer: Int) {
    let target = lattice.site(vacant[which], plus: step)
    if vacant.contains(target) { return (number(vacant), 0) }
    var after = vacant
    if target != 0 {
      after[which] = target
      return (number(after), 0)
    }
    // The tracer moves against the step; the others are where they were, seen from its new place.
    for index in after.indices {
      after[index] = lattice.site(index == which ? 0 : vacant[index], plus: step)
    }
    return (number(after), -step.x)
  }
}
