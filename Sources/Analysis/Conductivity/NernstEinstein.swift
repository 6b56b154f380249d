/// Conductivity and diffusivity by σ = n (Z e)² D / (k_B T), with the formal charge and the density of the
/// mobile ions, which are assumed to move independently.
public struct NernstEinstein: Codable, Sendable, Equatable {
  /// Mobile ions in the cell.
  public var ionCount: Int
  /// Formal charge of one, e.
  public var formalCharge_e: Double
  /// Of the cell, Å³.
  public var volume_A3: Double

  /// e²/k_B in mS/cm · K · Å³ / (Å²/ps): 1e30 /m³ × e² (C²) × 1e-8 m²/s / k_B (J/K) × 10 mS/cm per S/m.
  private static let factor =
    1e30 * 1.602176634e-19 * 1.602176634e-19 * 1e-8 / 1.380649e-23 * 10

  /// - Throws: `AnalysisError.outOfRange` for a volume or a number of ions that is not above zero, or no
  ///   charge.
  public init(ionCount: Int, formalCharge_e: Double, volume_A3: Double) throws {
    guard ionCount > 0 else { throw AnalysisError.empty(what: "mobile ions") }
    guard volume_A3 > 0, volume_A3.isFinite else {
      throw AnalysisError.outOfRange(what: "volume, Å³", found: volume_A3, wanted: "above 0")
    }
    guard formalCharge_e != 0, formalCharge_e.isFinite else {
      throw AnalysisError.outOfRange(
        what: "formal charge of the mobile ion, e", found: formalCharge_e, wanted: "other than 0")
    }
    self.ionCount = ionCount
    self.formalCharge_e = formalCharge_e
    self.volume_A3 = volume_A3
  }

  private func ratio(_ temperature_K: Double) -> Double {
    NernstEinstein.factor * Double(ionCount) * formalCharge_e * formalCharge_e
      / (volume_A3 * temperature_K)
  }

  /// σ in mS/cm of a tracer diffusivity in Å²/ps at a temperature in K.
  public func conductivity_mS_per_cm(diffusivity_A2_per_ps: Double, temperature_K: Double) -> Double {
    diffusivity_A2_per_ps * ratio(temperature_K)
  }

  /// Å²/ps; 1 cm²/s is 10⁴ Å²/ps.
  public func diffusivity_A2_per_ps(conductivity_mS_per_cm: Double, temperature_K: Double) -> Double {
    conductivity_mS_per_cm / ratio(temperature_K)
  }

  /// 6 D t for the D that corresponds to this conductivity: the mean squared displacement at the end of a
  /// run, Å².
  public func meanSquare_A2(
    conductivity_mS_per_cm: Double, temperature_K: Double, duration_ps: Double
  ) -> Double {
    6 * duration_ps
      * diffusivity_A2_per_ps(
        conductivity_mS_per_cm: conductivity_mS_per_cm, temperature_K: temperature_K)
  }
}
