import ManifestFormat

extension ManifestKind where Value == Double {
  /// A time that is a whole number of timesteps, ps.
  static func wholeSteps(_ dynamics: DynamicsSpecification) -> Self {
    ManifestKind(
      describe(.time, nil), read: { try $0.wholeSteps(dynamics) }, write: { .quantity($0, .time) })
  }
}
