import Crystal
import Foundation
import Mathematics
import Testing

func resource(_ name: String) throws -> String {
  let folder = Bundle.module.bundleURL.appendingPathComponent("Resources")
  return folder.appendingPathComponent(name).path
}

/// The structures that every format must preserve.
enum SampleStructure: String, CaseIterable {
  case orthogonal, tilted, leftHanded, loneIons, mixed

  func make() throws -> Structure {
    switch self {
    case .orthogonal:
      return try buildStructure(
        named: "na2b12h12-bcc", supercell: SupercellMatrix(rows: [[1, 1, 0], [-1, 1, 0], [0, 0, 1]]), seed: 3)
    case .tilted:
      // Rows far from the axes, so that LAMMPS's frame needs another basis.
      return try buildStructure(
        named: "k2b12h12", supercell: SupercellMatrix(rows: [[1, 0, 0], [1, 1, 0], [-1, 2, 1]]), seed: 1)
    case .leftHanded:
      // A chiral arrangement: its mirror image is another structure.
      return Structure(
        cell: Cell(a: [0, 6, 0.3], b: [7, 0.2, 0], c: [0.1, 0.4, 8]), elements: ["Na", "K", "Li", "Rb"],
        positions: [[0.1, 0.2, 0.3], [2.5, 0.4, 0.1], [0.2, 3.1, 0.5], [1, 1, 4]],
        moleculeOfAtom: [0, 1, 2, 3])
    case .loneIons:
      return Structure(
        cell: Cell(a: [4.1, 0, 0], b: [-2.05, 3.55, 0], c: [0, 0, 6.2]), elements: ["Na", "Cl"],
        positions: [[0, 0, 0], [2, 1.1, 3.1]], moleculeOfAtom: [0, 1])
    case .mixed:
      let amide: [Vector3] = [[0, 0, 0], [0.81, 0.64, 0], [-0.81, 0.64, 0]]
      let borohydride: [Vector3] = [
        [0, 0, 0], [0.716, 0.716, 0.716], [0.716, -0.716, -0.716], [-0.716, 0.716, -0.716],
        [-0.716, -0.716, 0.716],
      ]
      // Across the boundary of the cell, in both directions.
      return Structure(
        cell: Cell(a: [6.5, 0.1, 0], b: [0.3, 6.6, -0.2], c: [-0.4, 0.5, 9.8]),
        elements: ["Na", "B", "H", "H", "H", "H", "Na", "N", "H", "H"],
        positions: [[2, 2, 2]] + borohydride.map { $0 + [-0.2, 6.4, 9.6] } + [[3.2, 1.4, 6.6]]
          + amide.map { $0 + [3.1, 3.3, 4.9] },
        moleculeOfAtom: [0, 1, 1, 1, 1, 1, 2, 3, 3, 3])
    }
  }
}

/// Distances of all pairs within 6 Å, images included, by element pair, ascending: the same for a crystal in
/// any frame, basis and order of atoms, and for its mirror image.
func pairDistances(_ s: Structure) throws -> [String: [Double]] {
  var result: [String: [Double]] = [:]
  func add(_ i: Int, _ j: Int, _ distance: Double) {
    result[[s.elements[i], s.elements[j]].sorted().joined(separator: "-"), default: []].append(distance)
  }
  for contact in try s.contacts(within: 6) { add(contact.first, contact.second, contact.distance_A) }
  for range in s.moleculeRanges {
    for i in range { for j in range where j < i { add(i, j, length(s.positions[i] - s.positions[j])) } }
  }
  return result.mapValues { $0.sorted() }
}

/// Records an issue unless both are the same crystal with the same molecules, whatever the frame.
func expectSameCrystal(
  _ a: Structure, _ b: Structure, tolerance: Double, _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(a.formula == b.formula, comment, sourceLocation: sourceLocation)
  #expect(abs(a.cell.volume / b.cell.volume - 1) < tolerance, comment, sourceLocation: sourceLocation)
  guard let mine = try? pairDistances(a), let theirs = try? pairDistances(b) else {
    Issue.record(comment ?? "no distances", sourceLocation: sourceLocation)
    return
  }
  #expect(Set(mine.keys) == Set(theirs.keys), comment, sourceLocation: sourceLocation)
  var worst = 0.0
  for (key, list) in mine {
    let other = theirs[key] ?? []
    // Rounding may put a distance at the cutoff on either side of it.
    let counts = [list, other].map { $0.count { $0 < 5.9 } }
    guard max(counts[0], counts[1]) <= min(list.count, other.count) else {
      worst = .infinity
      continue
    }
    for (x, y) in zip(list, other).prefix(max(counts[0], counts[1])) { worst = max(worst, abs(x - y)) }
  }
  #expect(worst < tolerance, comment, sourceLocation: sourceLocation)
  // Molecules are whole: no atom is further from its molecule's first than a cage is wide.
  for s in [a, b] {
    for range in s.moleculeRanges {
      for i in range {
        let d = length(s.positions[i] - s.positions[range.lowerBound])
        #expect(d < 6.5, comment, sourceLocation: sourceLocation)
      }
    }
  }
}
