import Mechanism

/// The vacancy model fitted to the compositions with few vacancies of a study, and the deviations of the
/// others (Tsai et al. 2023, Fig. 1C).
package struct VacancyComparison: Codable, Sendable, Equatable {
  /// A composition's conductivity over that of the model at one temperature.
  package struct Excess: Codable, Sendable, Equatable {
    package var composition: Double
    package var temperature_K: Double
    package var ratio: Double

    enum CodingKeys: String, CodingKey { case composition, temperature_K, ratio }
  }

  package var activationEnergy_eV: Double
  /// A, of σ in mS/cm, T in K, volumes in Å³.
  package var logPrefactor: Double
  /// Compositions that it was fitted to.
  package var fitted: [Double]
  package var excess: [Excess]

  enum CodingKeys: String, CodingKey {
    case fitted, excess
    case activationEnergy_eV = "activation_energy_eV"
    case logPrefactor = "log_prefactor"
  }

  /// Fits compositions with x up to `fitTo`, and compares all that have a conductivity.
  /// - Parameter volumes_A3: of the cell, for each set and temperature.
  /// - Returns: nil without two compositions above 0, one of them beyond the fit, or fewer than two temperatures.
  /// - Throws: `AnalysisError` for a composition of 3 or more.
  package init?(_ sets: [SetSummary], volumes_A3: [[Double]], fitTo: Double = 0.5) throws {
    var points: [VacancyModel.Point] = []
    for (set, volumes) in zip(sets, volumes_A3) {
      guard let x = set.composition, x > 0 else { continue }
      for (t, volume) in zip(set.temperatures, volumes) {
        guard let sigma = t.conductivity_mS_per_cm, sigma > 0, t.mobileIons > 0 else { continue }
        // 3 − x mobile ions in a formula unit.
        let unit = volume * (3 - x) / Double(t.mobileIons)
        points.append(
          VacancyModel.Point(
            x: x, temperature_K: t.temperature_K, conductivity_mS_per_cm: sigma, volume_A3: unit))
      }
    }
    let low = points.filter { $0.x <= fitTo }
    guard points.contains(where: { $0.x > fitTo }), Set(low.map(\.temperature_K)).count >= 2 else {
      return nil
    }
    let model = try VacancyModel(low)
    activationEnergy_eV = model.activationEnergy_eV
    logPrefactor = model.logPrefactor
    fitted = Set(low.map(\.x)).sorted()
    excess = points.map {
      Excess(composition: $0.x, temperature_K: $0.temperature_K, ratio: model.excess($0))
    }
  }
}
