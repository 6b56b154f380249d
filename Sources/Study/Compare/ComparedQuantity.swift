import Analysis

/// A number of the results that targets may name.
enum ComparedQuantity: Equatable {
  /// Of one temperature.
  case diffusivity, conductivity, activeFraction
  /// Of a set of temperatures.
  case activationEnergy
  /// A number of the catalogue.
  case observable(String)

  static let names =
    ["diffusivity", "conductivity", "active-fraction", "activation-energy"]
    + ObservableCatalogue.values.map(\.name)

  init?(name: String) {
    switch name {
    case "diffusivity": self = .diffusivity
    case "conductivity": self = .conductivity
    case "active-fraction": self = .activeFraction
    case "activation-energy": self = .activationEnergy
    default:
      guard ObservableCatalogue.value(name) != nil else { return nil }
      self = .observable(name)
    }
  }

  var dimension: Dimension {
    switch self {
    case .diffusivity: .diffusivity
    case .conductivity: .conductivity
    case .activeFraction: .number
    case .activationEnergy: .energy
    case .observable(let name):
      switch ObservableCatalogue.value(name)?.unit {
      case "eV": .energy
      case "Å": .length
      case "ps": .time
      case "1/ps": .rate
      case "Å²/ps": .diffusivity
      case "k_B": .entropy
      default: .number
      }
    }
  }

  /// Of a set, not of one of its temperatures.
  var isOfSet: Bool { self == .activationEnergy || self == .observable("rotation-activation-energy") }
  /// Spans orders of magnitude: trends are those of the logarithm.
  var isLogarithmic: Bool {
    switch dimension.name {
    case Dimension.diffusivity.name, Dimension.conductivity.name, Dimension.time.name, Dimension.rate.name:
      true
    default: false
    }
  }
}

extension Dimension {
  /// Å²/ps.
  static let diffusivity = Dimension(
    name: "a diffusivity",
    units: [
      Unit(names: ["Å^2/ps", "Å²/ps", "A^2/ps"]), Unit(names: ["cm^2/s", "cm²/s"], multiplier: 1e4),
      Unit(names: ["m^2/s", "m²/s"], multiplier: 1e8),
    ], example: "2e-5 cm^2/s", printed: ["cm^2/s"])

  /// eV.
  static let energy = Dimension(
    name: "an energy", units: [Unit(names: ["eV"]), Unit(names: ["meV"], divisor: 1000)], example: "136 meV",
    printed: ["meV", "eV"])

  /// k_B.
  static let entropy = Dimension(
    name: "an entropy", units: [Unit(names: ["k_B", "kB"])], example: "3.0 k_B", printed: ["k_B"])
}
