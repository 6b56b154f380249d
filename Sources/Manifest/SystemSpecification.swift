import Crystal
import Mathematics
import Support

/// What is simulated: the manifest's `system`.
package struct SystemSpecification: Equatable, Sendable {
  package var structure: InputSource
  /// Rows: the supercell's lattice vectors in the structure's own; the determinant is above 0.
  package var supercell: [[Int]]
  /// The wanted x of a built-in family; none is x = 0.
  package var composition: Double?
  /// Change of the structure's own volume, %; the cell is scaled alike along its vectors.
  package var volumeChange_percent: Double?

  /// How many times the structure's cell the supercell is.
  package var copies: Int { determinant(supercell) }

  /// The x that the supercell really has, the nearest that it can hold; nil for a structure that is no
  /// family.
  package var trueComposition: Double? {
    guard case .builtIn(let name) = structure, BuiltIns.families.contains(name) else { return nil }
    return try? BuiltInStructure(named: name).composition(nearestTo: composition, cells: copies)
  }

  static let keys = ["structure", "supercell", "composition", "volume"]

  init(_ value: ManifestValue) throws {
    let mapping = try value.mapping(known: Self.keys)
    structure = try mapping.required("structure", wanted: "the name of a structure or a path").inputSource(
      "a built-in structure", known: BuiltIns.structures, endings: [".cif", ".extxyz", ".vasp", ".data"])
    supercell = try mapping["supercell"].map(Self.supercell) ?? [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    composition = try mapping["composition"].map { try Self.composition($0, of: structure) }
    if let volume = mapping["volume"] {
      let percent = try volume.quantity(.percentage, .any)
      guard percent > -100, percent <= 1000 else {
        throw volume.error(wanted: "a change of the volume above -100 % and up to 1000 %")
      }
      volumeChange_percent = percent
    }
  }

  private static func composition(_ value: ManifestValue, of structure: InputSource) throws -> Double {
    let x = try value.quantity(.number, .notNegative)
    guard x <= 1 else { throw value.error(wanted: "a composition x from 0 to 1") }
    guard case .builtIn(let name) = structure, BuiltIns.families.contains(name) else {
      let families = BuiltIns.families.joined(separator: ", ")
      throw value.error(
        wanted: "a composition only with a structure that has one: \(families)",
        message: "\(structure.text) has none")
    }
    return x
  }

  private static func supercell(_ value: ManifestValue) throws -> [[Int]] {
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

/// Where the forces come from: the manifest's `potential`.
package enum PotentialSpecification: Equatable, Sendable {
  case forceField(InputSource)
  /// The absolute path of a neuroevolution potential.
  case nep(path: String)

  init(_ value: ManifestValue) throws {
    if case .mapping = value.node {
      let variant = try value.variant(known: ["nep"])
      let path = try variant.value.string(wanted: "the path of a NEP model")
      self = .nep(path: absolutePath(path, from: SourceFile.folder(of: value.file)))
    } else {
      self = .forceField(
        try value.inputSource("a built-in potential", known: BuiltIns.potentials, endings: [".json"]))
    }
  }
}
