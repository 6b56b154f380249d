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
    if case .nep = manifest.potential { try refuse(true, "potential.nep", "a NEP potential") }
  }
}
