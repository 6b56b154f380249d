extension Structure {
  /// The elements of `names` that no molecule consists of alone: hydrogen in OH and H3O, for instance. All hydrogen counts
  /// where a part of it is bound, since a proton changes its partners.
  public func boundElements(of names: [String]) -> [String] {
    let kinds = moleculeKinds
    return names.filter { name in
      guard elements.contains(name) else { return false }
      let isBound = kinds.contains { !$0.isAtom && $0.composition[name] != nil }
      return isBound && (name == "H" || !kinds.contains { $0.name == name })
    }
  }

  /// What `assemble` finds, with the elements among the mobile ions that are bound in molecules as ions by themselves.
  /// - Parameters:
  ///   - mobile: names of the ions that diffuse.
  ///   - assemble: finds the ions, those of the given elements by themselves.
  public static func separating<Found>(
    mobile: [String], structure: (Found) -> Structure, _ assemble: ([String]) throws -> Found
  ) throws -> Found {
    let found = try assemble([])
    let bound = structure(found).boundElements(of: mobile)
    return bound.isEmpty ? found : try assemble(bound)
  }
}
