import Crystal

/// The geometries against which anions' orientations are measured: of each kind and order of atoms the first
/// one's in the first frame, about its centre of mass.
struct AnionReferences {
  /// The reference of each anion, Å.
  let geometries: [[Vector3]]

  /// How far distances may differ for the atoms of two anions to correspond, Å: far beyond vibrations, half
  /// of the way from an edge of B12H12 to its second neighbours.
  private static let tolerance_A = 0.5
  /// Beyond this many orders of one kind, each anion is its own reference.
  private static let most = 64

  init(_ system: ImportedSystem) {
    var known: [String: [[Vector3]]] = [:]
    let ranges = system.structure.moleculeRanges
    geometries = system.anions.map { molecule in
      let range = ranges[molecule]
      let masses = system.masses_amu[range]
      let centre =
        zip(range, masses).reduce(Vector3()) { $0 + system.structure.positions[$1.0] * $1.1 }
        / masses.reduce(0, +)
      let geometry = range.map { system.structure.positions[$0] - centre }
      let key = system.structure.elements[range].joined(separator: " ")
      if let match = known[key]?.first(where: { Self.correspond($0, geometry) }) { return match }
      if known[key]?.count ?? 0 < Self.most { known[key, default: []].append(geometry) }
      return geometry
    }
  }

  /// Whether two geometries are the same but for a turn, atom by atom.
  private static func correspond(_ a: [Vector3], _ b: [Vector3]) -> Bool {
    for i in a.indices {
      for j in a.indices.dropFirst(i + 1)
      where abs(length(a[i] - a[j]) - length(b[i] - b[j])) > tolerance_A { return false }
    }
    return isSameHand(a, b)
  }

  /// By the four atoms of the first that span the largest volume; a flat anion is its own mirror image.
  private static func isSameHand(_ a: [Vector3], _ b: [Vector3]) -> Bool {
    func volume(_ r: [Vector3], _ j: Int, _ k: Int, _ l: Int) -> Double {
      dot(r[j] - r[0], cross(r[k] - r[0], r[l] - r[0]))
    }
    var best = (size: 0.5, same: true)
    for j in a.indices.dropFirst() {
      for k in a.indices.dropFirst(j + 1) {
        for l in a.indices.dropFirst(k + 1) {
          let here = volume(a, j, k, l)
          if abs(here) > best.size { best = (abs(here), here * volume(b, j, k, l) > 0) }
        }
      }
    }
    return best.same
  }
}
