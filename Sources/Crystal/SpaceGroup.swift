internal import CSpglib
import Mathematics

/// A space group type, as spglib (Togo, Shinohara, Tanaka 2024, doi:10.1080/27660400.2024.2384822) finds it.
public struct SpaceGroup: Codable, Equatable, Sendable {
  /// 1…230 of the International Tables.
  public let number: Int
  /// The short international symbol: `Pm-3n`, `Cmc2_1`.
  public let symbol: String

  package init(number: Int, symbol: String) {
    self.number = number
    self.symbol = symbol
  }

  /// The largest number of points that is searched: the time grows with its square, to seconds for this many
  /// disordered points.
  public static let largestPointCount = 5000

  /// The symmetry of points in a cell.
  ///
  /// - Parameters:
  ///   - kinds: points of different kinds are never equivalent.
  ///   - tolerance_A: the largest distance between positions that count as equivalent, Å.
  /// - Throws: `StructureError.value` for a tolerance that is not above 0, for no points or more than
  ///   `largestPointCount`, and where spglib finds no group, as for coincident points.
  public init(cell: Cell, positions: [Vector3], kinds: [String], tolerance_A: Double = 0.01) throws {
    self = try Self.withDataset(cell, positions, kinds, tolerance_A) { dataset in
      SpaceGroup(
        number: Int(dataset.spacegroup_number),
        symbol: withUnsafeBytes(of: dataset.international_symbol) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self).filter { !$0.isWhitespace }
        })
    }
  }

  /// The symmetry operations of points in a cell, in fractional coordinates.
  ///
  /// - Throws: as the initialiser does.
  package static func operations(
    cell: Cell, positions: [Vector3], kinds: [String], tolerance_A: Double
  ) throws -> [FractionalOperation] {
    try withDataset(cell, positions, kinds, tolerance_A) { dataset in
      (0..<Int(dataset.n_operations)).compactMap { index in
        guard let r = dataset.rotations?[index], let t = dataset.translations?[index] else { return nil }
        return FractionalOperation(
          rotation: [
            [r.0.0, r.0.1, r.0.2], [r.1.0, r.1.1, r.1.2], [r.2.0, r.2.1, r.2.2],
          ], translation: [t.0, t.1, t.2])
      }
    }
  }

  private static func withDataset<T>(
    _ cell: Cell, _ positions: [Vector3], _ kinds: [String], _ tolerance_A: Double,
    _ body: (SpglibDataset) -> T
  ) throws -> T {
    guard tolerance_A.isFinite, tolerance_A > 0 else {
      throw StructureError.value(
        name: "tolerance", found: "\(tolerance_A) Å", wanted: "a finite positive distance")
    }
    guard (1...largestPointCount).contains(positions.count), positions.count == kinds.count else {
      throw StructureError.value(
        name: "space group", found: "\(positions.count) points",
        wanted: "from 1 to \(largestPointCount); take a smaller cell")
    }
    var numberOfKind: [String: Int32] = [:]
    for kind in kinds where numberOfKind[kind] == nil { numberOfKind[kind] = Int32(numberOfKind.count) }
    let types = kinds.map { numberOfKind[$0] ?? 0 }
    // spglib's lattice has the vectors in its columns.
    let (a, b, c) = (cell.a, cell.b, cell.c)
    var lattice = [a.x, b.x, c.x, a.y, b.y, c.y, a.z, b.z, c.z]
    var points = positions.flatMap { r -> [Double] in
      let s = cell.fractional(r)
      return [s.x, s.y, s.z]
    }
    let dataset = lattice.withUnsafeMutableBytes { lattice in
      points.withUnsafeMutableBytes { points in
        // spglib does not write to either array: its header omits `const` for old compilers.
        spg_get_dataset(
          lattice.bindMemory(to: (Double, Double, Double).self).baseAddress,
          points.bindMemory(to: (Double, Double, Double).self).baseAddress, types, Int32(types.count),
          tolerance_A)
      }
    }
    guard let dataset else {
      throw StructureError.value(
        name: "space group", found: "none within \(tolerance_A) Å",
        wanted: "points further apart than the tolerance; try another")
    }
    defer { spg_free_dataset(dataset) }
    return body(dataset.pointee)
  }
}

extension Structure {
  /// The points of a structure whose space group is determined.
  public enum SymmetryPart: String, CaseIterable, Codable, Sendable {
    /// Every atom.
    case atoms
    /// The atoms of all molecules except the cations: the order that remains when the cations are disordered.
    case anionAtoms = "anion_atoms"
    /// The centres (`heavyCentres`) of the anions together with the cations, each kind of molecule as its own
    /// kind of point.
    case centres
    /// The centres of the anions alone: their packing.
    case anionCentres = "anion_centres"
  }

  /// The space group of a part of the structure.
  ///
  /// - Throws: what `SpaceGroup.init` throws.
  public func spaceGroup(of part: SymmetryPart = .atoms, tolerance_A: Double = 0.01) throws -> SpaceGroup {
    let kinds = moleculeKinds
    let isAnionsAlone = part == .anionAtoms || part == .anionCentres
    let chosen = kinds.indices.filter { !isAnionsAlone || !kinds[$0].isCation }
    switch part {
    case .atoms, .anionAtoms:
      let ranges = moleculeRanges
      let atoms = chosen.flatMap { ranges[$0] }
      return try SpaceGroup(
        cell: cell, positions: atoms.map { positions[$0] }, kinds: atoms.map { elements[$0] },
        tolerance_A: tolerance_A)
    case .centres, .anionCentres:
      let centres = heavyCentres
      return try SpaceGroup(
        cell: cell, positions: chosen.map { centres[$0] }, kinds: chosen.map { kinds[$0].name },
        tolerance_A: tolerance_A)
    }
  }
}
