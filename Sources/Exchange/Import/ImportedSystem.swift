import Crystal
import Mathematics
import Results
import Support
import Trajectory
import TrajectoryImport

/// The atoms of an imported run, grouped into ions as the file says or by the bonds of the first frame.
struct ImportedSystem {
  /// Atoms of one ion are contiguous, as in every run of this program.
  let structure: Structure
  /// The index in the file of each atom of `structure`.
  let order: [Int]
  let masses_amu: [Double]
  /// Masses other than the standard ones: as asked, else the file's.
  let replacedMasses_amu: AtomMasses
  /// What diffuses, and what does not.
  let roles: IonRoles
  let kinds: [MoleculeKind]
  /// The bonded atom of the same ion from which each atom is unwrapped; an ion's first atom is its own.
  let parent: [Int]
  /// Every atom, each after its parent.
  let sequence: [Int]
  /// The geometry against which the orientation of each ion is measured, Å from its centre of mass, by index of molecule:
  /// that of the first ion of its kind in the first frame.
  let references: [[Vector3]]
  /// The longest bond between the elements of each atom and its parent, Å; 0 where they never bond.
  let longestBond_A: [Double]
  /// Of the ions that diffuse and of which the user says nothing, by ion, e; those that the file gives.
  let fileCharges: [String: Int]
  private(set) var warnings: [String] = []

  /// - Throws: ``InputError`` where a diffusing species or a declared ion is missing; `StructureError`.
  init(_ atoms: ImportedAtoms, _ frame: ImportedFrame, _ request: ImportRequest) throws {
    let mobile = request.mobile
    var (structure, order) = try Self.assemble(atoms, frame, request)
    warnings = structure.ions.notes.map { "\(frame.file): \($0)" }
    let kinds = structure.moleculeKinds
    self.kinds = kinds
    let masses = try Self.masses(structure, request, file: frame.file)
    replacedMasses_amu = masses
    roles = IonRoles(kinds, mobile: mobile)
    for name in mobile where !kinds.contains(where: { $0.name == name }) {
      throw InputError(
        place: SourcePlace(file: frame.file), key: "--mobile", found: "'\(name)'",
        wanted:
          "one of the ions that the first frame holds: \(Set(kinds.map(\.name)).sorted().joined(separator: ", "))"
      )
    }
    func mass(_ element: String, _ ion: Int) -> Double {
      masses[element, in: kinds[ion].name] ?? Element(symbol: element)?.mass_amu ?? 1
    }
    var unmatched: [String: Int] = [:]
    references = Self.arrange(kinds, &structure, &order, &unmatched, mass: mass)
    for (kind, count) in unmatched.sorted(by: { $0.key < $1.key }) {
      warnings.append(
        "\(frame.file): \(count) \(kind) have another shape than the first one, and are measured against their own"
      )
    }
    self.structure = structure
    self.order = order
    let charges = FileCharges(
      atoms.charges_e.map { all in order.map { all[$0] } } ?? [], structure, request, file: frame.file)
    fileCharges = charges.ofIon
    warnings += charges.notes
    if atoms.molecules == nil {
      warnings += try UnbondedPairs.notes(on: structure, mobile: mobile, file: frame.file)
    }
    masses_amu = zip(structure.elements, structure.moleculeOfAtom).map(mass)
    (parent, sequence) = Self.bondTree(structure)
    longestBond_A = zip(structure.elements.indices, parent).map { atom, parent in
      structure.ions.rules.longestBond_A(structure.elements[atom], structure.elements[parent]) ?? 0
    }
  }

  /// The ions of the first frame, and the index in the file of each atom. What the user names as mobile is an ion by
  /// itself.
  private static func assemble(
    _ atoms: ImportedAtoms, _ frame: ImportedFrame, _ request: ImportRequest
  ) throws -> (Structure, order: [Int]) {
    do {
      let assignment = try Structure.separating(mobile: request.mobile, structure: \.structure) { single in
        try Structure.assembling(
          cell: frame.cell, elements: atoms.elements, positions: frame.positions, molecules: atoms.molecules,
          masses_amu: atoms.masses_amu, rules: try request.declared.rules(single: single))
      }
      return (assignment.structure, assignment.order)
    } catch StructureError.declared(let found, let wanted) {
      throw InputError(place: SourcePlace(file: frame.file), key: "--ion", found: found, wanted: wanted)
    }
  }

  /// - Throws: ``InputError`` for masses in an ion that is not there.
  private static func masses(_ structure: Structure, _ request: ImportRequest, file: String) throws
    -> AtomMasses
  {
    let elements = Set(structure.elements)
    var masses = request.masses_amu
    masses.ofElement = masses.ofElement.filter { elements.contains($0.key) }
    let ions = Set(structure.moleculeKinds.map(\.name))
    for ion in masses.inIon.keys.sorted() where !ions.contains(ion) {
      throw InputError(
        place: SourcePlace(file: file), key: "--masses", found: "no \(ion) among \(structure.ionList)",
        wanted: "masses in ions of the file")
    }
    masses.fill(from: structure.ions.masses)
    return masses
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

  /// Sorts the atoms of every ion into the order of the first of its kind.
  ///
  /// - Returns: the reference geometry of each ion.
  private static func arrange(
    _ kinds: [MoleculeKind], _ structure: inout Structure, _ order: inout [Int],
    _ unmatched: inout [String: Int], mass: (String, Int) -> Double
  ) -> [[Vector3]] {
    var known: [String: (geometry: [Vector3], elements: [String])] = [:]
    var references: [[Vector3]] = []
    let ranges = structure.moleculeRanges
    for (molecule, range) in ranges.enumerated() {
      guard range.count > 1 else {
        references.append([.zero])
        continue
      }
      let elements = Array(structure.elements[range])
      let positions = Array(structure.positions[range])
      let masses = elements.map { mass($0, molecule) }
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
