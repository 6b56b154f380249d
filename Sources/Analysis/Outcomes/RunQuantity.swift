/// A quantity that is constant but for fluctuations while an equilibrium run is sampled.
public enum RunQuantity: String, Codable, Hashable, Sendable, CaseIterable {
  case potentialEnergy_eV = "potential_energy_eV"
  case volume_A3 = "volume_A3"
  case diffusivity_A2_per_ps = "diffusivity_A2_per_ps"
  case a_A
  case b_A
  case c_A
  case alpha_degrees
  case beta_degrees
  case gamma_degrees

  /// For users, with the unit.
  var name: (name: String, unit: String) {
    switch self {
    case .potentialEnergy_eV: ("the potential energy", "eV")
    case .volume_A3: ("the volume of the cell", "Å³")
    case .diffusivity_A2_per_ps: ("D", "Å²/ps")
    case .a_A: ("the cell's a", "Å")
    case .b_A: ("the cell's b", "Å")
    case .c_A: ("the cell's c", "Å")
    case .alpha_degrees: ("the cell's α", "°")
    case .beta_degrees: ("the cell's β", "°")
    case .gamma_degrees: ("the cell's γ", "°")
    }
  }
}
