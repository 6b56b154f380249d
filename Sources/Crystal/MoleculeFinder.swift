import Mathematics

/// Atoms grouped into whole molecules, with their original indices.
public struct MoleculeAssignment: Equatable, Sendable {
  /// The atoms, molecule by molecule.
  public let structure: Structure
  /// The old index of each atom of `structure`: `order[new] = old`.
  public let order: [Int]

  /// Whether the atoms kept their order.
  public var keptOrder: Bool { order.enumerated().allSatisfy { $0 == $1 } }
}

extension Structure {
  /// Groups loose atoms into molecules by their bonds (`BondRules`).
  ///
  /// Molecules are unwrapped along the bonds from their first atom and made contiguous, in the order of
  /// their first atoms. Within each molecule the heavier atoms come first in their old order, then the
  /// hydrogens, with hydrogen i bonded to heavy atom i while each heavy atom has one; atoms already in that
  /// order keep it.
  ///
  /// - Parameter molecules: the molecule of each atom where the file gives it (any numbers, atoms in any
  ///   order); bonds are then searched only within one molecule.
  /// - Throws: `StructureError.notFinite`, `.endlessMolecule`, `.brokenMolecule`.
  public static func assembling(
    cell: Cell, elements: [String], positions: [Vector3], molecules: [Int]? = nil
  ) throws -> MoleculeAssignment {
    let graph = try BondGraph(cell: cell, elements: elements, positions: positions) { i, j in
      molecules.map { $0[i] == $0[j] } ?? true
    }
    var sizes: [Int: Int] = [:]
    for label in molecules ?? [] { sizes[label, default: 0] += 1 }
    var order: [Int] = []
    var unwrapped: [Vector3] = []
    var moleculeOfAtom: [Int] = []
    var isTaken = [Bool](repeating: false, count: elements.count)
    for start in elements.indices where !isTaken[start] {
      let images = try graph.component(of: start, elements: elements)
      let number = moleculeOfAtom.last.map { $0 + 1 } ?? 0
      if let label = molecules?[start], images.count != sizes[label] {
        let lone = elements.indices.first { molecules?[$0] == label && images[$0] == nil } ?? start
        throw StructureError.brokenMolecule(molecule: label, atom: lone, element: elements[lone])
      }
      for atom in canonicalOrder(of: images.keys.sorted(), elements: elements, graph: graph) {
        isTaken[atom] = true
        order.append(atom)
        let image = images[atom] ?? SIMD3()
        unwrapped.append(
          positions[atom] + cell.cartesian([Double(image.x), Double(image.y), Double(image.z)]))
        moleculeOfAtom.append(number)
      }
    }
    let structure = Structure(
      cell: cell, elements: order.map { elements[$0] }, positions: unwrapped,
      moleculeOfAtom: moleculeOfAtom)
    return MoleculeAssignment(structure: structure, order: order)
  }

  private static func canonicalOrder(of atoms: [Int], elements: [String], graph: BondGraph) -> [Int] {
    let heavy = atoms.filter { elements[$0] != "H" }
    guard !heavy.isEmpty else { return atoms }
    let place = Dictionary(uniqueKeysWithValues: heavy.enumerated().map { ($1, $0) })
    // Several hydrogens of one heavy atom keep their own order: the sort key's second part.
    let hydrogens = atoms.filter { elements[$0] == "H" }.sorted { l, r in
      let carrier = { (h: Int) in graph.neighbours[h].compactMap { place[$0.atom] }.min() ?? heavy.count }
      return (carrier(l), l) < (carrier(r), r)
    }
    return heavy + hydrogens
  }

  /// The atoms bonded to each atom of one molecule (`BondRules`), as indices of the structure, by the
  /// distances of this configuration. The outer index counts from the molecule's first atom.
  public func bondedNeighbours(inMolecule range: Range<Int>) -> [[Int]] {
    range.map { i in
      range.filter { j in
        guard i != j, let longest = BondRules.longestBond_A(elements[i], elements[j]) else { return false }
        return length(positions[j] - positions[i]) <= longest
      }
    }
  }
}
