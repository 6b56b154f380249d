extension Structure {
  /// Reads a LAMMPS data file in units of Å and amu (`real`, `metal`): the box, `Masses`, `Atom Type
  /// Labels` and `Atoms`; other sections are skipped. Atoms are sorted by atom id and unwrapped by their
  /// image flags. Molecule ids are kept unless an id is 0 or all atoms have the same one: such atoms are
  /// grouped by their bonds.
  ///
  /// - Throws: `StructureError.malformed` and what `assembling` throws.
  init(lammpsData text: StructureText, options: StructureFile.ReadOptions) throws {
    let sections = try LAMMPSSections(text: text)
    let box = try sections.box()
    let elementOfType = try sections.elements(given: options.lammpsElements)
    let atoms = try sections.atoms(style: options.lammpsStyle, elementOfType: elementOfType)
    let cell = box.cell
    let elements = atoms.map(\.element)
    let positions = atoms.map { $0.position - box.origin + cell.cartesian($0.image) }
    var molecules: [Int]?
    let labels = atoms.map(\.molecule)
    if let first = labels.first, labels.contains(where: { $0 != first }) {
      molecules = labels
      // Atoms without a molecule get ids that the file does not use.
      let loose = labels.indices.filter { labels[$0] == 0 }
      let groups = try Structure.assembling(
        cell: cell, elements: loose.map { elements[$0] }, positions: loose.map { positions[$0] })
      let largest = labels.max() ?? 0
      for (new, old) in groups.order.enumerated() {
        molecules?[loose[old]] = largest + 1 + groups.structure.moleculeOfAtom[new]
      }
    }
    self = try Structure.assembling(
      cell: cell, elements: elements, positions: positions, molecules: molecules
    ).structure
  }
}
