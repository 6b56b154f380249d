import Mathematics

extension DisorderedStructure {
  /// Realises whole atoms in a supercell: see `realisation`.
  public func realise(
    supercell: SupercellMatrix = .identity, seed: UInt64 = 0, options: DisorderOptions = DisorderOptions()
  ) throws -> Structure {
    try realisation(supercell: supercell, seed: seed, options: options).structure
  }

  /// Realises whole atoms in a supercell; the same seed gives the same result on every machine.
  ///
  /// Molecules with alternative positions are completed first, each copy drawn independently
  /// (`OrientationChoice`). Then the partly occupied ions are distributed: in exact numbers that make the
  /// structure neutral (`neutralCounts`), at random, none closer to another than the options allow
  /// (`IonFilling`).
  ///
  /// - Throws: `StructureError.disorder` naming the sites without a solution, `.notNeutral`, and what
  ///   `Structure.assembling` throws.
  public func realisation(
    supercell: SupercellMatrix = .identity, seed: UInt64 = 0, options: DisorderOptions = DisorderOptions()
  ) throws -> DisorderRealisation {
    if isOrdered {
      let structure = try Structure.assembling(
        cell: cell, elements: positions.map { sites[$0.site].symbol },
        positions: positions.map { cell.cartesian($0.fractional) },
        charges_e: charges_e(positions.map(\.site)), rules: rules
      ).structure
      return DisorderRealisation(structure: structure.supercell(supercell), fillings: [])
    }
    guard positions.count.multipliedReportingOverflow(by: supercell.determinant).partialValue <= 100_000_000
    else {
      throw StructureError.supercell(
        rows: supercell.rows,
        problem: "it holds \(positions.count) × \(supercell.determinant) positions, wanted ≤ 10⁸")
    }
    var random = SplitMix64(seed: seed)
    var builder = RealisationBuilder(average: self, supercell: supercell, options: options)
    var ionSites: Set<Int> = []
    for unit in try units() {
      if unit.positions.count == 1, !sites[positions[unit.positions[0]].site].isFull {
        ionSites.insert(positions[unit.positions[0]].site)
      } else {
        try builder.add(unit, using: &random)
      }
    }
    let fillings = try builder.fill(sites: ionSites.sorted(), using: &random)
    return DisorderRealisation(structure: try builder.finish(), fillings: fillings)
  }
}

extension DisorderedStructure.Site {
  /// That of the isotope, if any.
  fileprivate var symbol: String { isotope ?? element }
}

extension DisorderedStructure {
  /// The oxidation states of atoms on these sites, e; nil where one has none.
  fileprivate func charges_e(_ sites: [Int]) -> [Double]? {
    let charges = sites.compactMap { self.sites[$0].charge_e }
    return charges.count == sites.count ? charges : nil
  }
}

/// A supercell under construction.
private struct RealisationBuilder {
  let average: DisorderedStructure
  private var options: DisorderOptions
  /// What was relaxed, for the user.
  private var notes: [String] = []
  let cell: Cell
  private let shifts: [Vector3]
  /// The site of each atom.
  private var sites: [Int] = []
  private var places: [Vector3] = []
  private var molecules: [Int] = []
  /// The first site of each molecule, for error messages.
  private var labels: [String] = []

  init(average: DisorderedStructure, supercell: SupercellMatrix, options: DisorderOptions) {
    self.average = average
    self.options = options
    cell = average.cell.supercell(supercell)
    shifts = supercell.cellOrigins.map { average.cell.shift($0) }
  }

  private func site(_ position: Int) -> DisorderedStructure.Site {
    average.sites[average.positions[position].site]
  }

  private mutating func append(_ sites: [Int], _ places: [Vector3], label: String) {
    self.sites += sites
    self.places += places
    molecules += [Int](repeating: labels.count, count: sites.count)
    labels.append(label)
  }

  /// Adds a fully occupied ion or a molecule in every cell.
  mutating func add(_ unit: DisorderUnit, using random: inout SplitMix64) throws {
    let kinds = unit.positions.map { average.positions[$0].site }
    let label = site(unit.positions[0]).label
    guard unit.positions.contains(where: { !site($0).isFull }) else {
      for shift in shifts { append(kinds, unit.places.map { $0 + shift }, label: label) }
      return
    }
    let molecule = try average.partialMolecule(unit)
    guard !molecule.fixed.isEmpty || molecule.choice.wanted.values.contains(where: { $0 > 0 }) else { return }
    for shift in shifts {
      guard let chosen = molecule.choice.choose(using: &random) else {
        let sites = molecule.labels.joined(separator: ", ")
        let counts = molecule.choice.wanted.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        throw StructureError.disorder(
          name: average.name,
          problem: """
            the sites \(sites) hold no whole molecule with \(counts.joined(separator: " and ")) on \
            \(molecule.partial.count) alternative positions; wanted _atom_site_disorder_assembly and \
            _group that say which positions belong together, or a file with one orientation
            """)
      }
      let members = (molecule.fixed + chosen.map { molecule.partial[$0] }).sorted()
      append(members.map { kinds[$0] }, members.map { unit.places[$0] + shift }, label: label)
    }
  }

  /// The positions in the supercell that ions of these sites may occupy, and the positions of each site.
  private func candidates(of sites: [Int]) -> (places: [(site: Int, place: Vector3)], own: [[Int]]) {
    var candidates: [(site: Int, place: Vector3)] = []
    var own: [[Int]] = []
    for (index, site) in sites.enumerated() {
      var list: [Int] = []
      for position in average.positions where position.site == site {
        for shift in shifts {
          list.append(candidates.count)
          candidates.append((index, average.cell.cartesian(position.fractional) + shift))
        }
      }
      own.append(list)
    }
    return (candidates, own)
  }

  /// Fills the partly occupied sites of ions. Where the default distance between ions of one sign leaves no way, it is
  /// scaled by 0.9, 0.8 and 0.7, which a note says: Li in the cages of argyrodites are 2.3 Å apart.
  /// - Returns: what each site holds.
  /// - Throws: ``StructureError/disorder(name:problem:)`` where ions would be too close to each other.
  mutating func fill(sites: [Int], using random: inout SplitMix64) throws -> [SiteFilling] {
    let wanted = options
    for scale in wanted == DisorderOptions() ? [1, 0.9, 0.8] : [] {
      options.exclusion_A = wanted.exclusion_A * scale
      do {
        let fillings = try attempt(sites: sites, using: &random)
        noteDistance(sites, wanted)
        return fillings
      } catch StructureError.disorder {
        // The last attempt says what is wrong.
        continue
      }
    }
    options.exclusion_A = wanted.exclusion_A * (wanted == DisorderOptions() ? 0.7 : 1)
    let fillings = try attempt(sites: sites, using: &random)
    noteDistance(sites, wanted)
    return fillings
  }

  private mutating func noteDistance(_ sites: [Int], _ wanted: DisorderOptions) {
    guard options != wanted else { return }
    let labels = sites.map { average.sites[$0].label }.joined(separator: ", ")
    notes.append(
      "ions on the sites \(labels) are as near as \(options.exclusion_A) Å: \(wanted.exclusion_A) Å leaves no way to "
        + "fill them")
  }

  private mutating func attempt(sites: [Int], using random: inout SplitMix64) throws -> [SiteFilling] {
    guard !sites.isEmpty else { return [] }
    let (candidates, own) = candidates(of: sites)
    let charges = try sites.map { try average.formalCharge(of: [$0], site: average.sites[$0].label) }
    let built = Structure(
      cell: cell, elements: self.sites.map { average.sites[$0].element }, positions: places,
      moleculeOfAtom: molecules)
    let builtCharges = try zip(built.moleculeRanges, labels).map { range, label in
      try average.formalCharge(of: Array(self.sites[range]), site: label)
    }
    let counts = try average.neutralCounts(
      sites: zip(sites, charges).enumerated().map { index, pair in
        (pair.1, average.sites[pair.0].occupancy, own[index].count)
      }, otherCharge: builtCharges.reduce(0, +))
    let (excluded, blocked) = try exclusions(
      candidates: candidates, charges: charges, built: built, builtCharges: builtCharges)
    let free = own.map { $0.filter { !blocked[$0] } }
    for (index, site) in sites.enumerated() where free[index].count < counts[index] {
      throw StructureError.disorder(
        name: average.name,
        problem: """
          the site \(average.sites[site].label) has \(free[index].count) of \(own[index].count) positions \
          clear of full sites and molecules, wanted \(counts[index])\(advice)
          """)
    }
    var filling = IonFilling(positions: free, counts: counts, excluded: excluded)
    let result = filling.run(using: &random)
    guard let filled = result.filled else {
      let names = result.conflicts.map { average.sites[sites[$0]].label }.joined(separator: ", ")
      throw StructureError.disorder(
        name: average.name,
        problem: """
          found no way to fill the sites \(names) to their occupancies without ions that are too near to \
          each other\(advice)
          """)
    }
    for (index, site) in sites.enumerated() {
      let atom = average.sites[site]
      for candidate in filled[index] {
        append([sites[index]], [candidates[candidate].place], label: atom.label)
      }
    }
    return sites.indices.map { index in
      let site = average.sites[sites[index]]
      return SiteFilling(
        label: site.label, element: site.element, occupancy: site.occupancy, positions: own[index].count,
        filled: counts[index])
    }
  }

  private var advice: String {
    """
     (ions of the same sign closer than \(options.exclusion_A) Å, others closer than \(options.contact_A) Å, \
    exclude each other; a smaller distance may be given)
    """
  }

  /// Which candidates exclude each other, and which can't be filled at all.
  private func exclusions(
    candidates: [(site: Int, place: Vector3)], charges: [Int], built: Structure, builtCharges: [Int]
  ) throws -> (excluded: [[Int]], blocked: [Bool]) {
    let first = candidates.count
    let sizes = built.moleculeRanges.map(\.count)
    func limit(_ i: Int, _ j: Int) -> Double {
      let q = charges[candidates[i].site]
      let other: Int
      if j < first {
        other = charges[candidates[j].site]
      } else {
        let molecule = built.moleculeOfAtom[j - first]
        other = sizes[molecule] == 1 ? builtCharges[molecule] : 0
      }
      return q * other > 0 ? options.exclusion_A : options.contact_A
    }
    let search = try PeriodicPairs(
      cell: cell, positions: candidates.map(\.place) + built.positions,
      radius: max(options.exclusion_A, options.contact_A))
    var excluded = [[Int]](repeating: [], count: first)
    var blocked = [Bool](repeating: false, count: first)
    for i in 0..<first {
      search.forEach(of: i) { j, _, vector in
        // In a cell smaller than the limit, an ion does not exclude itself.
        guard i != j, length(vector) < limit(i, j) else { return }
        if j >= first {
          blocked[i] = true
        } else if !excluded[i].contains(j) {
          excluded[i].append(j)
        }
      }
    }
    return (excluded, blocked)
  }

  /// The structure of whole molecules, in their order.
  func finish() throws -> Structure {
    var structure = try Structure.assembling(
      cell: cell, elements: sites.map { average.sites[$0].symbol }, positions: places, molecules: molecules,
      charges_e: average.charges_e(sites), rules: average.rules
    ).structure.wrappingMolecules()
    structure.ions.notes += notes
    return structure
  }
}
