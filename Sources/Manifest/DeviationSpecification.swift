import Units

/// What is done where the models of a committee disagree: the manifest's `record.deviations`.
package struct DeviationSpecification: ManifestSection, Equatable {
  /// The frame is kept where the largest deviation is above this, eV/Å; nil keeps none.
  package var candidates_eV_per_A: Double?
  /// The run ends where it is above this, eV/Å; nil never ends it.
  package var stop_eV_per_A: Double?
  /// Frames that are kept.
  package var most = 200

  package init() {}

  static let schema = ManifestSchema<DeviationSpecification>(
    .flow,
    [
      ManifestField(
        "candidates", \.candidates_eV_per_A, .quantity(.force),
        "a frame whose largest deviation is above this is kept in the run's `candidates.extxyz`"),
      ManifestField(
        "stop", \.stop_eV_per_A, .quantity(.force), "the run ends where the largest deviation is above this"),
      ManifestField("most", \.most, .integer(1...1_000_000), "frames that are kept in the file"),
    ])

  /// For messages.
  package var text: String {
    let force: (Double) -> String = { Quantity.print($0, as: .force) }
    let parts = [
      candidates_eV_per_A.map { "candidates: \(force($0))" }, stop_eV_per_A.map { "stop: \(force($0))" },
    ]
    return "{\(parts.compactMap(\.self).joined(separator: ", "))}"
  }
}
