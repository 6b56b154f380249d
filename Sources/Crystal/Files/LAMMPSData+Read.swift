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
    let charges = atoms.compactMap(\.charge_e)
    let positions = atoms.map { $0.position - box.origin + cell.cartesian($0.image) }
    self = try Structure.assembling(
      cell: cell, elements: elements, positions: positions,
      molecules: MoleculeLabels.told(atoms.map(\.molecule), zeroIsNone: true),
      charges_e: charges.count == atoms.count ? charges : nil, rules: options.rules
    ).structure
  }
}

extension StructureFile {
  /// The elements of a LAMMPS data file's atoms, by rising id.
  ///
  /// - Throws: `StructureError`.
  package static func elementsOfLAMMPSData(
    path: String, options: ReadOptions = ReadOptions()
  ) throws -> [String] {
    let sections = try LAMMPSSections(text: StructureText(path: path))
    let elements = try sections.elements(given: options.lammpsElements)
    return try sections.atoms(style: options.lammpsStyle, elementOfType: elements).map(\.element)
  }
}
