import Crystal
import Mathematics
import Support
import Yams

/// The simulated structure: the manifest's `system`.
package struct SystemSpecification: ManifestSection, Equatable {
  package var structure = InputSource.builtIn("")
  /// Rows: the supercell's lattice vectors in those of the structure; the determinant is above 0.
  package var supercell = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
  /// The requested x of a built-in family; nil is x = 0.
  package var composition: Double?
  /// Change of the volume of the structure as given, %; all cell vectors are scaled by one factor.
  package var volumeChange_percent: Double?
  /// What is said of the ions.
  package var declared = IonDeclarations()

  /// The number of cells of the structure in the supercell.
  package var copies: Int { determinant(supercell) }

  /// The x of the supercell as built, the nearest that it can hold; nil for a structure without a composition.
  package var realisedComposition: Double? {
    guard case .builtIn(let name) = structure, BuiltIns.families.contains(name) else { return nil }
    return try? BuiltInStructure(named: name).composition(nearestTo: composition, cells: copies)
  }

  static let schema = ManifestSchema<SystemSpecification>(
    .block,
    [
      ManifestField(
        "structure", \.structure,
        .inputSource(
          "a built-in structure", known: BuiltIns.structures, endings: [".cif", ".extxyz", ".vasp", ".data"],
          isFileName: { (try? StructureFormat(path: $0)) != nil },
          values: "a [built-in structure](built-in-structures.md), or the path of a [file](structures.md) "
            + "`.cif`, `.vasp`, `.extxyz`, `.xyz`, `.data`, `POSCAR` or `CONTCAR`"),
        "the structure"
      ).required("the name of a structure or a path"),
      ManifestField(
        "supercell", \.supercell, .supercell,
        "repetitions of the structure's cell; a matrix has the new lattice vectors as rows, in terms of the old "
          + "ones (√2×√2×2 is `[[1, 1, 0], [-1, 1, 0], [0, 0, 2]]`)"
      ).defaultText("1×1×1"),
      ManifestField(
        "composition", \.composition,
        .quantity(.number, .notNegative, ManifestLimit("a composition x from 0 to 1") { $0 <= 1 }),
        "x of a family of structures (only `na3obh4-family`); the cell gets the nearest x that keeps it neutral, "
          + "which `plan`, the results and the report show beside it (27 formula units hold x = 0.5 as 14/27)"
      ).checked(checkFamily).defaultText("0"),
      ManifestField(
        "volume", \.volumeChange_percent,
        .quantity(
          .percentage, .any,
          ManifestLimit("a change of the volume above -100 % and up to 1000 %") { $0 > -100 && $0 <= 1000 }),
        "change of the volume relative to the structure as given; the cell and the positions of the molecules "
          + "are scaled, the molecules keep their shape"),
    ] + ManifestField.declarations(\.declared.ions, \.declared.bonds))

  package init() {}

  @Sendable private static func checkFamily(_ value: ManifestValue, _ system: inout Self) throws {
    if case .builtIn(let name) = system.structure, BuiltIns.families.contains(name) { return }
    throw value.error(
      wanted:
        "a composition only with a structure that has one: \(BuiltIns.families.joined(separator: ", "))",
      message: "\(system.structure.text) has none")
  }
}

extension ManifestKind where Value == [[Int]] {
  /// The matrix of a supercell: three counts for its diagonal, or its rows.
  fileprivate static var supercell: Self {
    ManifestKind(
      "three counts, or a 3×3 matrix of whole numbers", read: matrix,
      write: { matrix in
        let isDiagonal = (0..<3).allSatisfy { i in (0..<3).allSatisfy { i == $0 || matrix[i][$0] == 0 } }
        func row(_ numbers: [Int]) -> Node { .list(numbers.map { .text(String($0)) }) }
        return isDiagonal && (0..<3).allSatisfy { matrix[$0][$0] > 0 }
          ? row((0..<3).map { matrix[$0][$0] }) : .list(matrix.map(row))
      })
  }

  @Sendable private static func matrix(_ value: ManifestValue) throws -> [[Int]] {
    let wanted = "three whole numbers above 0, such as [3, 3, 3], or a 3×3 matrix of whole numbers"
    let rows = try value.list(wanted: wanted)
    guard rows.count == 3 else { throw value.error(wanted: wanted) }
    guard case .sequence = rows[0].node else {
      let counts = try rows.map { try $0.integer(1...1000) }
      return [[counts[0], 0, 0], [0, counts[1], 0], [0, 0, counts[2]]]
    }
    let matrix = try rows.map { row in
      let items = try row.list(wanted: "a row of three whole numbers")
      guard items.count == 3 else { throw row.error(wanted: "a row of three whole numbers") }
      return try items.map { try $0.integer(-1000...1000) }
    }
    guard determinant(matrix) > 0 else {
      throw value.error(
        wanted: "a matrix with a determinant above 0", message: "this one has \(determinant(matrix))")
    }
    return matrix
  }
}
