/// Builds a supercell of a built-in structure.
///
/// Molecules come in the order of the description's sites, ordered ones first, each site over all cells;
/// their centres lie in the new cell. Disordered sites are filled by drawing from all sites of the
/// supercell at once, so the composition is exact; the same seed gives the same structure everywhere.
///
/// - Throws: `StructureError.unknownBuiltIn`, `.notNeutral`.
public func buildStructure(named name: String, supercell: SupercellMatrix, seed: UInt64) throws -> Structure {
  try BuiltInStructure(named: name).build(supercell: supercell, seed: seed)
}

extension BuiltInStructure {
  /// The conventional cell.
  public var cell: Cell {
    let v = lattice_A.map { Vector3($0[0], $0[1], $0[2]) }
    return Cell(a: v[0], b: v[1], c: v[2])
  }

  /// - Throws: `StructureError.notNeutral`.
  public func build(supercell: SupercellMatrix, seed: UInt64) throws -> Structure {
    let cell = self.cell
    let origins = supercell.cellOrigins
    let counts = try disorderedCounts(cells: origins.count)
    var random = SplitMix64(seed: seed)
    var structure = Structure(
      cell: cell.supercell(supercell), elements: [], positions: [], moleculeOfAtom: [])
    for site in ordered {
      for origin in origins {
        let centre = cell.cartesian(vector(site.fractional)) + cell.shift(origin)
        append(site.molecule, at: centre, rotation: site.rotation.map(vector), to: &structure)
      }
    }
    for (sites, count) in zip(disordered, counts) {
      for index in random.sample(count, of: sites.fractional.count * origins.count) {
        let (site, origin) = index.quotientAndRemainder(dividingBy: origins.count)
        let centre = cell.cartesian(vector(sites.fractional[site])) + cell.shift(origins[origin])
        append(sites.molecule, at: centre, rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], to: &structure)
      }
    }
    return structure.wrappingMolecules()
  }

  /// How many of each group of disordered sites are filled: the nearest whole number to the occupancy, the
  /// last group's moved to the nearest neutral one.
  private func disorderedCounts(cells: Int) throws -> [Int] {
    let totals = disordered.map { $0.fractional.count * cells }
    var counts = zip(disordered, totals).map { sites, total in
      (2 * total * sites.occupancy[0] + sites.occupancy[1]) / (2 * sites.occupancy[1])
    }
    func charge(of molecule: String) -> Int { molecules[molecule]?.formalCharge ?? 0 }
    let orderedCharge = ordered.map { charge(of: $0.molecule) }.reduce(0, +) * cells
    let total = zip(disordered, counts).reduce(orderedCharge) { $0 + charge(of: $1.0.molecule) * $1.1 }
    if total == 0 { return counts }
    guard let last = disordered.indices.last else {
      throw StructureError.notNeutral(name: name, charge: total)
    }
    let each = charge(of: disordered[last].molecule)
    guard each != 0, total % each == 0 else { throw StructureError.notNeutral(name: name, charge: total) }
    counts[last] -= total / each
    guard (0...totals[last]).contains(counts[last]) else {
      throw StructureError.notNeutral(name: name, charge: total)
    }
    return counts
  }

  private func append(
    _ molecule: String, at centre: Vector3, rotation: [Vector3], to structure: inout Structure
  ) {
    guard let template = molecules[molecule] else { return }
    let number = structure.moleculeCount
    for (element, position) in zip(template.elements, template.positions_A.map(vector)) {
      structure.elements.append(element)
      structure.positions.append(
        centre + [dot(rotation[0], position), dot(rotation[1], position), dot(rotation[2], position)])
      structure.moleculeOfAtom.append(number)
    }
  }
}

private func vector(_ v: [Double]) -> Vector3 { [v[0], v[1], v[2]] }
