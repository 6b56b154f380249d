extension Manifest {
  /// Charges of ions that the manifest declares beside the analysis, by formula, e.
  package var declaredCharges: [String: Double] { [:] }

  /// Charges of ions by the oxidation states in the file of the structure, by formula, e.
  package var structureCharges: [String: Double] { [:] }
}
