import Model

/// How forces are summed: the manifest's `forces`.
package struct ForceSpecification: Equatable, Sendable {
  /// Å.
  package var cutoff_A = 9.0
  /// Relative accuracy wanted of the Coulomb forces.
  package var coulombAccuracy = 1e-4
  package var precision = Precision.mixed

  static let keys = ["cutoff", "coulomb-accuracy", "precision"]

  init() {}

  init(_ value: ManifestValue) throws {
    let mapping = try value.mapping(known: Self.keys)
    if let cutoff = mapping["cutoff"] {
      cutoff_A = try cutoff.quantity(.length)
      // Beyond this the real-space sum is slower than any mesh, and its lists outgrow memory.
      guard cutoff_A <= 40 else { throw cutoff.error(wanted: "a length up to 40 Å") }
    }
    if let accuracy = mapping["coulomb-accuracy"] {
      coulombAccuracy = try accuracy.quantity(.number)
      guard (1e-10..<1).contains(coulombAccuracy) else {
        throw accuracy.error(wanted: "a relative accuracy from 1e-10 to below 1")
      }
    }
    if let precision = mapping["precision"] { self.precision = try precision.choice(Precision.self) }
  }
}
