import ManifestFormat
import Model
import Support
import Yams

/// The potential that drives the short steps of a multiple timestep, in place of the one that is sampled.
package enum ReferencePotential: Equatable, Sendable {
  case forceField(InputSource)
  case nep(InputFile)

  package static let kind = ManifestKind<ReferencePotential>(
    "`\(ForceFieldFile.builtInName)`, or the path of a parameter file `.json` or of a NEP model",
    read: { value in
      let text = try value.string(wanted: "\(ForceFieldFile.builtInName), or the path of a potential")
      if BuiltIns.potentials.contains(text) || text.hasSuffix(".json") {
        return .forceField(
          try value.inputSource("a built-in potential", known: BuiltIns.potentials, endings: [".json"]))
      }
      return .nep(InputFile(text, at: value))
    },
    write: { .text($0.text) })

  /// The name, as the manifest writes it.
  package var text: String {
    switch self {
    case .forceField(let source): source.text
    case .nep(let file): file.name
    }
  }

  /// Its file; nil for a built-in one.
  package var file: InputFile? {
    get {
      switch self {
      case .forceField(.file(let file)), .nep(let file): file
      case .forceField(.builtIn): nil
      }
    }
    set {
      guard let newValue else { return }
      switch self {
      case .forceField(.file): self = .forceField(.file(newValue))
      case .nep: self = .nep(newValue)
      case .forceField(.builtIn): break
      }
    }
  }
}
