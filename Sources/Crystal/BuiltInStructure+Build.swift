import Mathematics

/// Builds a supercell of a built-in structure; of a family, the member at x = 0.
///
/// - Throws: `StructureError.unknownBuiltIn`.
public func buildStructure(named name: String, supercell: SupercellMatrix, seed: UInt64) throws -> Structure {
  try BuiltInStructure(named: name).build(supercell: supercell, seed: seed).structure
}

extension BuiltInStructure {
  /// Builds a supercell.
  ///
  /// Molecules follow the order of the description's sites, ordered sites first, each site over all cells;
  /// their centres lie in the new cell. Disordered sites are filled by drawing from all sites of the
  /// supercell at once, so the composition is exact; the same seed gives the same structure on every machine.
  /// Molecules with several possible orientations take one that avoids contacts (see `Placement`).
  ///
  /// - Parameter composition: the requested x of a family; the built structure has the nearest possible x.
  /// - Throws: `StructureError.value` for a composition outside 0…1, or for a structure that is no family;
  ///   `.notFinite` for site coordinates that are not finite.
  public func build(
    supercell: SupercellMatrix, composition wanted: Double? = nil, seed: UInt64
  ) throws -> BuiltStructure {
    let sizes = ordered.map { (molecules[$0.molecule]?.elements.count ?? 0) * $0.sites.count }
    try supercell.check(atomsPerCell: sizes.reduce(0, +) + disordered.reduce(0) { $0 + $1.fractional.count })
    let origins = supercell.cellOrigins
    let composition = try composition(nearestTo: wanted, cells: origins.count)
    let cell = cell(composition: composition)
    var random = SplitMix64(seed: seed)
    var placements: [Placement] = []
    func place(_ molecule: String, at site: [Double], _ origin: Int, _ choices: [Orientation]) {
      guard let template = molecules[molecule] else { return }
      let centre = cell.cartesian(Vector3(site)) + cell.shift(origins[origin])
      placements.append(Placement(template: template, centre: centre, choices: choices))
    }
    for group in ordered {
      for site in group.sites {
        for origin in origins.indices {
          place(group.molecule, at: site.fractional, origin, [site.orientation ?? .identity])
        }
      }
    }
    for group in disordered {
      var free = Array(0..<(group.fractional.count * origins.count))
      for occupant in group.occupants {
        let count = count(of: occupant, composition: composition, cells: origins.count)
        let taken = random.sample(count, of: free.count).map { free[$0] }
        for index in taken {
          let (site, origin) = index.quotientAndRemainder(dividingBy: origins.count)
          place(occupant.molecule, at: group.fractional[site], origin, occupant.orientations ?? [.identity])
        }
        let isTaken = Set(taken)
        free.removeAll { isTaken.contains($0) }
      }
    }
    let superCell = cell.supercell(supercell)
    try Placement.orient(&placements, in: superCell, random: &random)
    var structure = Structure(cell: superCell, elements: [], positions: [], moleculeOfAtom: [])
    for (number, placement) in placements.enumerated() {
      structure.elements += placement.template.elements
      structure.positions += placement.positions(placement.choices[0])
      structure.moleculeOfAtom += placement.template.elements.map { _ in number }
    }
    return BuiltStructure(structure: structure.wrappingMolecules(), composition: composition)
  }
}
