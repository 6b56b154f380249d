import Mathematics

/// Two atoms of different molecules, or of different images of one molecule, and their distance.
public struct Contact: Equatable, Sendable {
  /// Index of an atom.
  public let first: Int
  /// Index of the other atom.
  public let second: Int
  /// The cell of the second atom's image relative to the first atom's.
  public let image: SIMD3<Int32>
  /// Å.
  public let distance_A: Double
}

/// The smallest distances between atoms that a structure may have.
public struct OverlapLimits: Equatable, Sendable {
  /// For pairs of elements without a limit of their own, Å.
  public var general_A: Double
  /// For two boron atoms: below this the undamped dispersion of the built-in potential diverges
  /// attractively, Å.
  public var boronBoron_A: Double
  /// For two atoms of the same molecule in the same image, Å: catches duplicated atoms.
  public var intramolecular_A: Double

  /// Distances in Å.
  public init(general_A: Double = 0.8, boronBoron_A: Double = 2.3, intramolecular_A: Double = 0.5) {
    self.general_A = general_A
    self.boronBoron_A = boronBoron_A
    self.intramolecular_A = intramolecular_A
  }

  /// Within this, Å, atoms are counted.
  static let near_A = 2.3

  /// Atoms within `near_A` of another that do not overlap are fewer: spheres of 0.8 Å in diameter, closest packed, are 140.
  static let mostNeighbours = 200
}

extension Structure {
  /// All pairs of atoms of different molecules within `radius_A`, images of one molecule included, each
  /// pair once, the nearest first. Molecules may be wider than the cell.
  ///
  /// - Throws: `StructureError.notFinite`, `StructureError.value` for a radius that is not positive.
  public func contacts(within radius_A: Double) throws -> [Contact] {
    try pairs(within: radius_A).filter { !isIntramolecular($0) }
  }

  /// The shortest contact for each pair of elements (`B–H`: in alphabetical order) within `radius_A`. Does
  /// not store all contacts, of which a large cell has millions.
  ///
  /// - Throws: what `contacts(within:)` throws.
  public func shortestContacts(within radius_A: Double = 4) throws -> [String: Contact] {
    let names = Set(elements).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let numberOfAtom = elements.map { numbers[$0] ?? 0 }
    var best = [Contact?](repeating: nil, count: names.count * names.count)
    try forEachPair(within: radius_A) { contact in
      if isIntramolecular(contact) { return }
      let (k, l) = (numberOfAtom[contact.first], numberOfAtom[contact.second])
      let index = min(k, l) * names.count + max(k, l)
      if let known = best[index], isOrdered(known, contact) { return }
      best[index] = contact
    }
    var result: [String: Contact] = [:]
    for (index, contact) in best.enumerated() {
      if let contact { result["\(names[index / names.count])–\(names[index % names.count])"] = contact }
    }
    return result
  }

  /// - Throws: `StructureError.overlap` naming the closest pair of atoms, `.notFinite`.
  public func checkOverlaps(_ limits: OverlapLimits = OverlapLimits()) throws {
    try checkRoom()
    var worst: (contact: Contact, limit: Double)?
    var near = 0
    let reach = max(limits.general_A, limits.boronBoron_A, limits.intramolecular_A)
    try forEachPair(within: reach) { contact in
      near += 1
      let isBoron = elements[contact.first] == "B" && elements[contact.second] == "B"
      let limit =
        isIntramolecular(contact)
        ? limits.intramolecular_A : isBoron ? limits.boronBoron_A : limits.general_A
      // So many are enough to be sure, and all of them may be too many to wait for.
      if let (contact, limit) = worst, near > OverlapLimits.mostNeighbours * (contact.first + 1) {
        throw overlap(contact, limit)
      }
      guard contact.distance_A < limit else { return }
      if let found = worst {
        let (old, new) = (found.contact.distance_A / found.limit, contact.distance_A / limit)
        if old < new || (old == new && isOrdered(found.contact, contact)) { return }
      }
      worst = (contact, limit)
    }
    if let (contact, limit) = worst { throw overlap(contact, limit) }
  }

  private func overlap(_ contact: Contact, _ limit_A: Double) -> StructureError {
    .overlap(
      first: contact.first, firstElement: elements[contact.first], second: contact.second,
      secondElement: elements[contact.second], imageShift: contact.image,
      distance_A: contact.distance_A, limit_A: limit_A)
  }

  /// Molecules are stored unwrapped, so the atoms of one image of a molecule have no shift between them.
  private func isIntramolecular(_ contact: Contact) -> Bool {
    contact.image == SIMD3<Int32>()
      && moleculeOfAtom[contact.first] == moleculeOfAtom[contact.second]
  }

  private func pairs(within radius_A: Double) throws -> [Contact] {
    var found: [Contact] = []
    try forEachPair(within: radius_A) { found.append($0) }
    return found.sorted(by: isOrdered)
  }

  /// Every pair of atoms once.
  private func forEachPair(within radius_A: Double, _ body: (Contact) throws -> Void) throws {
    guard radius_A.isFinite, radius_A > 0 else {
      throw StructureError.value(
        name: "radius", found: "\(radius_A) Å", wanted: "a finite positive distance")
    }
    let search = try PeriodicPairs(cell: cell, positions: positions, radius: radius_A)
    for i in 0..<atomCount {
      try search.forEach(of: i) { j, image, vector in
        let isFirst = i != j ? i < j : (image.x, image.y, image.z) > (0, 0, 0)
        guard isFirst else { return }
        try body(
          Contact(
            first: i, second: j, image: SIMD3<Int32>(truncatingIfNeeded: image),
            distance_A: length(vector)))
      }
    }
  }
}

/// Ties are broken by index, so that symmetric structures give the same answer everywhere.
private func isOrdered(_ l: Contact, _ r: Contact) -> Bool {
  (l.distance_A, l.first, l.second) < (r.distance_A, r.first, r.second)
}
