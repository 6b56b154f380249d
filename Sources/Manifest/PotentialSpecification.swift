import Support
import Yams

/// The source of the forces: the manifest's `potential`.
package enum PotentialSpecification: Equatable, Sendable {
  case forceField(InputSource)
  /// A neuroevolution potential.
  case nep(InputFile)

  static let kind = ManifestKind<PotentialSpecification>(
    "`paddlewheel-ff`, the path of a parameter file `.json`, or a mapping",
    children: [
      ManifestKey(
        "nep", "a machine-learned [neuroevolution potential](nep.md)", values: "path of a model file",
        default: "none")
    ],
    read: PotentialSpecification.init,
    write: {
      switch $0 {
      case .forceField(let source): .text(source.text)
      case .nep(let file): .mapping([("nep", .text(file.name))], .flow)
      }
    })

  @Sendable private init(_ value: ManifestValue) throws {
    if value.hasOnlyNone {
      self = .forceField(.builtIn("paddlewheel-ff"))
    } else if case .mapping = value.node {
      let variant = try value.variant(known: ["nep"])
      self = .nep(InputFile(try variant.value.string(wanted: "the path of a NEP model"), at: value))
    } else {
      self = .forceField(
        try value.inputSource("a built-in potential", known: BuiltIns.potentials, endings: [".json"]))
    }
  }
}
