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
}
