/// A result that is left out because it is too large or too small for a number.
public enum OverflowedResult: String, Codable, Hashable, Sendable {
  case conductivity, prefactor
  case activationEnergy = "activation_energy"
  /// Any other value, of which the warning is.
  case observable
  /// The error of the value that the warning is of.
  case error
}
