/// A key of the manifest that selects sets or orders them along a trend.
enum ComparedKey: Equatable, Sendable {
  /// The composition, of which the cells have the nearest possible value.
  case composition
  /// The scale of the mass of one species; 1 where it is not given.
  case massScale(species: String)
  case other(String)

  private static let massScales = ["dynamics", "mass-scale"]

  /// - Parameter path: as written in target files, "dynamics.mass-scale.Na".
  init(_ path: String) {
    let parts = path.split(separator: ".").map(String.init)
    if parts == ["system", "composition"] {
      self = .composition
    } else if parts.count == 3, Array(parts.dropLast()) == Self.massScales {
      self = .massScale(species: parts[2])
    } else {
      self = .other(path)
    }
  }

  /// As written in target files.
  var path: String {
    switch self {
    case .composition: "system.composition"
    case .massScale(let species): (Self.massScales + [species]).joined(separator: ".")
    case .other(let path): path
    }
  }
}
