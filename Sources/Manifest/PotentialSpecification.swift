import Support
import Yams

/// The source of the forces: the manifest's `potential`.
package enum PotentialSpecification: Equatable, Sendable {
  case forceField(InputSource)
  /// The absolute path of a neuroevolution potential.
  case nep(path: String)

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
      case .nep(let path): .mapping([("nep", .text(path))], .flow)
      }
    })

  @Sendable private init(_ value: ManifestValue) throws {
    if case .mapping = value.node {
      let variant = try value.variant(known: ["nep"])
      let path = try variant.value.string(wanted: "the path of a NEP model")
      self = .nep(path: absolutePath(path, from: SourceFile.folder(of: value.file)))
    } else {
      self = .forceField(
        try value.inputSource("a built-in potential", known: BuiltIns.potentials, endings: [".json"]))
    }
  }
}
