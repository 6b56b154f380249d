import Crystal
import Dynamics
import Trajectory

/// The atoms of an imported run, grouped into ions by the bonds of the first frame.
struct ImportedSystem {
  /// Atoms of one ion lie together, as in every run of this program.
  let structure: Structure
  /// The place in the file of each atom of `structure`.
  let order: [Int]
  let masses_amu: [Double]
  /// Atoms of the diffusing species.
  let mobile: [Int]
  /// Ions that are neither the diffusing species nor other cations, as indices of molecules.
  let anions: [Int]
  let kinds: [MoleculeKind]
  /// The atom of the same ion next to which each atom is placed; itself for an ion's first.
  let parent: [Int]
  /// Every atom, behind its parent.
  let sequence: [Int]
  /// The longest that the bond to the parent may be to count as whole, Å.
  let longestBond_A: [Double]
  private(set) var remarks: [String] = []

  /// - Parameter masses_amu: by element, in place of the usual ones.
  /// - Throws: ``InputError`` where the diffusing species is not there; `StructureError`.
  init(
    _ atoms: ImportedAtoms, _ frame: ImportedFrame, mobile: String, masses_amu: [String: Double]
  ) throws {
    let structure: Structure
    do {
      let assignment = try Structure.assembling(
        cell: frame.cell, elements: atoms.elements, positions: frame.positions)
      structure = assignment.structure
      order = assignment.order
    } catch StructureError.endlessMolecule(_, let element) {
      remarks.append(
        "\(frame.file): \(element) is bonded without end, so every atom counts as an ion of its own")
      let all = Array(atoms.elements.indices)
      structure = Structure(
        cell: frame.cell, elements: atoms.elements, positions: frame.positions, moleculeOfAtom: all)
      order = all
    }
    self.structure = structure
    let kinds = structure.moleculeKinds
    self.kinds = kinds
    self.masses_amu = structure.elements.map { masses_amu[$0] ?? Element(symbol: $0)?.mass_amu ?? 1 }
    let ranges = structure.moleculeRanges
    let mobileAtoms = zip(kinds, ranges).flatMap { $0.name == mobile ? Array($1) : [] }
    self.mobile = mobileAtoms
    anions = kinds.indices.filter { kinds[$0].name != mobile && !kinds[$0].isCation }
    guard !mobileAtoms.isEmpty else {
      let names = Set(kinds.map(\.name)).sorted().joined(separator: ", ")
      throw InputError(
        place: SourcePlace(file: frame.file), key: "--mobile", found: "'\(mobile)'",
        wanted: "one of the ions that the first frame holds: \(names)")
    }
    var parent = Array(structure.elements.indices)
    var sequence: [Int] = []
    for range in ranges {
      let neighbours = structure.bondedNeighbours(inMolecule: range)
      var isPlaced = [Bool](repeating: false, count: range.count)
      var queue = [range.lowerBound]
      isPlaced[0] = true
      while let atom = queue.first {
        queue.removeFirst()
        sequence.append(atom)
        for next in neighbours[atom - range.lowerBound] where !isPlaced[next - range.lowerBound] {
          isPlaced[next - range.lowerBound] = true
          parent[next] = atom
          queue.append(next)
        }
      }
      for atom in range where !isPlaced[atom - range.lowerBound] {
        parent[atom] = range.lowerBound
        sequence.append(atom)
      }
    }
    self.parent = parent
    self.sequence = sequence
    longestBond_A = structure.elements.indices.map { atom in
      BondRules.longestBond_A(structure.elements[atom], structure.elements[parent[atom]]) ?? 0
    }
  }

  /// The number of ions of each kind, to tell runs of different compositions apart.
  var composition: [String: Int] {
    Dictionary(uniqueKeysWithValues: structure.moleculeKindCounts.map { ($0.key.name, $0.value) })
  }
}
