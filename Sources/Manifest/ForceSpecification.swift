import Model

/// How the forces are summed: the manifest's `forces`.
package struct ForceSpecification: ManifestSection, Equatable {
  /// Å.
  package var cutoff_A = 9.0
  /// Relative accuracy of the Coulomb forces.
  package var coulombAccuracy = 1e-4
  package var precision = Precision.mixed

  static let schema = ManifestSchema<ForceSpecification>(
    .flow,
    [
      ManifestField(
        "cutoff", \.cutoff_A,
        // Beyond this the real-space sum is slower than any mesh, and its lists outgrow memory.
        .quantity(.length, .positive, ManifestLimit("a length up to 40 Å") { $0 <= 40 }),
        "cutoff of the short-range forces and of the real-space Coulomb sum; it may exceed half the cell. "
          + "Not used with NEP, nor is the next"),
      ManifestField(
        "coulomb-accuracy", \.coulombAccuracy,
        .quantity(
          .number, .positive,
          ManifestLimit("a relative accuracy from 1e-10 to below 1") { (1e-10..<1).contains($0) }),
        "r.m.s. error of the Coulomb forces, relative to the force of two unit charges 1 Å apart"),
      ManifestField(
        "precision", \.precision, .choice,
        "`mixed`: pair forces and mesh in single precision; positions, integration and sums in double. `double`: "
          + "everything in double precision, about eight times slower"),
    ])

  package init() {}
}
