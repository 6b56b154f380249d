import Mechanism
import Units

/// A number of the results that targets may name.
enum ComparedQuantity: Equatable, Sendable {
  /// Of one temperature.
  case diffusivity, conductivity, activeFraction
  /// Of a set of temperatures.
  case activationEnergy
  /// A number of the catalogue.
  case observable(String)

  private static let ofTransport: [ComparedQuantity] = [
    .diffusivity, .conductivity, .activeFraction, .activationEnergy,
  ]

  static let names = ofTransport.map(\.name) + ObservableCatalogue.values.map(\.name)

  /// - Parameter name: as written in target files.
  init?(name: String) {
    if let known = Self.ofTransport.first(where: { $0.name == name }) {
      self = known
    } else if ObservableCatalogue.value(name) != nil {
      self = .observable(name)
    } else {
      return nil
    }
  }

  /// As written in target files.
  var name: String {
    switch self {
    case .diffusivity: "diffusivity"
    case .conductivity: "conductivity"
    case .activeFraction: "active-fraction"
    case .activationEnergy: "activation-energy"
    case .observable(let name): name
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
  var isOfSet: Bool {
    switch self {
    case .activationEnergy: true
    case .observable(let name): ObservableCatalogue.value(name)?.isOfSet ?? false
    case .diffusivity, .conductivity, .activeFraction: false
    }
  }

  /// The relaxation time of a correlation function, which has a lower bound where the runs are too short for it.
  var isCorrelationTime: Bool {
    guard case .observable(let name) = self else { return false }
    return ObservableCatalogue.value(name)?.isCorrelationTime ?? false
  }

  /// Spans orders of magnitude: trends are slopes of the logarithm.
  var isLogarithmic: Bool {
    switch dimension.name {
    case PhysicalDimension.diffusivity.name, PhysicalDimension.conductivity.name, PhysicalDimension.time.name,
      PhysicalDimension.rate.name:
      true
    default: false
    }
  }
}
