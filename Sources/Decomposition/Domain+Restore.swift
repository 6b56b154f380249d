import Mathematics

/// The molecules of all ranks, as a snapshot holds them.
package struct GatheredMolecules {
  /// Ids of the molecules; the other arrays follow this order.
  package var order: [Int64]
  /// `[molecule][BodyState.width]`.
  package var bodies: [Double]
  /// `[atom][3]`, Å.
  package var positions: [Double]
  /// `[atom][3]`, Å/ps.
  package var velocities: [Double]
  /// `[atom][3]`, Å: the positions when the lists were built.
  package var references: [Double]
  /// Words of `PerMoleculeData`, molecule by molecule; empty leaves zeros.
  package var perMoleculeData: [Int64]

  package init(
    order: [Int64], bodies: [Double], positions: [Double], velocities: [Double], references: [Double],
    perMoleculeData: [Int64]
  ) {
    self.order = order
    self.bodies = bodies
    self.positions = positions
    self.velocities = velocities
    self.references = references
    self.perMoleculeData = perMoleculeData
  }

  fileprivate func vector(_ array: [Double], _ atom: Int) -> Vector3 {
    [array[3 * atom], array[3 * atom + 1], array[3 * atom + 2]]
  }

  /// Mean position of `count` atoms from `first` on, Å.
  fileprivate func centre(first: Int, count: Int) -> Vector3 {
    (first..<(first + count)).reduce(into: Vector3()) { $0 += vector(positions, $1) } / Double(count)
  }
}

extension Domain {
  /// Restores this rank's molecules from a gathered state. The atoms are left where they stood when the lists were
  /// built, so that the lists can be rebuilt as they were.
  /// - Parameter counts: molecules of each rank, in rank order; nil assigns each to the brick that holds its centre.
  /// - Returns: the present positions of the own atoms, Å, for `setPositions`.
  package func restoreAtoms(_ state: GatheredMolecules, counts: [Int64]?) -> [Vector3] {
    molecules.removeAll(keepingCapacity: true)
    perMoleculeData?.releaseAll()
    atoms.count = 0
    atoms.haloCount = 0
    let firstMine = counts.map { Int($0.prefix(communicator.rank).reduce(0, +)) } ?? 0
    let mine = counts.map { firstMine..<(firstMine + Int($0[communicator.rank])) }
    if counts == nil { balance(state) }
    var present: [Vector3] = []
    var atom = 0
    var word = 0
    for (m, id) in state.order.enumerated() {
      let count = atomCount(ofMolecule: Int(id))
      let words = perMoleculeData?.words[Int(topology.templateOfMolecule[Int(id)])] ?? 0
      if mine?.contains(m) ?? isOwned(state.centre(first: atom, count: count)) {
        restore(molecule: m, firstAtom: atom, from: state, &present)
        if words > 0, word + words <= state.perMoleculeData.count {
          fillLastSlot(state.perMoleculeData, at: word)
        }
      }
      atom += count
      word += words
    }
    return present
  }

  private func atomCount(ofMolecule id: Int) -> Int {
    Int(topology.firstAtomOfMolecule[id + 1] - topology.firstAtomOfMolecule[id])
  }

  private func isOwned(_ centre: Vector3) -> Bool {
    let s = cell.fractional(centre)
    return grid.owner(of: s - s.rounded(.down)) == communicator.rank
  }

  private func balance(_ state: GatheredMolecules) {
    var starts = [Int](repeating: 0, count: state.order.count)
    var next = 0
    for id in state.order {
      starts[Int(id)] = next
      next += atomCount(ofMolecule: Int(id))
    }
    balance { state.centre(first: starts[$0], count: atomCount(ofMolecule: $0)) }
  }

  private func restore(
    molecule m: Int, firstAtom: Int, from state: GatheredMolecules, _ present: inout [Vector3]
  ) {
    let id = Int(state.order[m])
    let count = atomCount(ofMolecule: id)
    append(
      OwnedMolecule(
        id: Int32(id), count: Int32(count), template: topology.templateOfMolecule[id],
        body: BodyState(state.bodies[(BodyState.width * m)..<(BodyState.width * (m + 1))])))
    for k in 0..<count {
      let i = atoms.count - count + k
      atoms.position[i] = state.vector(state.references, firstAtom + k)
      atoms.reference[i] = atoms.position[i]
      atoms.velocity[i] = state.vector(state.velocities, firstAtom + k)
      present.append(state.vector(state.positions, firstAtom + k))
    }
  }

  private func fillLastSlot(_ words: [Int64], at word: Int) {
    words.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      perMoleculeData?.fill(molecules[molecules.count - 1], with: base + 8 * word)
    }
  }

  /// Moves the own atoms.
  package func setPositions(_ positions: [Vector3]) {
    for (i, r) in positions.enumerated() { atoms.position[i] = r }
  }
}
