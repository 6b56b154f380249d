import Crystal
import Mathematics
import Results
import Support
import Trajectory
import TrajectoryImport

/// The atoms of an imported run, grouped into ions by the bonds of the first frame.
struct ImportedSystem {
  /// Atoms of one ion are contiguous, as in every run of this program.
  let structure: Structure
  /// The index in the file of each atom of `structure`.
  let order: [Int]
  let masses_amu: [Double]
  /// Atoms of the diffusing species.
  let mobile: [Int]
  /// Ions that are neither the diffusing species nor other cations, as indices of molecules.
  let anions: [Int]
  let kinds: [MoleculeKind]
  /// The bonded atom of the same ion from which each atom is unwrapped; an ion's first atom is its own.
  let parent: [Int]
  /// Every atom, each after its parent.
  let sequence: [Int]
  /// The geometry against which the orientation of each of `anions` is measured, Å from its centre of mass:
  /// that of the first anion of its kind in the first frame.
  let references: [[Vector3]]
  /// The longest bond between the elements of each atom and its parent, Å; 0 where they never bond.
  let longestBond_A: [Double]
  private(set) var warnings: [String] = []

  /// - Parameter masses_amu: by element; replaces the standard ones.
  /// - Throws: ``InputError`` where the diffusing species is missing; `StructureError`.
  init(
    _ atoms: ImportedAtoms, _ frame: ImportedFrame, mobile: String, masses_amu: [String: Double]
  ) throws {
    var (structure, order) = try Self.assemble(atoms, frame, &warnings)
    let kinds = structure.moleculeKinds
    self.kinds = kinds
    let anions = kinds.indices.filter { kinds[$0].name != mobile && !kinds[$0].isCation }
    self.anions = anions
    func mass(_ element: String) -> Double { masses_amu[element] ?? Element(symbol: element)?.mass_amu ?? 1 }
    var unmatched: [String: Int] = [:]
    references = Self.arrange(anions, kinds, &structure, &order, &unmatched, mass: mass)
    for (kind, count) in unmatched.sorted(by: { $0.key < $1.key }) {
      warnings.append(
        "\(frame.file): \(count) \(kind) have another shape than the first one, and are measured against their own"
      )
    }
    self.structure = structure
    self.order = order
    self.masses_amu = structure.elements.map(mass)
    let ranges = structure.moleculeRanges
    let mobileAtoms = zip(kinds, ranges).flatMap { $0.name == mobile ? Array($1) : [] }
    self.mobile = mobileAtoms
    guard !mobileAtoms.isEmpty else {
      let names = Set(kinds.map(\.name)).sorted().joined(separator: ", ")
      throw InputError(
        place: SourcePlace(file: frame.file), key: "--mobile", found: "'\(mobile)'",
        wanted: "one of the ions that the first frame holds: \(names)")
    }
    (parent, sequence) = Self.bondTree(structure)
    longestBond_A = zip(structure.elements.indices, parent).map { atom, parent in
      BondRules.longestBond_A(structure.elements[atom], structure.elements[parent]) ?? 0
    }
  }

  /// The ions of the first frame from their bonds, and the index in the file of each atom. Where bonds form
  /// an endless network, every atom is an ion of its own.
  private static func assemble(
    _ atoms: ImportedAtoms, _ frame: ImportedFrame, _ warnings: inout [String]
  ) throws -> (Structure, order: [Int]) {
    do {
      let assignment = try Structure.assembling(
        cell: frame.cell, elements: atoms.elements, positions: frame.positions)
      return (assignment.structure, assignment.order)
    } catch StructureError.endlessMolecule(_, let element) {
      warnings.append(
        "\(frame.file): \(element) is bonded without end, so every atom counts as an ion of its own")
      let all = Array(atoms.elements.indices)
      let structure = Structure(
        cell: frame.cell, elements: atoms.elements, positions: frame.positions, moleculeOfAtom: all)
      return (structure, all)
    }
  }

  /// The parent of each atom, and the atoms in an order in which each follows its parent.
  private static func bondTree(_ structure: Structure) -> (parent: [Int], sequence: [Int]) {
    var parent = Array(structure.elements.indices)
    var sequence: [Int] = []
    for range in structure.moleculeRanges {
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
    return (parent, sequence)
  }

  /// Sorts the atoms of every anion into the order of the first of its kind.
  ///
  /// - Returns: the reference geometry of each anion.
  private static func arrange(
    _ anions: [Int], _ kinds: [MoleculeKind], _ structure: inout Structure, _ order: inout [Int],
    _ unmatched: inout [String: Int], mass: (String) -> Double
  ) -> [[Vector3]] {
    var known: [String: (geometry: [Vector3], elements: [String])] = [:]
    var references: [[Vector3]] = []
    let ranges = structure.moleculeRanges
    for molecule in anions {
      let range = ranges[molecule]
      let elements = Array(structure.elements[range])
      let positions = Array(structure.positions[range])
      let masses = elements.map(mass)
      var moment = Vector3()
      for (r, m) in zip(positions, masses) { moment += r * m }
      let centre = moment / masses.reduce(0, +)
      let geometry = positions.map { $0 - centre }
      let name = kinds[molecule].name
      guard let first = known[name] else {
        known[name] = (geometry, elements)
        references.append(geometry)
        continue
      }
      guard let places = AnionMatching.order(of: geometry, elements, as: first.geometry, first.elements)
      else {
        unmatched[name, default: 0] += 1
        references.append(geometry)
        continue
      }
      let old = Array(order[range])
      for (k, place) in places.enumerated() {
        structure.elements[range.lowerBound + k] = elements[place]
        structure.positions[range.lowerBound + k] = positions[place]
        order[range.lowerBound + k] = old[place]
      }
      references.append(first.geometry)
    }
    return references
  }

  /// The number of ions of each kind, to distinguish runs of different compositions.
  var composition: [String: Int] {
    Dictionary(uniqueKeysWithValues: structure.moleculeKindCounts.map { ($0.key.name, $0.value) })
  }
}
