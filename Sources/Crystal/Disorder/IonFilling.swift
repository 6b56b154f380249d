import Mathematics

/// Distributes ions over partly occupied positions: a lattice gas with an exclusion distance.
///
/// Starts from random subsets of exact size and moves ions that are too close to others to empty positions
/// of their own site, to the one with the fewest conflicts of a few tried, until no conflict remains
/// (min-conflicts search; Minton et al. 1992, doi:10.1016/0004-3702(92)90007-K). Where exclusion matters
/// little, the result is a uniform draw; where it matters much, its distribution is not known.
struct IonFilling {
  /// The positions of each site.
  let positions: [[Int]]
  let counts: [Int]
  /// For each position, those that can't be filled together with it.
  let excluded: [[Int]]

  /// One move in this many goes to a random position, which lets the search leave dead ends.
  private static let noise = 20

  private var siteOf: [Int: Int] = [:]
  private var filled: [[Int]] = []
  private var empty: [[Int]] = []
  private var slot: [Int: Int] = [:]
  private var isFilled: [Bool]
  private var rivals: [Int]
  private var conflicted: [Int] = []
  private var conflictSlot: [Int: Int] = [:]

  init(positions: [[Int]], counts: [Int], excluded: [[Int]]) {
    self.positions = positions
    self.counts = counts
    self.excluded = excluded
    isFilled = [Bool](repeating: false, count: excluded.count)
    rivals = [Int](repeating: 0, count: excluded.count)
    for (site, all) in positions.enumerated() {
      for position in all { siteOf[position] = site }
    }
  }

  /// The filled positions of each site, or nil and the sites still in conflict.
  mutating func run(using random: inout SplitMix64) -> (filled: [[Int]]?, conflicts: [Int]) {
    for (site, all) in positions.enumerated() {
      let chosen = Set(random.sample(counts[site], of: all.count))
      filled.append(chosen.sorted().map { all[$0] })
      empty.append(all.indices.filter { !chosen.contains($0) }.map { all[$0] })
    }
    for list in filled + empty {
      for (place, position) in list.enumerated() { slot[position] = place }
    }
    for position in filled.flatMap({ $0 }) { fill(position) }
    var steps = 0
    let limit = 20_000 + 400 * counts.reduce(0, +)
    while !conflicted.isEmpty, steps < limit {
      steps += 1
      moveOne(using: &random)
    }
    guard conflicted.isEmpty else {
      return (nil, Set(conflicted.compactMap { siteOf[$0] }).sorted())
    }
    return (filled.map { $0.sorted() }, [])
  }

  private mutating func moveOne(using random: inout SplitMix64) {
    let old = conflicted[random.next(below: conflicted.count)]
    guard let site = siteOf[old], !empty[site].isEmpty else { return }
    vacate(old)
    var best = empty[site][random.next(below: empty[site].count)]
    if random.next(below: Self.noise) != 0 {
      for _ in 0..<min(12, empty[site].count) {
        let other = empty[site][random.next(below: empty[site].count)]
        if rivals[other] < rivals[best] { best = other }
      }
    }
    let (from, to) = (slot[old] ?? 0, slot[best] ?? 0)
    filled[site][from] = best
    empty[site][to] = old
    slot[best] = from
    slot[old] = to
    fill(best)
  }

  /// `rivals` counts, for every position, the filled positions that exclude it.
  private mutating func fill(_ position: Int) {
    isFilled[position] = true
    for other in excluded[position] {
      rivals[other] += 1
      if isFilled[other] { mark(other) }
    }
    if rivals[position] > 0 { mark(position) }
  }

  private mutating func vacate(_ position: Int) {
    isFilled[position] = false
    unmark(position)
    for other in excluded[position] {
      rivals[other] -= 1
      if rivals[other] == 0 { unmark(other) }
    }
  }

  private mutating func mark(_ position: Int) {
    guard conflictSlot[position] == nil else { return }
    conflictSlot[position] = conflicted.count
    conflicted.append(position)
  }

  private mutating func unmark(_ position: Int) {
    guard let place = conflictSlot.removeValue(forKey: position), let last = conflicted.popLast() else {
      return
    }
    if last != position {
      conflicted[place] = last
      conflictSlot[last] = place
    }
  }
}
