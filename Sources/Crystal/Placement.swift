import Mathematics

/// A molecule on its site, with its possible orientations.
struct Placement {
  let template: BuiltInStructure.Template
  let centre: Vector3
  /// At least one; exactly one after `orient`.
  var choices: [Orientation]

  func positions(_ orientation: Orientation) -> [Vector3] {
    let rows = orientation.rows
    return template.positions_A.map { position in
      let r = Vector3(position)
      return centre + [dot(rows[0], r), dot(rows[1], r), dot(rows[2], r)]
    }
  }

  /// Contacts longer than this count as equal, Å.
  private static let farContact_A = 3.0
  /// Orientations whose shortest contacts differ by less count as equal, Å. The smallest such difference for
  /// NH2 in a sodium octahedron is 0.08 Å.
  private static let indifference_A = 0.05
  /// A molecule with a shorter contact is drawn again while it has a choice, Å: below the 1.85 Å that NH2
  /// needs among six sodium neighbours, above the 1.80 Å between hydrogens of NH2 and BH4 face to face.
  private static let tightContact_A = 1.83
  /// Rounds after which remaining tight contacts are accepted.
  private static let mostRounds = 200

  /// Chooses the orientation of every molecule that has several: one at random among those whose shortest
  /// contact with the molecules oriented so far is the longest. Molecules without a choice are placed first,
  /// the others in order, repeatedly until each orientation is good also with those chosen later. As in
  /// WalkSAT (Selman, Kautz, Cohen 1994), molecules in conflict move at random among equally good
  /// orientations, which resolves pairs that no single move can.
  static func orient(_ placements: inout [Placement], in cell: Cell, random: inout SplitMix64) throws {
    let open = placements.indices.filter { placements[$0].choices.count > 1 }
    guard !open.isEmpty else { return }
    var chosen = placements.map { $0.choices.count > 1 ? nil : $0.choices.first }
    let surroundings = try neighbours(of: open, placements, in: cell)
    for _ in 0..<mostRounds {
      var isSettled = true
      for (i, neighbours) in zip(open, surroundings) {
        let near = neighbours.flatMap { neighbour -> [Vector3] in
          guard let orientation = chosen[neighbour.placement] else { return [] }
          return placements[neighbour.placement].positions(orientation).map { $0 + neighbour.shift }
        }
        let clearances = placements[i].choices.map { placements[i].clearance($0, from: near) }
        let best = (clearances.max() ?? 0) - indifference_A
        let good = placements[i].choices.indices.filter { clearances[$0] >= best }
        let isTight = best + indifference_A < tightContact_A
        let isGood = good.contains { placements[i].choices[$0] == chosen[i] }
        if isGood && !(isTight && good.count > 1) { continue }
        chosen[i] = placements[i].choices[good[random.next(below: good.count)]]
        isSettled = false
      }
      if isSettled { break }
    }
    for i in open { placements[i].choices = [chosen[i] ?? .identity] }
  }

  private func clearance(_ orientation: Orientation, from atoms: [Vector3]) -> Double {
    positions(orientation).reduce(Self.farContact_A) { shortest, own in
      atoms.reduce(shortest) { min($0, length($1 - own)) }
    }
  }

  /// The other placements, and their images, that are near enough for a contact.
  private static func neighbours(
    of open: [Int], _ placements: [Placement], in cell: Cell
  ) throws -> [[(placement: Int, shift: Vector3)]] {
    let widths = placements.map { placement in
      placement.template.positions_A.map { length(Vector3($0)) }.max() ?? 0
    }
    let pairs = try PeriodicPairs(
      cell: cell, positions: placements.map(\.centre), radius: farContact_A + 2 * (widths.max() ?? 0))
    return open.map { i in
      var found: [(placement: Int, shift: Vector3)] = []
      pairs.forEach(of: i) { j, image, vector in
        guard j != i, length(vector) < farContact_A + widths[i] + widths[j] else { return }
        found.append((j, cell.cartesian([Double(image.x), Double(image.y), Double(image.z)])))
      }
      return found
    }
  }
}
