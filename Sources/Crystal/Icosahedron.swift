import Mathematics

/// The pairs of vertices of a boron icosahedron, as indices 0..<12 in the order of the molecule's B atoms.
package struct Icosahedron: Equatable, Sendable {
  /// The 30 edges.
  package let nearest: [SIMD2<Int>]
  /// The 30 pairs across one edge.
  package let second: [SIMD2<Int>]
  /// The 6 opposite pairs.
  package let antipodal: [SIMD2<Int>]
}

extension Structure {
  /// The icosahedron of the B atoms of a B12H12 (or any molecule with twelve B), from their distances: the
  /// 30 shortest are edges, the 6 longest are diagonals. Valid as long as thermal motion has not mixed the
  /// three shells; each vertex is checked to have five, five and one of them.
  ///
  /// - Throws: `StructureError.notIcosahedral`.
  package func icosahedron(ofMolecule range: Range<Int>) throws -> Icosahedron {
    let molecule = range.first.map { moleculeOfAtom[$0] } ?? -1
    let borons = range.filter { elements[$0] == "B" }
    guard borons.count == 12 else {
      throw StructureError.notIcosahedral(molecule: molecule, problem: "it has \(borons.count) B")
    }
    var pairs: [(pair: SIMD2<Int>, distance: Double)] = []
    for i in 0..<12 {
      for j in (i + 1)..<12 {
        pairs.append(([i, j], length(positions[borons[j]] - positions[borons[i]])))
      }
    }
    pairs.sort { ($0.distance, $0.pair.x, $0.pair.y) < ($1.distance, $1.pair.x, $1.pair.y) }
    func shell(_ range: Range<Int>, degree: Int) throws -> [SIMD2<Int>] {
      let shell = pairs[range].map(\.pair).sorted { ($0.x, $0.y) < ($1.x, $1.y) }
      for vertex in 0..<12 {
        let found = shell.count { $0.x == vertex || $0.y == vertex }
        guard found == degree else {
          throw StructureError.notIcosahedral(
            molecule: molecule,
            problem: "B (atom \(borons[vertex])) has \(found) neighbours in a shell of \(degree)")
        }
      }
      return shell
    }
    return try Icosahedron(
      nearest: shell(0..<30, degree: 5), second: shell(30..<60, degree: 5),
      antipodal: shell(60..<66, degree: 1))
  }
}
