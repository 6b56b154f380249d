import Mathematics
import Results
import Support

/// Maps the atoms of an anion to those of another of its kind, whatever their order in the file.
enum AnionMatching {
  /// The largest distance of an atom from its position in the rotated reference, Å: above the thermal
  /// displacements in two snapshots, below half of the shortest distance between like atoms of one anion.
  private static let tolerance_A = 0.85

  /// The atoms of `anion` in the order of `reference`.
  ///
  /// Every rotation that maps three atoms of the reference to three of the anion is tried; the one with the
  /// smallest sum of squares is used. Mirror images do not match.
  ///
  /// - Returns: `order[k]`, the atom of `anion` that matches the reference's atom k; nil for another shape.
  static func order(
    of anion: [Vector3], _ elements: [String], as reference: [Vector3], _ wanted: [String]
  ) -> [Int]? {
    guard anion.count == reference.count, elements.sorted() == wanted.sorted() else { return nil }
    let same = Array(anion.indices)
    guard let (a, b, c) = widestTriangle(reference) else {
      return elements == wanted ? same : anion.count == 2 ? [1, 0] : nil
    }
    let frame = Frame(reference[a], reference[b], reference[c])
    let ab = length(reference[b] - reference[a])
    let ac = length(reference[c] - reference[a])
    let bc = length(reference[c] - reference[b])
    func isNear(_ i: Int, _ j: Int, _ distance: Double) -> Bool {
      abs(length(anion[i] - anion[j]) - distance) < tolerance_A
    }
    func isTriangle(_ i: Int, _ j: Int, _ k: Int) -> Bool {
      isNear(i, j, ab) && isNear(i, k, ac) && isNear(j, k, bc)
    }
    func found(_ i: Int, _ j: Int, _ k: Int) -> (cost: Double, order: [Int])? {
      assign(anion, elements, reference, wanted, frame, Frame(anion[i], anion[j], anion[k]))
    }
    // The order of the reference is kept where it matches: others may fit better only by thermal motion.
    if elements == wanted, isTriangle(a, b, c), found(a, b, c)?.order == same { return same }
    var best: (cost: Double, order: [Int])?
    for i in same where elements[i] == wanted[a] {
      for j in same where j != i && elements[j] == wanted[b] && isNear(i, j, ab) {
        for k in same where k != i && k != j && elements[k] == wanted[c] && isTriangle(i, j, k) {
          if let new = found(i, j, k), new.cost < best?.cost ?? .infinity { best = new }
        }
      }
    }
    return best?.order
  }

  /// Axes through three points.
  private struct Frame {
    let origin: Vector3
    let axes: [Vector3]

    init(_ a: Vector3, _ b: Vector3, _ c: Vector3) {
      origin = a
      let x = (b - a) / length(b - a)
      let normal = cross(x, c - a)
      let z = normal / max(length(normal), 1e-12)
      axes = [x, cross(z, x), z]
    }

    func local(_ r: Vector3) -> Vector3 {
      [dot(axes[0], r - origin), dot(axes[1], r - origin), dot(axes[2], r - origin)]
    }
  }

  /// Assigns to every reference position the nearest remaining atom of its element.
  private static func assign(
    _ anion: [Vector3], _ elements: [String], _ reference: [Vector3], _ wanted: [String], _ old: Frame,
    _ new: Frame
  ) -> (cost: Double, order: [Int])? {
    let atoms = anion.map(new.local)
    var isTaken = [Bool](repeating: false, count: atoms.count)
    var order: [Int] = []
    var cost = 0.0
    for (place, r) in reference.enumerated() {
      let target = old.local(r)
      var nearest: (distance: Double, atom: Int)?
      for atom in atoms.indices where !isTaken[atom] && elements[atom] == wanted[place] {
        let d = atoms[atom] - target
        let distance = dot(d, d)
        if distance < nearest?.distance ?? (tolerance_A * tolerance_A) { nearest = (distance, atom) }
      }
      guard let nearest else { return nil }
      isTaken[nearest.atom] = true
      order.append(nearest.atom)
      cost += nearest.distance
    }
    return (cost, order)
  }

  /// The three atoms that span the largest area; nil where all are collinear.
  private static func widestTriangle(_ r: [Vector3]) -> (Int, Int, Int)? {
    var best: (area: Double, corners: (Int, Int, Int))?
    for i in r.indices {
      for j in r.indices.dropFirst(i + 1) {
        for k in r.indices.dropFirst(j + 1) {
          let area = length(cross(r[j] - r[i], r[k] - r[i]))
          if area > best?.area ?? 0.2 { best = (area, (i, j, k)) }
        }
      }
    }
    return best?.corners
  }
}
