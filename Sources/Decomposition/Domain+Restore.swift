import Mathematics

extension Domain {
  /// Takes over molecules of a gathered state and leaves the atoms where they stood when the lists were
  /// last built.
  ///
  /// - Parameters:
  ///   - order: molecule ids; the other arrays follow it.
  ///   - bodies: `[molecule][10]`: `OwnedMolecule.packed`.
  ///   - positions: `[atom][3]`, as velocities and references.
  ///   - luggage: words of every molecule; none leaves zeros.
  ///   - counts: molecules of each rank, in rank order; nil deals them by where they are.
  /// - Returns: where the taken atoms are now, Å.
  package func takeOver(
    order: [Int64], bodies: [Double], positions: [Double], velocities: [Double], references: [Double],
    luggage packed: [Int64] = [], counts: [Int64]?
  ) -> [Vector3] {
    molecules.removeAll(keepingCapacity: true)
    luggage?.clear()
    atoms.count = 0
    atoms.haloCount = 0
    let firstMine = counts.map { Int($0.prefix(communicator.rank).reduce(0, +)) } ?? 0
    let mine = counts.map { firstMine..<(firstMine + Int($0[communicator.rank])) }
    func vector(_ array: [Double], _ atom: Int) -> Vector3 {
      [array[3 * atom], array[3 * atom + 1], array[3 * atom + 2]]
    }
    if counts == nil {
      var starts = [Int](repeating: 0, count: order.count)
      var next = 0
      for id in order {
        starts[Int(id)] = next
        next += Int(topology.firstAtomOfMolecule[Int(id) + 1] - topology.firstAtomOfMolecule[Int(id)])
      }
      balance { molecule in
        let count = Int(topology.firstAtomOfMolecule[molecule + 1] - topology.firstAtomOfMolecule[molecule])
        return (starts[molecule]..<(starts[molecule] + count)).reduce(into: Vector3()) {
          $0 += vector(positions, $1)
        } / Double(count)
      }
    }
    var now: [Vector3] = []
    var at = 0
    var word = 0
    for (m, id) in order.enumerated() {
      let count = Int(topology.firstAtomOfMolecule[Int(id) + 1] - topology.firstAtomOfMolecule[Int(id)])
      let words = luggage?.words[Int(topology.templateOfMolecule[Int(id)])] ?? 0
      defer {
        at += count
        word += words
      }
      if let mine {
        guard mine.contains(m) else { continue }
      } else {
        let centre =
          (at..<(at + count)).reduce(into: Vector3()) { $0 += vector(positions, $1) } / Double(count)
        let s = cell.fractional(centre)
        guard grid.owner(of: s - s.rounded(.down)) == communicator.rank else { continue }
      }
      append(
        OwnedMolecule(
          id: Int32(id), count: Int32(count), template: topology.templateOfMolecule[Int(id)],
          packed: bodies[(10 * m)..<(10 * m + 10)]))
      for k in 0..<count {
        let i = atoms.count - count + k
        atoms.position[i] = vector(references, at + k)
        atoms.reference[i] = atoms.position[i]
        atoms.velocity[i] = vector(velocities, at + k)
        now.append(vector(positions, at + k))
      }
      guard words > 0, word + words <= packed.count else { continue }
      packed.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        luggage?.fill(molecules[molecules.count - 1], with: base + 8 * word)
      }
    }
    return now
  }

  /// Moves the own atoms.
  package func place(_ positions: [Vector3]) {
    for (i, r) in positions.enumerated() { atoms.position[i] = r }
  }
}

extension OwnedMolecule {
  /// Image, orientation and angular momentum: what a molecule takes along beside its atoms.
  package var packed: [Double] {
    [
      Double(image.x), Double(image.y), Double(image.z), orientation.x, orientation.y, orientation.z,
      orientation.w,
      angularMomentum.x, angularMomentum.y, angularMomentum.z,
    ]
  }

  init(id: Int32, count: Int32, template: Int32, packed: ArraySlice<Double>) {
    let v = Array(packed)
    self.init(id: id, count: count, template: template, image: [Int32(v[0]), Int32(v[1]), Int32(v[2])])
    orientation = [v[3], v[4], v[5], v[6]]
    angularMomentum = [v[7], v[8], v[9]]
  }
}
