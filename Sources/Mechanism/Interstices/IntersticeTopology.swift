import Analysis
import Crystal
import Mathematics
import RealModule
import Support

/// Which anions form the tetrahedral, trigonal and linear interstices of a lattice, from the anions' mean
/// positions.
///
/// Anions are neighbours when they are no farther apart than 1.28 times the shortest distance between mean
/// positions (the median over anions): nearest ones in fcc (the next are at 1.41), nearest and next-nearest
/// in bcc (1.15; the next at 1.63). Pairs, triangles and tetrahedra of mutual neighbours are the interstices:
/// 3, 4 and 1 for each cation of M2X in fcc, 3.5, 6 and 3 in bcc. Redetermining them in every frame would
/// count up to 18 % too many.
package struct IntersticeTopology: Sendable, Equatable {
  /// An anion and the cell that its corner lies in.
  package struct Corner: Hashable, Sendable, Comparable {
    package var anion: Int
    package var image: SIMD3<Int>

    package static func < (l: Corner, r: Corner) -> Bool {
      (l.anion, l.image.x, l.image.y, l.image.z) < (r.anion, r.image.x, r.image.y, r.image.z)
    }
  }

  /// Sites of each kind (index: `IntersticeKind.rawValue`), each with its corners.
  package let sites: [[[Corner]]]
  /// Anions farther apart than this are not neighbours, Å.
  package let neighbourDistance_A: Double

  package static let neighbourRatio = 1.28

  /// - Parameter centres: mean positions of the anions, Å, in any images.
  /// - Throws: `AnalysisError.empty` where there is no anion; `StructureError` for a position that is not finite.
  package init(cell: Cell, centres: [Vector3]) throws {
    guard !centres.isEmpty else { throw AnalysisError.empty(what: "anions") }
    // There is always a neighbour within the cell's diagonal: an anion's own image.
    let diagonal = length(cell.a) + length(cell.b) + length(cell.c)
    let spacing = Double.cubeRoot(cell.volume / Double(centres.count))
    let search = try PeriodicPairs(cell: cell, positions: centres, radius: min(diagonal, 3 * spacing))
    let nearest = centres.indices.compactMap { i -> Double? in
      var least: Double?
      search.forEach(of: i) { _, _, v in least = min(least ?? .infinity, length(v)) }
      return least
    }.sorted()
    guard !nearest.isEmpty else { throw AnalysisError.empty(what: "neighbours of anions") }
    let limit = Self.neighbourRatio * nearest[nearest.count / 2]
    neighbourDistance_A = limit

    var neighbours = [[Corner]](repeating: [], count: centres.count)
    let pairs = try PeriodicPairs(cell: cell, positions: centres, radius: limit)
    for i in centres.indices {
      pairs.forEach(of: i) { j, image, _ in neighbours[i].append(Corner(anion: j, image: image)) }
    }
    let known = neighbours.map(Set.init)
    func isNeighbour(_ a: Corner, _ b: Corner) -> Bool {
      known[a.anion].contains(Corner(anion: b.anion, image: b.image &- a.image))
    }
    var found = [Set<[Corner]>](repeating: [], count: 3)
    for i in centres.indices {
      let first = Corner(anion: i, image: .zero)
      let around = neighbours[i]
      for (a, second) in around.enumerated() {
        found[IntersticeKind.linear.rawValue].insert(Self.canonical([first, second]))
        for (b, third) in around.enumerated().dropFirst(a + 1) where isNeighbour(second, third) {
          found[IntersticeKind.trigonal.rawValue].insert(Self.canonical([first, second, third]))
          for fourth in around.dropFirst(b + 1)
          where isNeighbour(second, fourth) && isNeighbour(third, fourth) {
            found[IntersticeKind.tetrahedral.rawValue].insert(
              Self.canonical([first, second, third, fourth]))
          }
        }
      }
    }
    sites = found.map { $0.sorted { $0.lexicographicallyPrecedes($1) } }
  }

  /// The same corners, translated by lattice vectors to a canonical image: each site occurs once per cell.
  private static func canonical(_ corners: [Corner]) -> [Corner] {
    let candidates = corners.map { base in
      corners.map { Corner(anion: $0.anion, image: $0.image &- base.image) }.sorted()
    }
    return candidates.min { $0.lexicographicallyPrecedes($1) } ?? corners
  }

  /// Sites of a kind in the whole cell.
  package func count(_ kind: IntersticeKind) -> Int { sites[kind.rawValue].count }
}

extension Double {
  static func cubeRoot(_ x: Double) -> Double { root(x, 3) }
}
