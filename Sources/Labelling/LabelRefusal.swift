import Support

/// Why a frame gets no label.
package enum LabelRefusal: Codable, Equatable, Sendable {
  package enum Quantity: Codable, Equatable, Sendable {
    case energy, forces, stress
    /// On the atom of this index, from 0.
    case force(atom: Int)
  }

  /// The self-consistent field has not converged.
  case notConverged(Evidence)
  /// NaN or infinity.
  case notFinite(Quantity)
  /// The output is complete and lacks it.
  case missing(Quantity)
  case largestForce(force_eV_A: Double, atom: Int, limit_eV_A: Double)
  /// The length of the sum of all forces over the number of atoms.
  case netForce(force_eV_A: Double, limit_eV_A: Double)
  case atomCount(found: Int, wanted: Int)
  case element(atom: Int, found: String, wanted: String)
  /// The output is of other positions.
  case position(atom: Int, distance_A: Double)
  /// The output is of another cell.
  case cell
  /// The output has the forces of more than one configuration.
  case configurations(Int)
  /// The potential does not know an element or an ion of the frame, or its atoms are too near one another.
  case potential(String)
  /// An engine has sent what is no number.
  case engine(String)

  /// What says that a field has not converged.
  package enum Evidence: Codable, Equatable, Sendable {
    /// NELM steps: VASP stops there without a word.
    case stepLimit(Int)
    /// A line of the output.
    case line(String)
    /// The program always says it where it has.
    case silence
  }
}

extension LabelRefusal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notConverged(.stepLimit(let steps)):
      "the self-consistent field took all NELM = \(steps) steps, and so has not converged"
    case .notConverged(.line(let line)): "the self-consistent field has not converged: '\(line)'"
    case .notConverged(.silence): "the output does not say that the self-consistent field has converged"
    case .notFinite(let quantity): "\(quantity.text) is NaN or infinity"
    case .missing(let quantity): "the output has no \(quantity.text)"
    case .largestForce(let force, let atom, let limit):
      "the force on atom \(atom) is \(fourDigits(force)) eV/Å, above \(fourDigits(limit)) (--largest-force)"
    case .netForce(let force, let limit):
      "the forces do not add up to zero: \(fourDigits(force)) eV/Å an atom, above \(fourDigits(limit)) (--net-force)"
    case .atomCount(let found, let wanted): "the output has \(found) atoms, the frame \(wanted)"
    case .element(let atom, let found, let wanted):
      "atom \(atom) is \(found) in the output, \(wanted) in the frame"
    case .position(let atom, let distance):
      "atom \(atom) is \(fourDigits(distance)) Å from its place in the output: that of another frame?"
    case .cell: "the output has another cell: that of another frame?"
    case .configurations(let count):
      "the output has the forces of \(count) configurations, wanted those of one"
    case .potential(let message), .engine(let message): message
    }
  }
}

extension LabelRefusal.Quantity {
  fileprivate var text: String {
    switch self {
    case .energy: "energy"
    case .forces: "forces"
    case .stress: "stress"
    case .force(let atom): "force on atom \(atom)"
    }
  }
}
