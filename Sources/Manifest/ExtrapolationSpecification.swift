import Support
import Units

/// What is done where atoms leave the training set of a model: the manifest's `record.extrapolation`.
package struct ExtrapolationSpecification: ManifestSection, Equatable {
  /// The frame is kept where the largest extrapolation grade is above this; nil keeps none.
  package var candidates: Double?
  /// The run ends where it is above this; nil never ends it.
  package var stop: Double?
  /// Frames that are kept.
  package var most = 200

  package init() {}

  static let schema = ManifestSchema<ExtrapolationSpecification>(
    .flow,
    [
      ManifestField(
        "candidates", \.candidates, .quantity(.number, .positive),
        "a frame whose largest extrapolation grade is above this is kept in the run's `candidates.extxyz`"),
      ManifestField(
        "stop", \.stop, .quantity(.number, .positive),
        "the run ends where the largest extrapolation grade is above this"),
      ManifestField("most", \.most, .integer(1...1_000_000), "frames that are kept in the file"),
    ])

  /// For messages.
  package var text: String {
    let parts = [
      candidates.map { "candidates: \(fourDigits($0))" }, stop.map { "stop: \(fourDigits($0))" },
    ]
    return "{\(parts.compactMap(\.self).joined(separator: ", "))}"
  }
}
