import Mechanism
import Units

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

  var dimension: PhysicalDimension {
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
    case PhysicalDimension.diffusivity.name, PhysicalDimension.conductivity.name, PhysicalDimension.time.name,
      PhysicalDimension.rate.name:
      true
    default: false
    }
  }
}
