import Mathematics

extension Domain {
  /// Moves every molecule whose centre has left the cell back by lattice vectors, and counts them in its image.
  func wrapMolecules() {
    for m in molecules.indices {
      let cells = cell.fractional(centre(of: molecules[m])).rounded(.down)
      guard cells != .zero else { continue }
      let image = SIMD3<Int32>(Int32(cells.x), Int32(cells.y), Int32(cells.z))
      let shift = cell.shift(image)
      molecules[m].image &+= image
      let first = Int(molecules[m].first)
      for i in first..<(first + Int(molecules[m].count)) { atoms.position[i] -= shift }
    }
  }

  /// Mean position of a molecule's atoms, Å.
  @inline(__always)
  func centre(of molecule: OwnedMolecule) -> Vector3 {
    var sum = Vector3()
    let first = Int(molecule.first)
    for i in first..<(first + Int(molecule.count)) { sum += atoms.position[i] }
    return sum / Double(molecule.count)
  }

  /// Sends every molecule to the rank whose brick holds its centre, near or far.
  func migrate() throws {
    guard communicator.size > 1 else { return }
    var leaving: [(rank: Int, molecule: Int)] = []
    for (m, molecule) in molecules.enumerated() {
      let s = cell.fractional(centre(of: molecule))
      let owner = grid.owner(of: pointwiseMax(s, .zero))
      if owner != communicator.rank { leaving.append((owner, m)) }
    }
    leaving.sort { $0 < $1 }
    var counts = [Int](repeating: 0, count: communicator.size)
    var message: [Double] = []
    for (rank, m) in leaving {
      let before = message.count
      pack(molecules[m], into: &message)
      counts[rank] += message.count - before
    }
    let received = try communicator.allToAll(message, counts: counts)
    remove(leaving.map(\.molecule))
    unpack(received)
  }

  private func pack(_ molecule: OwnedMolecule, into message: inout [Double]) {
    message.append(Double(molecule.id))
    message += molecule.body.doubles
    let first = Int(molecule.first)
    for i in first..<(first + Int(molecule.count)) {
      let r = atoms.position[i]
      let v = atoms.velocity[i]
      message += [r.x, r.y, r.z, v.x, v.y, v.z]
    }
    guard let content = perMoleculeData?.content(of: molecule) else { return }
    for at in stride(from: 0, to: content.count, by: 8) {
      message.append(content.load(fromByteOffset: at, as: Double.self))
    }
  }

  private func unpack(_ message: [Double]) {
    var at = 0
    while at < message.count {
      let id = Int(message[at])
      let count = Int(topology.firstAtomOfMolecule[id + 1] - topology.firstAtomOfMolecule[id])
      append(
        OwnedMolecule(
          id: Int32(id), count: Int32(count), template: topology.templateOfMolecule[id],
          body: BodyState(message[(at + 1)..<(at + 1 + BodyState.width)])))
      at += 1 + BodyState.width
      for i in (atoms.count - count)..<atoms.count {
        atoms.position[i] = [message[at], message[at + 1], message[at + 2]]
        atoms.velocity[i] = [message[at + 3], message[at + 4], message[at + 5]]
        at += 6
      }
      guard let perMoleculeData else { continue }
      message.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        perMoleculeData.fill(molecules[molecules.count - 1], with: base + 8 * at)
      }
      at += perMoleculeData.words[Int(topology.templateOfMolecule[id])]
    }
  }

  /// Removes molecules and closes the gaps.
  private func remove(_ gone: [Int]) {
    guard !gone.isEmpty else { return }
    for m in gone { perMoleculeData?.releaseSlot(of: molecules[m]) }
    let gone = Set(gone)
    arrange(molecules.indices.filter { !gone.contains($0) })
  }

  /// Sorts molecules by cells of about 5 Å along columns, so that neighbours in space are neighbours in memory; ties by
  /// id, so that the order does not depend on history.
  func sortMolecules() {
    let heights = cell.heights
    let cells = pointwiseMax((heights / 5).rounded(.down), Vector3(repeating: 1))
    let keys = molecules.map { molecule -> Int in
      let s = cell.fractional(centre(of: molecule)) * cells
      return (Int(s.x) * Int(cells.y) + Int(s.y)) * Int(cells.z) + Int(s.z)
    }
    arrange(
      molecules.indices.sorted {
        keys[$0] != keys[$1] ? keys[$0] < keys[$1] : molecules[$0].id < molecules[$1].id
      })
  }

  /// Keeps the molecules of these indices, in this order.
  private func arrange(_ order: [Int]) {
    let old = molecules
    let positions = Array(UnsafeBufferPointer(start: atoms.position, count: atoms.count))
    let velocities = Array(UnsafeBufferPointer(start: atoms.velocity, count: atoms.count))
    molecules.removeAll(keepingCapacity: true)
    atoms.count = 0
    for m in order {
      append(old[m])
      let from = Int(old[m].first)
      let to = atoms.count - Int(old[m].count)
      for k in 0..<Int(old[m].count) {
        atoms.position[to + k] = positions[from + k]
        atoms.velocity[to + k] = velocities[from + k]
      }
    }
  }
}
