import Foundation
import Mathematics

extension Cell {
  /// The cell of a supercell.
  public func supercell(_ matrix: SupercellMatrix) -> Cell {
    let v = matrix.rows.map { cartesian([Double($0[0]), Double($0[1]), Double($0[2])]) }
    return Cell(a: v[0], b: v[1], c: v[2])
  }
}

extension Structure {
  /// The structure repeated over the old cells of a new one, cell by cell; within each cell, atoms and
  /// molecules keep their order.
  public func supercell(_ matrix: SupercellMatrix) -> Structure {
    var result = Structure(cell: cell.supercell(matrix), elements: [], positions: [], moleculeOfAtom: [])
    result.ions = ions
    result.elements.reserveCapacity(atomCount * matrix.determinant)
    result.positions.reserveCapacity(atomCount * matrix.determinant)
    result.moleculeOfAtom.reserveCapacity(atomCount * matrix.determinant)
    for (index, origin) in matrix.cellOrigins.enumerated() {
      let shift = cell.shift(origin)
      result.elements += elements
      result.positions += positions.map { $0 + shift }
      result.moleculeOfAtom += moleculeOfAtom.map { $0 + index * moleculeCount }
    }
    return result
  }

  /// The mean position of each molecule's atoms, Å.
  public var moleculeCentres: [Vector3] {
    moleculeRanges.map { range in
      positions[range].reduce(Vector3(), +) / Double(range.count)
    }
  }

  /// The structure with each molecule translated as a whole so that its centre lies in the cell.
  public func wrappingMolecules() -> Structure {
    var result = self
    for (range, centre) in zip(moleculeRanges, moleculeCentres) {
      let s = cell.fractional(centre)
      // A centre on a face to within rounding stays on that face.
      let image = (s + Vector3(repeating: 1e-9)).rounded(.down)
      let shift = cell.cartesian(image)
      for i in range { result.positions[i] -= shift }
    }
    return result
  }

  /// Rejects a cell in which a neighbour search would find no end: too thin, or with more atoms than fit.
  ///
  /// - Throws: `StructureError.cell`, `StructureError.crowded`.
  func checkRoom() throws {
    if let problem = cell.sizeProblem {
      throw StructureError.cell(problem: problem)
    }
    guard Double(atomCount) <= Self.mostAtoms_per_A3 * cell.volume else {
      throw StructureError.crowded(
        atoms: atomCount, volume_A3: cell.volume, least_A3: Double(atomCount) / Self.mostAtoms_per_A3)
    }
  }

  /// More than five times what diamond has: atoms that are so dense overlap.
  static let mostAtoms_per_A3 = 1.0

  /// The structure with its volume multiplied by `factor`: the cell and the molecules' centres scale, bond
  /// lengths and orientations do not.
  ///
  /// - Throws: `StructureError.value` unless `factor` is finite and positive and leaves the atoms room.
  public func scaled(volumeFactor factor: Double) throws -> Structure {
    guard factor.isFinite, factor > 0 else {
      throw StructureError.value(
        name: "volume factor", found: "\(factor)", wanted: "a finite positive number")
    }
    let linear = cbrt(factor)
    var result = self
    result.cell = Cell(a: cell.a * linear, b: cell.b * linear, c: cell.c * linear)
    try result.checkRoom()
    for (range, centre) in zip(moleculeRanges, moleculeCentres) {
      for i in range { result.positions[i] += centre * (linear - 1) }
    }
    return result
  }
}
