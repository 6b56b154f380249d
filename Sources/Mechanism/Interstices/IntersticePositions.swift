import Crystal
import Mathematics

extension IntersticeTopology {
  /// The positions of the sites of a kind for these positions of the anions, Å.
  /// - Parameter centres: as many as the topology was made from, in the same images.
  package func positions(
    _ kind: IntersticeKind, cell: Cell, centres: [Vector3], trigonal: TrigonalCentre = .circumcentre
  ) -> [Vector3] {
    sites[kind.rawValue].map { corners in
      let r = corners.map {
        centres[$0.anion]
          + cell.cartesian([Double($0.image.x), Double($0.image.y), Double($0.image.z)])
      }
      switch kind {
      case .linear: return (r[0] + r[1]) / 2
      case .trigonal: return trigonal == .centroid ? (r[0] + r[1] + r[2]) / 3 : circumcentre(r[0], r[1], r[2])
      case .tetrahedral: return circumcentre(r[0], r[1], r[2], r[3])
      }
    }
  }
}

/// The point in the plane of a triangle that is equidistant from its corners; the mean of collinear corners.
func circumcentre(_ a: Vector3, _ b: Vector3, _ c: Vector3) -> Vector3 {
  let (u, v) = (b - a, c - a)
  let normal = cross(u, v)
  let square = dot(normal, normal)
  guard square > 1e-12 else { return (a + b + c) / 3 }
  return a + (cross(v, normal) * dot(u, u) + cross(normal, u) * dot(v, v)) / (2 * square)
}

/// The point that is equidistant from the corners of a tetrahedron; the mean of coplanar corners.
func circumcentre(_ a: Vector3, _ b: Vector3, _ c: Vector3, _ d: Vector3) -> Vector3 {
  let (u, v, w) = (b - a, c - a, d - a)
  let volume = dot(u, cross(v, w))
  guard abs(volume) > 1e-6 else { return (a + b + c + d) / 4 }
  let sum = cross(v, w) * dot(u, u) + cross(w, u) * dot(v, v) + cross(u, v) * dot(w, w)
  return a + sum / (2 * volume)
}
