import Mathematics

/// Which of a molecule's alternative positions hold atoms: the search for one whole molecule.
///
/// Atoms are chosen in fragments: the members of a disorder group in one symmetry copy together, other atoms
/// individually. Fragments exclude each other as alternatives of one assembly, and by distance. The target
/// is an exact number of atoms of each element; of all solutions the search prefers the one with the largest
/// distances, so that of eight half-occupied hydrogens on a cube's corners four form a tetrahedron.
struct OrientationChoice {
  struct Atom {
    let element: String
    let place: Vector3
    let weight: Double
  }

  /// Atoms that are always present.
  let fixed: [Atom]
  let atoms: [Atom]
  /// Indices of `atoms`.
  let fragments: [[Int]]
  /// Whether two fragments are alternatives according to the file.
  let areAlternatives: (Int, Int) -> Bool
  let wanted: [String: Int]

  /// Steps of the search at one spacing; a molecule of 24 atoms in two orientations takes about thirty.
  private static let patience = 3_000

  /// The chosen atoms, or nil where no spacing has a solution.
  func choose(using random: inout SplitMix64) -> [Int]? {
    for spacing in [1, 0.9, 0.8, 0.7] {
      var search = Search(choice: self, spacing: spacing)
      if let found = search.run(using: &random) { return found }
    }
    return nil
  }

  /// Whether two atoms can't belong to one molecule. Bonds to hydrogen are allowed; between a bond length
  /// and the next distance, 2 Å and more, a hydroborate anion has no pair of atoms.
  private func areAtOdds(_ a: Atom, _ b: Atom, spacing: Double) -> Bool {
    let distance = length(a.place - b.place)
    switch (a.element == "H", b.element == "H") {
    case (true, true):
      return distance < 1.6 * spacing
        || nitrogens.contains { !isAmideAngle(a.place - $0.place, b.place - $0.place) }
    case (false, false): return distance < 1.5 * spacing
    default: return distance < 0.7 || (distance > 1.4 && distance < 1.9 * spacing)
    }
  }

  private var nitrogens: [Atom] { (fixed + atoms).filter { $0.element == "N" } }

  /// The largest distances make a tetrahedron of four hydrogens, but a straight line of two: those of one N
  /// are at 95…112° (NH2⁻ has 100 to 105°). Pairs that are not both bonded to this N are not restricted.
  private func isAmideAngle(_ u: Vector3, _ v: Vector3) -> Bool {
    guard let bond = BondRules.longestBond_A("H", "N"), max(length(u), length(v)) < bond else { return true }
    let cosine = dot(u, v) / (length(u) * length(v))
    return cosine > -0.375 && cosine < -0.087
  }

  private func isWhole(_ chosen: [Int]) -> Bool {
    let all = fixed + chosen.map { atoms[$0] }
    var reached = Set([0])
    var queue = [0]
    while let i = queue.popLast() {
      for j in all.indices where !reached.contains(j) {
        guard let longest = BondRules.longestBond_A(all[i].element, all[j].element),
          length(all[i].place - all[j].place) <= longest
        else { continue }
        reached.insert(j)
        queue.append(j)
      }
    }
    return reached.count == all.count
  }

  private struct Search {
    let choice: OrientationChoice
    /// The fragments that each fragment excludes, including itself.
    let excluded: [Set<Int>]
    let usable: Set<Int>
    var stepsLeft = OrientationChoice.patience

    init(choice: OrientationChoice, spacing: Double) {
      self.choice = choice
      let fragments = choice.fragments
      func collide(_ f: [Int], _ g: [Int]) -> Bool {
        f.contains { a in
          g.contains { b in
            a == b || choice.areAtOdds(choice.atoms[a], choice.atoms[b], spacing: spacing)
          }
        }
      }
      excluded = fragments.indices.map { f in
        Set(
          fragments.indices.filter { g in
            f == g || choice.areAlternatives(f, g) || collide(fragments[f], fragments[g])
          })
      }
      usable = Set(
        fragments.indices.filter { f in
          !fragments[f].contains { a in
            choice.fixed.contains { length($0.place - choice.atoms[a].place) < 0.5 }
          }
        })
    }

    mutating func run(using random: inout SplitMix64) -> [Int]? {
      extend([], from: usable, wanting: choice.wanted, using: &random)
    }

    private mutating func extend(
      _ chosen: [Int], from available: Set<Int>, wanting wanted: [String: Int], using random: inout SplitMix64
    ) -> [Int]? {
      guard let element = wanted.filter({ $0.value > 0 }).keys.sorted(by: heavierFirst).first else {
        let atoms = chosen.flatMap { choice.fragments[$0] }.sorted()
        return choice.isWhole(atoms) ? atoms : nil
      }
      var available = available
      // A fragment with too many atoms of some element can't be part of the solution any more.
      available = available.filter { fits($0, wanted) }
      while stepsLeft > 0 {
        stepsLeft -= 1
        guard let next = candidate(element, available, wanted, chosen.isEmpty, &random) else { return nil }
        var rest = wanted
        for atom in choice.fragments[next] { rest[choice.atoms[atom].element, default: 0] -= 1 }
        let remaining = available.subtracting(excluded[next])
        if let found = extend(chosen + [next], from: remaining, wanting: rest, using: &random) {
          return found
        }
        available.remove(next)
      }
      return nil
    }

    private func heavierFirst(_ l: String, _ r: String) -> Bool {
      (Element(symbol: l)?.atomicNumber ?? 0, l) > (Element(symbol: r)?.atomicNumber ?? 0, r)
    }

    private func count(_ element: String, in fragment: Int) -> Int {
      choice.fragments[fragment].count { choice.atoms[$0].element == element }
    }

    private func fits(_ fragment: Int, _ wanted: [String: Int]) -> Bool {
      choice.fragments[fragment].allSatisfy { atom in
        let element = choice.atoms[atom].element
        return count(element, in: fragment) <= wanted[element, default: 0]
      }
    }

    /// The fragment to try next: one with the fewest alternatives, drawn by weight among equals; nil where
    /// the available fragments can't supply enough atoms.
    ///
    /// Of available fragments that all exclude each other at most one can be chosen, so the sum over such
    /// cliques of their largest count is an upper bound.
    private func candidate(
      _ element: String, _ available: Set<Int>, _ wanted: [String: Int], _ isFirst: Bool,
      _ random: inout SplitMix64
    ) -> Int? {
      for (other, need) in wanted where need > 0 && other != element {
        guard available.reduce(0, { $0 + count(other, in: $1) }) >= need else { return nil }
      }
      let candidates = available.filter { count(element, in: $0) > 0 }.sorted()
      var cliques: [[Int]] = []
      for fragment in candidates {
        if let home = cliques.firstIndex(where: { $0.allSatisfy { excluded[fragment].contains($0) } }) {
          cliques[home].append(fragment)
        } else {
          cliques.append([fragment])
        }
      }
      let most = cliques.reduce(0) { $0 + ($1.map { count(element, in: $0) }.max() ?? 0) }
      guard most >= wanted[element, default: 0], !cliques.isEmpty else { return nil }
      // The first is drawn from all candidates, so that every orientation can occur.
      let fewest = cliques.map(\.count).min() ?? 0
      let pool = isFirst ? candidates : cliques.filter { $0.count == fewest }.flatMap { $0 }
      return draw(pool, &random)
    }

    private func draw(_ pool: [Int], _ random: inout SplitMix64) -> Int? {
      let weights = pool.map { fragment in
        choice.fragments[fragment].reduce(0) { max($0, choice.atoms[$1].weight) }
      }
      var left = random.nextUnit() * weights.reduce(0, +)
      for (fragment, weight) in zip(pool, weights) {
        left -= weight
        if left < 0 { return fragment }
      }
      return pool.last
    }
  }
}

extension SplitMix64 {
  /// Uniform in [0, 1).
  fileprivate mutating func nextUnit() -> Double { Double(next() as UInt64 >> 11) * 0x1p-53 }
}
