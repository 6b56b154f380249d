import Crystal
import Foundation
import Mathematics

/// Ions with bond lengths and angles from crystal structures, to be found among cations.
enum IonSamples {
  typealias Atoms = [(element: String, position: Vector3)]

  /// A centre and its ligands, Å from it.
  static func shell(_ centre: String, _ ligands: [(String, Double)], _ directions: [Vector3]) -> Atoms {
    [(centre, Vector3())]
      + zip(ligands, directions).map { ($0.0.0, $0.1 / length($0.1) * $0.0.1) }
  }

  static func same(_ ligand: String, _ distance: Double, _ count: Int) -> [(String, Double)] {
    Array(repeating: (ligand, distance), count: count)
  }

  static let tetrahedron: [Vector3] = [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]
  static let octahedron: [Vector3] = [
    [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1],
  ]
  static let triangle: [Vector3] = [[1, 0, 0], [-0.5, 0.866, 0], [-0.5, -0.866, 0]]
  static let pyramid: [Vector3] = [[1, 0, -0.4], [-0.5, 0.866, -0.4], [-0.5, -0.866, -0.4]]

  /// A straight or bent chain, by its atoms' places along x.
  static func line(_ atoms: [(String, Double)]) -> Atoms { atoms.map { ($0.0, [$0.1, 0, 0]) } }

  static func halves(_ half: Atoms, apart: Double) -> Atoms {
    half.map { ($0.element, $0.position + [0, 0, apart / 2]) }
      + half.map { ($0.element, Vector3($0.position.x, $0.position.y, -$0.position.z - apart / 2)) }
  }

  static func icosahedron(_ vertices: [String], _ outer: [(String, Double)]) -> Atoms {
    let t = (1 + 5.0.squareRoot()) / 2
    let corners = [-1.0, 1].flatMap { a in
      [-t, t].flatMap { b -> [Vector3] in [[0, a, b], [a, b, 0], [b, 0, a]] }
    }.map { $0 / length($0) }
    return zip(vertices, corners).map { ($0, $1 * 1.69) }
      + zip(outer, corners).map { ($0.0, $1 * (1.69 + $0.1)) }
  }

  /// Two square antiprismatic layers with a cap on each.
  static func antiprism(_ carbon: Bool) -> Atoms {
    var corners: [Vector3] = []
    for k in 0..<4 {
      let angle = Double(k) * .pi / 2
      corners.append([1.28 * cos(angle), 1.28 * sin(angle), 0.77])
      let turned = angle + .pi / 4
      corners.append([1.28 * cos(turned), 1.28 * sin(turned), -0.77])
    }
    corners += [[0, 0, 1.87], [0, 0, -1.87]]
    return corners.enumerated().map { ($0 == 8 && carbon ? "C" : "B", $1) }
      + corners.map { ("H", $0 / length($0) * (length($0) + 1.19)) }
  }
}

extension IonSamples {
  /// The formula, the charge and the atoms.
  static let all: [(name: String, charge: Int, atoms: Atoms)] =
    oxoAnions + sulphides + halides + hydrides + linear

  private static let oxoAnions: [(name: String, charge: Int, atoms: Atoms)] = [
    ("SO4", -2, shell("S", same("O", 1.48, 4), tetrahedron)),
    ("PO4", -3, shell("P", same("O", 1.54, 4), tetrahedron)),
    ("SiO4", -4, shell("Si", same("O", 1.63, 4), tetrahedron)),
    ("GeO4", -4, shell("Ge", same("O", 1.76, 4), tetrahedron)),
    ("ClO4", -1, shell("Cl", same("O", 1.44, 4), tetrahedron)),
    ("NO3", -1, shell("N", same("O", 1.25, 3), triangle)),
    ("CO3", -2, shell("C", same("O", 1.29, 3), triangle)),
    ("BO3", -3, shell("B", same("O", 1.38, 3), triangle)),
    ("NO2", -1, shell("N", same("O", 1.25, 2), [[1, 0.65, 0], [-1, 0.65, 0]])),
    ("HSO4", -1, shell("S", same("O", 1.47, 4), tetrahedron) + [("H", [1.35, 1.35, 0.55])]),
    ("P2O7", -4, halves(shell("P", same("O", 1.52, 3), pyramid), apart: 3.0) + [("O", [0, 0, 0])]),
  ]

  private static let sulphides: [(name: String, charge: Int, atoms: Atoms)] = [
    ("PS4", -3, shell("P", same("S", 2.05, 4), tetrahedron)),
    ("PS3O", -3, shell("P", same("S", 2.06, 3) + [("O", 1.53)], tetrahedron)),
    ("SbS4", -3, shell("Sb", same("S", 2.33, 4), tetrahedron)),
    ("AsS4", -3, shell("As", same("S", 2.17, 4), tetrahedron)),
    ("SiS4", -4, shell("Si", same("S", 2.12, 4), tetrahedron)),
    ("GeS4", -4, shell("Ge", same("S", 2.21, 4), tetrahedron)),
    ("SnS4", -4, shell("Sn", same("S", 2.39, 4), tetrahedron)),
    ("PSe4", -3, shell("P", same("Se", 2.2, 4), tetrahedron)),
    ("SbSe4", -3, shell("Sb", same("Se", 2.46, 4), tetrahedron)),
    ("BS3", -3, shell("B", same("S", 1.82, 3), triangle)),
    // Staggered, with a bond between the phosphorus atoms.
    ("P2S6", -4, halves(shell("P", same("S", 2.02, 3), pyramid.map { [$0.x, $0.y, -$0.z] }), apart: 2.25)),
    ("P2S7", -4, halves(shell("P", same("S", 2.02, 3), pyramid), apart: 3.4) + [("S", [1.25, 0, 0])]),
  ]

  private static let halides: [(name: String, charge: Int, atoms: Atoms)] = [
    ("BF4", -1, shell("B", same("F", 1.39, 4), tetrahedron)),
    ("PF6", -1, shell("P", same("F", 1.6, 6), octahedron)),
    ("AlCl4", -1, shell("Al", same("Cl", 2.13, 4), tetrahedron)),
    ("B12Cl12", -2, icosahedron(Array(repeating: "B", count: 12), same("Cl", 1.79, 12))),
    ("B12H11F", -2, icosahedron(Array(repeating: "B", count: 12), same("H", 1.2, 11) + [("F", 1.37)])),
  ]

  private static let hydrides: [(name: String, charge: Int, atoms: Atoms)] = [
    ("BH4", -1, shell("B", same("H", 1.21, 4), tetrahedron)),
    ("AlH4", -1, shell("Al", same("H", 1.63, 4), tetrahedron)),
    ("NH4", 1, shell("N", same("H", 1.03, 4), tetrahedron)),
    ("NH3", 0, shell("N", same("H", 1.02, 3), pyramid)),
    ("NH2", -1, shell("N", same("H", 1.02, 2), [[1, 0.8, 0], [-1, 0.8, 0]])),
    ("H3O", 1, shell("O", same("H", 1.0, 3), pyramid)),
    ("H2O", 0, shell("O", same("H", 0.97, 2), [[1, 0.77, 0], [-1, 0.77, 0]])),
    ("B12H12", -2, icosahedron(Array(repeating: "B", count: 12), same("H", 1.2, 12))),
    ("CB11H12", -1, icosahedron(["C"] + Array(repeating: "B", count: 11), same("H", 1.17, 12))),
    ("B10H10", -2, antiprism(false)), ("CB9H10", -1, antiprism(true)),
  ]

  private static let linear: [(name: String, charge: Int, atoms: Atoms)] = [
    ("CN", -1, line([("C", 0), ("N", 1.16)])), ("OH", -1, line([("O", 0), ("H", 0.97)])),
    ("OCN", -1, line([("O", 0), ("C", 1.23), ("N", 2.42)])),
    ("SCN", -1, line([("S", 0), ("C", 1.65), ("N", 2.82)])),
    ("N3", -1, line([("N", 0), ("N", 1.18), ("N", 2.36)])),
    ("O2", -2, line([("O", 0), ("O", 1.53)])), ("HF2", -1, line([("F", 0), ("H", 1.14), ("F", 2.28)])),
  ]
}
