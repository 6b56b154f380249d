extension ErrorGroup.Members: Codable {
  private enum Kind: String, Codable {
    case all, element, ion
    case singleIons = "single_ions"
    case molecularIons = "ions_of_several_atoms"
  }

  private enum CodingKeys: String, CodingKey { case kind, name }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(Kind.self, forKey: .kind) {
    case .all: self = .all
    case .singleIons: self = .singleIons
    case .molecularIons: self = .molecularIons
    case .element: self = .element(try container.decode(String.self, forKey: .name))
    case .ion: self = .ion(try container.decode(String.self, forKey: .name))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let (kind, name): (Kind, String?) =
      switch self {
      case .all: (.all, nil)
      case .singleIons: (.singleIons, nil)
      case .molecularIons: (.molecularIons, nil)
      case .element(let symbol): (.element, symbol)
      case .ion(let formula): (.ion, formula)
      }
    try container.encode(kind, forKey: .kind)
    try container.encodeIfPresent(name, forKey: .name)
  }
}
