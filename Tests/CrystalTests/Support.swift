import Crystal
import Foundation
import Mathematics

func temporaryFile(_ name: String) -> URL {
  FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString)-\(name)")
}

/// The shortest distance over all images within two cells, by brute force.
func bruteForceDistances(_ s: Structure, within radius: Double) -> [Double] {
  var found: [Double] = []
  for i in 0..<s.atomCount {
    for j in i..<s.atomCount {
      for x in -3...3 {
        for y in -3...3 {
          for z in -3...3 {
            let isHome = x == 0 && y == 0 && z == 0
            if isHome && (i == j || s.moleculeOfAtom[i] == s.moleculeOfAtom[j]) { continue }
            // An atom and its own image: one of the two directions.
            if i == j && (x, y, z) < (0, 0, 0) { continue }
            let d = length(
              s.positions[j] - s.positions[i] + s.cell.cartesian([Double(x), Double(y), Double(z)]))
            if d <= radius { found.append(d) }
          }
        }
      }
    }
  }
  return found.sorted()
}

/// Whether two points are the same up to lattice vectors, Å.
func samePoint(_ u: Vector3, _ v: Vector3, in cell: Cell, tolerance: Double) -> Bool {
  let s = cell.fractional(u - v)
  return length(cell.cartesian(s - s.rounded(.toNearestOrEven))) < tolerance
}
