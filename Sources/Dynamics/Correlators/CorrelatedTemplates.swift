import Crystal
import Mathematics
import Model

/// The correlation functions of a system, by template.
struct CorrelatedTemplates {
  private(set) var templates: [CorrelatedTemplate] = []
  /// Those of positions and orientations, and those of velocities.
  private(set) var bodySeries: [CorrelatedSeries] = []
  private(set) var velocitySeries: [CorrelatedSeries] = []
  /// Molecules or atoms of each series in the whole system.
  private(set) var bodyMembers: [Int] = []
  private(set) var velocityMembers: [Int] = []
  /// amu, of all molecules of the reference.
  private(set) var referenceMass = 0.0

  init(_ system: CorrelatedSystem, plan: CorrelationPlan, topology: Topology, geometry: RecordGeometry) {
    var counts = [Int](repeating: 0, count: topology.templates.count)
    for template in topology.templateOfMolecule { counts[Int(template)] += 1 }
    for (index, template) in topology.templates.enumerated() {
      let elements = template.types.map { name in
        topology.typeNames.firstIndex(of: name).map { topology.elements[$0] } ?? ""
      }
      let kind = MoleculeKind(elements: elements)
      var entry = CorrelatedTemplate()
      if system.reference.contains(kind.name) {
        entry.referenceMass = geometry.mass[index]
        referenceMass += geometry.mass[index] * Double(counts[index])
      }
      if system.tracked.contains(kind.name) {
        let body = MoleculeBody(masses: geometry.masses[index], positions: geometry.references[index])
        entry.isLinear = body.rotations == 2
        if plan.bodyInterval > 0 {
          addBody(
            &entry, kind, elements, geometry.references[index], molecules: counts[index],
            cellChanges: plan.cellChanges)
        }
        if plan.velocityInterval > 0 {
          addVelocities(&entry, kind, elements, geometry.references[index], molecules: counts[index])
        }
      }
      templates.append(entry)
    }
  }

  mutating func layOut(bodyPlaces: Int, velocityPlaces: Int) {
    for index in templates.indices {
      templates[index].layOut(bodyPlaces: bodyPlaces, velocityPlaces: velocityPlaces)
    }
  }

  private mutating func addBody(
    _ entry: inout CorrelatedTemplate, _ kind: MoleculeKind, _ elements: [String], _ reference: [Vector3],
    molecules: Int, cellChanges: Bool
  ) {
    func series(_ quantity: String, _ unit: String, rows: Int = 1) -> CorrelatedSeries {
      CorrelatedSeries(quantity: quantity, species: kind.name, unit: unit, rows: rows)
    }
    let (second, fourth) =
      cellChanges ? (FractionalMoments.secondCount, FractionalMoments.fourthCount) : (1, 1)
    entry.displacement = Self.add(
      series("displacement-2", "Å²", rows: second), molecules, &bodySeries, &bodyMembers)
    _ = Self.add(series("displacement-4", "Å⁴", rows: fourth), molecules, &bodySeries, &bodyMembers)
    guard elements.count > 1 else { return }
    entry.bodyVectors = bodyVectors(elements: elements, geometry: reference)
    guard !entry.bodyVectors.isEmpty else { return }
    entry.rotation = Self.add(series("rotation-1", "1"), molecules, &bodySeries, &bodyMembers)
    _ = Self.add(series("rotation-2", "1"), molecules, &bodySeries, &bodyMembers)
  }

  /// The rows before those of a series.
  static func firstRow(of index: Int, in list: [CorrelatedSeries]) -> Int {
    list[..<index].reduce(0) { $0 + $1.rows }
  }

  private mutating func addVelocities(
    _ entry: inout CorrelatedTemplate, _ kind: MoleculeKind, _ elements: [String], _ reference: [Vector3],
    molecules: Int
  ) {
    func group(_ quantity: String, _ species: String, _ unit: String, atoms: [Int] = [])
      -> CorrelatedTemplate.Group
    {
      let members = molecules * max(1, atoms.count)
      let series = Self.add(
        CorrelatedSeries(quantity: quantity, species: species, unit: unit), members, &velocitySeries,
        &velocityMembers)
      let count = (3 * max(1, atoms.count) + 7) / 8 * 8
      defer { entry.velocityWidth += count }
      return CorrelatedTemplate.Group(series: series, first: entry.velocityWidth, count: count, atoms: atoms)
    }
    entry.groups.append(group("velocity", kind.name, "Å²/ps²"))
    guard elements.count > 1 else { return }
    entry.groups.append(group("angular-velocity", kind.name, "1/ps²"))
    entry.hasSpin = true
    for element in Set(elements).sorted() {
      let atoms = elements.indices.filter { elements[$0] == element }
      entry.groups.append(group("atom-velocity", "\(kind.name):\(element)", "Å²/ps²", atoms: atoms))
    }
    let outer = outerAtoms(reference)
    for element in Set(outer.map { elements[$0] }).sorted() {
      let atoms = outer.filter { elements[$0] == element }
      entry.groups.append(group("atom-angular-velocity", "\(kind.name):\(element)", "1/ps²", atoms: atoms))
      entry.atomSpins += 1
    }
  }

  /// - Returns: the first row of the series, which templates of the same kind share.
  private static func add(
    _ series: CorrelatedSeries, _ members: Int, _ list: inout [CorrelatedSeries], _ counts: inout [Int]
  ) -> Int {
    let index: Int
    if let known = list.firstIndex(of: series) {
      index = known
    } else {
      index = list.count
      list.append(series)
      counts.append(0)
    }
    counts[index] += members
    return firstRow(of: index, in: list)
  }
}
