import Mathematics

/// Atoms that are to be grouped into ions.
struct LooseAtoms {
  let cell: Cell
  let elements: [String]
  let positions: [Vector3]
  let rules: IonRules

  /// A molecule of more atoms whose bonds are not known is no ion.
  private static let mostUnbonded = 100

  /// The molecules that the file gives, else those of the bonds.
  func grouped(as molecules: [Int]?) throws -> (structure: Structure, order: [Int]) {
    guard let molecules, molecules.count == elements.count else { return try bonded() }
    let problem: String
    do {
      return try labelled(separated(molecules))
    } catch StructureError.endlessMolecule(let atom, let element) {
      problem = "molecule \(molecules[atom]) is bonded to its own image at \(element) (atom \(atom))"
    } catch StructureError.brokenMolecule(_, let atom, let element) {
      problem =
        "molecule \(molecules[atom]) has many atoms that are not bonded, such as \(element) (atom \(atom))"
    }
    var found = try bonded()
    found.structure.ions.notes.insert("the file's molecules are not ions: \(problem); bonds decide", at: 0)
    return found
  }

  private func bonded() throws -> (structure: Structure, order: [Int]) {
    var graph = try BondGraph(cell: cell, elements: elements, positions: positions, rules: rules)
    let notes = graph.cutNetworks(elements: elements)
    var found = try assemble(graph) { _ in nil }
    found.structure.ions.notes = notes
    return found
  }

  /// Molecules of the file, and those of the bonds between atoms that are in none.
  private func labelled(_ labels: [Int]) throws -> (structure: Structure, order: [Int]) {
    let none = MoleculeLabels.none
    var loose = try BondGraph(cell: cell, elements: elements, positions: positions, rules: rules) {
      labels[$0] == none && labels[$1] == none
    }
    let notes = loose.cutNetworks(elements: elements)
    let told = try BondGraph(cell: cell, elements: elements, positions: positions, rules: rules) {
      labels[$0] == labels[$1] && labels[$0] != none
    }
    let graph = BondGraph(neighbours: zip(loose.neighbours, told.neighbours).map { $0 + $1 })
    let members = Dictionary(grouping: elements.indices) { labels[$0] }
    var found = try assemble(graph) { labels[$0] == none ? nil : members[labels[$0]] }
    found.structure.ions.notes = notes
    return found
  }

  /// - Parameter members: the atoms that the file has in the molecule of an atom; nil for those bonded to it.
  private func assemble(
    _ graph: BondGraph, members: (Int) -> [Int]?
  ) throws -> (structure: Structure, order: [Int]) {
    var order: [Int] = []
    var unwrapped: [Vector3] = []
    var moleculeOfAtom: [Int] = []
    var isTaken = [Bool](repeating: false, count: elements.count)
    for start in elements.indices where !isTaken[start] {
      var images = try graph.molecule(of: start, elements: elements)
      let number = moleculeOfAtom.last.map { $0 + 1 } ?? 0
      if let all = members(start), all.count > images.count { try join(all, to: &images, graph) }
      for atom in canonicalOrder(of: images.keys.sorted(), graph) {
        isTaken[atom] = true
        order.append(atom)
        let image = images[atom] ?? SIMD3()
        unwrapped.append(
          positions[atom] + cell.cartesian([Double(image.x), Double(image.y), Double(image.z)]))
        moleculeOfAtom.append(number)
      }
    }
    let structure = Structure(
      cell: cell, elements: order.map { elements[$0] }, positions: unwrapped, moleculeOfAtom: moleculeOfAtom)
    return (structure, order)
  }

  /// The file's molecules, without the atoms that the user wants by themselves.
  private func separated(_ labels: [Int]) -> [Int] {
    guard !rules.single.isEmpty else { return labels }
    // New numbers, which no label can be.
    var numbers: [Int: Int] = [:]
    var next = 0
    return zip(labels, elements).map { label, element in
      let isSingle = rules.single.contains(element)
      if !isSingle, label == MoleculeLabels.none { return label }
      if !isSingle, let known = numbers[label] { return known }
      next += 1
      if !isSingle { numbers[label] = next }
      return next
    }
  }

  /// Adds the other atoms of the file's molecule to those that are bonded to its first: each group of bonded atoms at
  /// its shortest distance.
  private func join(_ all: [Int], to images: inout [Int: SIMD3<Int>], _ graph: BondGraph) throws {
    while let rest = all.first(where: { images[$0] == nil }) {
      guard all.count <= Self.mostUnbonded else {
        throw StructureError.brokenMolecule(molecule: 0, atom: rest, element: elements[rest])
      }
      var best: (distance: Double, atom: Int, image: SIMD3<Int>)?
      for (known, image) in images.sorted(by: { $0.key < $1.key }) {
        for atom in all where images[atom] == nil {
          let s = cell.fractional(positions[atom] - positions[known])
          let whole = s.rounded(.toNearestOrEven)
          let distance = length(cell.cartesian(s - whole))
          if distance < best?.distance ?? .infinity {
            best = (distance, atom, image &- SIMD3(Int(whole.x), Int(whole.y), Int(whole.z)))
          }
        }
      }
      guard let best else { return }
      for (atom, image) in try graph.molecule(of: best.atom, elements: elements) {
        images[atom] = image &+ best.image
      }
    }
  }

  private func canonicalOrder(of atoms: [Int], _ graph: BondGraph) -> [Int] {
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
}
