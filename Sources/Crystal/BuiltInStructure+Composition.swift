import Mathematics

/// A built structure, and the composition that it really has.
public struct BuiltStructure: Equatable, Sendable {
  /// The atoms.
  public var structure: Structure
  /// The x of a family; nil for any other structure.
  public var composition: Double?
}

extension BuiltInStructure {
  /// The x of a family nearest to the wanted one that a supercell of so many cells can hold, neutral and
  /// with whole numbers of molecules; half way between two the greater. Without a wanted one x is 0. Nil
  /// for a structure that is no family.
  ///
  /// - Throws: `StructureError.value` for a composition beyond 0…1, or of a structure that is no family.
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

  /// Numbers of molecules change by whole ones from cell to cell, so x changes in steps of one in `cells`.
  private func steps(toward composition: Double, cells: Int) -> Int {
    Int((composition * Double(cells)).rounded(.toNearestOrAwayFromZero))
  }

  /// How many of an occupant there are in a supercell of a composition that it can hold.
  func count(of occupant: Occupant, composition: Double?, cells: Int) -> Int {
    guard let composition, let last = occupant.perCell.last else { return occupant.perCell[0] * cells }
    return occupant.perCell[0] * cells
      + (last - occupant.perCell[0]) * steps(toward: composition, cells: cells)
  }

  /// The conventional cell; of a family at a composition.
  public func cell(composition: Double? = nil) -> Cell {
    func vector(_ k: Int) -> Vector3 {
      let (start, x) = (Vector3(lattice_A[k]), composition ?? 0)
      guard let end = latticeAtOne_A.map({ Vector3($0[k]) }), x > 0 else { return start }
      return start * (1 - x) + end * x
    }
    return Cell(a: vector(0), b: vector(1), c: vector(2))
  }
}
