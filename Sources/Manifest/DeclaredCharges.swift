import Crystal

extension Manifest {
  /// Charges of ions that the manifest declares beside the analysis, by formula, e.
  package var declaredCharges: [String: Double] {
    let declared: IonDeclarations? =
      switch source {
      case .simulated(let simulation): simulation.system.declared
      case .imported(let imported): imported.declared
      }
    return (declared?.ions ?? [:]).compactMapValues { $0.map(Double.init) }
  }

  /// Charges of ions by the oxidation states in the file of the structure, by formula, e. Where the file can't be read any
  /// more, there are none, and what the table of usual charges says instead is told as such.
  package var structureCharges: [String: Double] {
    guard let system = simulated?.system, case .file(let file) = system.structure,
      let rules = try? system.declared.rules(),
      let structure = try? StructureFile.read(
        path: file.path, options: StructureFile.ReadOptions(rules: rules)
      ).realise()
    else { return [:] }
    return structure.ions.charges.mapValues(Double.init)
  }
}
