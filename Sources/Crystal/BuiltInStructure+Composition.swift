import Mathematics

/// A built structure and its actual composition.
public struct BuiltStructure: Equatable, Sendable {
  /// The atoms.
  public var structure: Structure
  /// The x of a family; nil for any other structure.
  public var composition: Double?
}

extension BuiltInStructure {
  /// The x of a family that is nearest to the requested one and possible in a supercell of this many cells:
  /// neutral, with whole numbers of molecules; of two equally near, the greater. Without a request x is 0.
  /// Nil for a structure that is no family.
  ///
  /// - Throws: `StructureError.value` for a composition outside 0…1, or for a structure that is no family.
  public func composition(nearestTo wanted: Double?, cells: Int) throws -> Double? {
    guard isFamily else {
      guard let wanted else { return nil }
      throw StructureError.value(
        name: "composition", found: "\(wanted) with \(name), which has none",
        wanted: "a structure that has one: \(Self.families.joined(separator: ", "))")
    }
    guard let wanted else { return 0 }
    guard wanted >= 0, wanted <= 1 else {
      throw StructureError.value(name: "composition", found: "\(wanted)", wanted: "a number from 0 to 1")
    }
    return Double(steps(toward: wanted, cells: cells)) / Double(max(cells, 1))
  }

  /// Molecule counts change by whole molecules, so x changes in steps of 1/`cells`.
  private func steps(toward composition: Double, cells: Int) -> Int {
    Int((composition * Double(cells)).rounded(.toNearestOrAwayFromZero))
  }

  /// The number of molecules of an occupant in a supercell, at a composition that is possible there.
  func count(of occupant: Occupant, composition: Double?, cells: Int) -> Int {
    guard let composition, let last = occupant.perCell.last else { return occupant.perCell[0] * cells }
    return occupant.perCell[0] * cells
      + (last - occupant.perCell[0]) * steps(toward: composition, cells: cells)
  }

  /// The conventional cell; of a family at the given composition.
  public func cell(composition: Double? = nil) -> Cell {
    func vector(_ k: Int) -> Vector3 {
      let (start, x) = (Vector3(lattice_A[k]), composition ?? 0)
      guard let end = latticeAtOne_A.map({ Vector3($0[k]) }), x > 0 else { return start }
      return start * (1 - x) + end * x
    }
    return Cell(a: vector(0), b: vector(1), c: vector(2))
  }
}
