import Units

/// What is compared, and of what.
package struct ErrorGroup: Hashable, Sendable, Comparable {
  package enum Quantity: String, Codable, Sendable, CaseIterable {
    /// Of a frame, per atom.
    case energy
    /// The same, less the mean of its system.
    case relativeEnergy = "energy_without_offset"
    /// On an atom.
    case force
    /// On a whole ion of several atoms.
    case netForce = "net_force"
    /// On such an ion about its centre of mass.
    case torque
    /// Six components.
    case stress
    case pressure
    /// The stress of the centres of mass of the ions: without the forces inside of them.
    case ionStress = "ion_stress"
    case ionPressure = "ion_pressure"

    /// In which results are given, and what a value in eV and Å is multiplied with.
    package var unit: (name: String, factor: Double) {
      switch self {
      case .energy, .relativeEnergy: ("meV/atom", 1000)
      case .force, .netForce: ("eV/Å", 1)
      case .torque: ("eV", 1)
      case .stress, .pressure, .ionStress, .ionPressure: ("GPa", Constants.gigapascal)
      }
    }
  }

  package enum Members: Hashable, Sendable {
    case all
    case element(String)
    /// Ions of one atom.
    case singleIons
    /// Ions of several atoms.
    case molecularIons
    /// Ions of a formula.
    case ion(String)

    /// For tables.
    package var text: String {
      switch self {
      case .all: "all"
      case .element(let symbol): "element \(symbol)"
      case .singleIons: "single ions"
      case .molecularIons: "ions of several atoms"
      case .ion(let formula): "ion \(formula)"
      }
    }

    fileprivate var rank: (Int, String) {
      switch self {
      case .all: (0, "")
      case .element(let symbol): (1, symbol)
      case .singleIons: (2, "")
      case .molecularIons: (3, "")
      case .ion(let formula): (4, formula)
      }
    }
  }

  package var quantity: Quantity
  package var members: Members

  package init(_ quantity: Quantity, _ members: Members = .all) {
    self.quantity = quantity
    self.members = members
  }

  package static func < (left: Self, right: Self) -> Bool {
    let order = Quantity.allCases
    let (a, b) = (order.firstIndex(of: left.quantity) ?? 0, order.firstIndex(of: right.quantity) ?? 0)
    return a != b ? a < b : left.members.rank < right.members.rank
  }
}
