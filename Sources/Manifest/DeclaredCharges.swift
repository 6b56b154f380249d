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

  /// Charges of ions by the oxidation states in the file of the structure, by formula, e; none for a structure that is
  /// built in.
  /// - Throws: ``InputError`` and `StructureError` for a file that can't be read.
  func structureCharges() throws -> [String: Double] {
    guard let system = simulated?.system, case .file(let file) = system.structure else { return [:] }
    let structure = try Structure.separating(mobile: analysis.mobile, structure: { $0 }) { single in
      let rules = try system.declared.rules(single: single)
      return try StructureFile.read(path: file.path, options: StructureFile.ReadOptions(rules: rules))
        .realise()
    }
    return structure.ions.charges.mapValues(Double.init)
  }
}
