import Analysis
import Crystal
import Mathematics
import RealModule
import Support

/// Which anions form the tetrahedral, trigonal and linear interstices of a lattice, from the anions' mean
/// positions.
///
/// They are the tetrahedra, triangles and edges of the lattice's Delaunay cells. Delaunay's tetrahedra whose
/// circumcentres agree are parts of one larger hole, such as the octahedron of fcc, whose inner faces and edges are no
/// interstices; the same for triangles of one window. They agree up to a distance that lies in the widest gap
/// between all distances of neighbouring circumcentres, between a twelfth and a third of the distance of anions. That
/// gives 3, 4 and 1 linear, trigonal and tetrahedral ones for each cation of M2X in fcc, and 3.5, 6 and 3 in bcc.
/// No limit lies within a shell of neighbours. Redetermining the interstices in every frame would count up to 18 % too
/// many.
package struct IntersticeTopology: Sendable, Equatable {
  /// An anion and the cell that its corner lies in.
  package struct Corner: Hashable, Sendable, Comparable {
    package var anion: Int
    package var image: SIMD3<Int>

    func shifted(by cells: SIMD3<Int>) -> Corner { Corner(anion: anion, image: image &+ cells) }

    package static func < (l: Corner, r: Corner) -> Bool {
      (l.anion, l.image.x, l.image.y, l.image.z) < (r.anion, r.image.x, r.image.y, r.image.z)
    }
  }

  /// Sites of each kind (index: `IntersticeKind.rawValue`), each with its corners.
  package let sites: [[[Corner]]]
  /// Circumcentres up to this apart are those of one hole, Å.
  package let sameHole_A: Double

  /// Of the distance of anions.
  private static let sameHole = 1.0 / 12...1.0 / 3

  /// - Parameter centres: mean positions of the anions, Å, in any images.
  /// - Throws: `AnalysisError.empty` where there is no anion, or none around a hole; `StructureError` for a position
  ///   that is not finite.
  package init(cell: Cell, centres: [Vector3]) throws {
    guard !centres.isEmpty else { throw AnalysisError.empty(what: "anions") }
    let spacing_A = Double.cubeRoot(cell.volume / Double(centres.count))
    let delaunay = try DelaunayCells(cell: cell, points: centres, spacing_A: spacing_A)
    let range = (Self.sameHole.lowerBound * spacing_A)...(Self.sameHole.upperBound * spacing_A)
    func position(_ corner: Corner) -> Vector3 {
      centres[corner.anion]
        + cell.cartesian([Double(corner.image.x), Double(corner.image.y), Double(corner.image.z)])
    }
    let flat = FlatTetrahedra(delaunay.cells.map(\.corners), position: position)
    // The circumcentre of four corners of a square is anywhere on its axis.
    let limit_A = Self.widestGap(
      in: range, of: delaunay.faces.filter { !flat.faces.contains($0.key) }.map(\.value))
    sameHole_A = limit_A

    // In one order, so that results do not depend on that of a hash table.
    let outer = delaunay.faces.filter { $0.value > limit_A || flat.faces.contains($0.key) }.keys.sorted {
      $0.lexicographicallyPrecedes($1)
    }
    let known = Set(outer)
    let tetrahedra = delaunay.cells.map(\.corners).filter { corners in
      corners.indices.allSatisfy { left in
        var face = corners
        face.remove(at: left)
        return known.contains(Self.canonical(face))
      } && !flat.cells.contains(corners)
    }
    let windows = Self.windows(outer, flat: flat, limit_A: limit_A, position: position)
    var found: [[[Corner]]] = [[], [], []]
    found[IntersticeKind.tetrahedral.rawValue] = tetrahedra
    found[IntersticeKind.trigonal.rawValue] = windows.triangles
    found[IntersticeKind.linear.rawValue] = windows.edges
    sites = found.map { $0.sorted { $0.lexicographicallyPrecedes($1) } }
  }

  /// The middle of the widest gap, by ratio, between numbers in a range; its ends count as numbers.
  private static func widestGap(in range: ClosedRange<Double>, of numbers: [Double]) -> Double {
    let sorted = [range.lowerBound] + numbers.filter(range.contains).sorted() + [range.upperBound]
    let widest = zip(sorted, sorted.dropFirst()).max { $0.1 / $0.0 < $1.1 / $1.0 }
    return widest.map { ($0.0 * $0.1).squareRoot() } ?? range.lowerBound
  }

  /// The triangles between holes, but those that are parts of a larger window in one plane, and their edges, but
  /// those inside of a window.
  private static func windows(
    _ faces: [[Corner]], flat: FlatTetrahedra, limit_A: Double, position: (Corner) -> Vector3
  ) -> (triangles: [[Corner]], edges: [[Corner]]) {
    struct Side {
      var face: Int
      var centre: Vector3
      var normal: Vector3
    }
    var sides: [[Corner]: [Side]] = [:]
    for (index, face) in faces.enumerated() {
      for left in face.indices {
        var edge = face
        let third = edge.remove(at: left)
        let shift = canonicalShift(edge)
        let name = edge.map { $0.shifted(by: shift) }.sorted()
        let corners = (name + [third.shifted(by: shift)])
        let r = corners.map(position)
        let normal = cross(r[1] - r[0], r[2] - r[0])
        sides[name, default: []].append(
          Side(face: index, centre: circumcentre(r[0], r[1], r[2]), normal: normal / length(normal)))
      }
    }
    // The crossing edges of a flat tetrahedron are known; its sides are real.
    let covered = Set(faces.indices.filter { flat.faces.contains(faces[$0]) })
    var parts = covered
    var inner = flat.diagonals
    for (edge, around) in sides {
      for (i, a) in around.enumerated() {
        for b in around.dropFirst(i + 1)
        where !covered.contains(a.face) && !covered.contains(b.face)
          && length(a.centre - b.centre) < limit_A && abs(dot(a.normal, b.normal)) > Self.samePlane
        {
          parts.formUnion([a.face, b.face])
          inner.insert(edge)
        }
      }
    }
    return (
      faces.indices.filter { !parts.contains($0) }.map { faces[$0] },
      sides.keys.filter { !inner.contains($0) }
    )
  }

  /// Cosine of 25°.
  private static let samePlane = 0.9

  /// The same corners, translated by lattice vectors to a canonical image: each site occurs once per cell.
  static func canonical(_ corners: [Corner]) -> [Corner] {
    let shift = canonicalShift(corners)
    return corners.map { $0.shifted(by: shift) }.sorted()
  }

  private static func canonicalShift(_ corners: [Corner]) -> SIMD3<Int> {
    let candidates = corners.map { base in
      (
        shift: SIMD3<Int>.zero &- base.image,
        corners: corners.map { $0.shifted(by: .zero &- base.image) }.sorted()
      )
    }
    return candidates.min { $0.corners.lexicographicallyPrecedes($1.corners) }?.shift ?? .zero
  }

  /// Sites of a kind in the whole cell.
  package func count(_ kind: IntersticeKind) -> Int { sites[kind.rawValue].count }
}

extension Double {
  static func cubeRoot(_ x: Double) -> Double { root(x, 3) }
}
