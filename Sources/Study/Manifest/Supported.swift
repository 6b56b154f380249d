/// What the manifest can say and the engine can't do yet.
enum Supported {
  /// - Throws: ``InputError`` for the first feature of `manifest` that this version does not have.
  static func check(_ manifest: Manifest, in document: ManifestDocument) throws {
    func refuse(_ isUsed: Bool, _ key: String, _ what: String) throws {
      if isUsed {
        throw InputError(
          place: document.place(of: key), key: key, message: "\(what) is not supported by this version")
      }
    }
    let dynamics = manifest.dynamics
    try refuse(manifest.system.composition != nil, "system.composition", "a composition")
    try refuse(
      dynamics.ensemble == .npt, "dynamics.ensemble", "the ensemble npt, with barostat and pressure,")
    try refuse(dynamics.outerTimestep_ps != nil, "dynamics.multiple-timestep", "a multiple timestep")
    try refuse(dynamics.freeze != nil, "dynamics.freeze", "freezing anions")
    if case .nep = manifest.potential { try refuse(true, "potential.nep", "a NEP potential") }
    if case .file(let path) = manifest.system.structure, !path.lowercased().hasSuffix(".extxyz") {
      try refuse(true, "system.structure", "a structure in another format than .extxyz")
    }
  }
}
