extension DisorderedStructure {
  /// How many ions each partly occupied site receives: the nearest whole numbers to the occupancies, then,
  /// while the structure is not neutral, one more or one fewer on the site whose occupancy changes least (of
  /// equals, the last in the file). No site may deviate from its occupancy by more than a tenth of its
  /// positions or one ion, whichever is larger.
  ///
  /// - Throws: `StructureError.notNeutral`.
  func neutralCounts(
    sites: [(charge: Int, occupancy: Double, positions: Int)], otherCharge: Int
  ) throws -> [Int] {
    var counts = sites.map { Int(($0.occupancy * Double($0.positions)).rounded()) }
    var total = zip(sites, counts).reduce(otherCharge) { $0 + $1.0.charge * $1.1 }
    while total != 0 {
      var best: (site: Int, step: Int, deviation: Double)?
      for (index, site) in sites.enumerated() where site.charge != 0 && abs(site.charge) <= abs(total) {
        let step = (site.charge > 0) == (total > 0) ? -1 : 1
        let count = counts[index] + step
        let deviation = abs(Double(count) - site.occupancy * Double(site.positions))
        guard (0...site.positions).contains(count), deviation <= max(1, 0.1 * Double(site.positions)),
          deviation / Double(site.positions) <= best?.deviation ?? .infinity
        else { continue }
        best = (index, step, deviation / Double(site.positions))
      }
      guard let best else { throw StructureError.notNeutral(name: name, charge: total) }
      counts[best.site] += best.step
      total += best.step * sites[best.site].charge
    }
    return counts
  }

  /// The charge of an ion: as declared, else by the oxidation states of the file, else the usual one.
  /// - Parameter members: the site of each of its atoms.
  /// - Throws: `StructureError.disorder` where the charge is not known.
  func formalCharge(of members: [Int], site: String) throws -> Int {
    let kind = MoleculeKind(elements: members.map { sites[$0].element })
    let states = members.compactMap { sites[$0].charge_e }
    let sum = states.reduce(0, +)
    let told = states.count == members.count && abs(sum - sum.rounded()) < 0.05 ? Int(sum.rounded()) : nil
    guard let charge = rules.ions[kind.name] ?? nil ?? told ?? kind.formalCharge else {
      throw StructureError.disorder(
        name: name,
        problem: """
          the charge of \(kind.name) (site \(site)) is not known, so that partly occupied sites can't be \
          filled to a neutral whole; wanted its oxidation state in the file, or its charge declared \
          (ions: {\(kind.name): {charge: -1}})
          """)
    }
    return charge
  }
}
