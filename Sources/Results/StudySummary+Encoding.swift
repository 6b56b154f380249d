/// Values that can't be had are written as null, where the derived encoding would leave the key out: a script
/// must be able to tell "none" from "not asked".
extension SetSummary {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(point, forKey: .point)
    try container.encode(composition, forKey: .composition)
    try container.encode(temperatures, forKey: .temperatures)
    try container.encode(activationEnergy_eV, forKey: .activationEnergy_eV)
    try container.encode(activationEnergyError_eV, forKey: .activationEnergyError_eV)
    try container.encode(prefactor_A2_per_ps, forKey: .prefactor_A2_per_ps)
    try container.encode(arrheniusCovariance, forKey: .arrheniusCovariance)
    try container.encode(degreesOfFreedom, forKey: .degreesOfFreedom)
    try container.encode(extrapolated, forKey: .extrapolated)
    try container.encode(observables, forKey: .observables)
    try container.encode(notes, forKey: .notes)
  }
}

extension TemperatureSummary {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(temperature_K, forKey: .temperature_K)
    try container.encode(diffusivity_A2_per_ps, forKey: .diffusivity_A2_per_ps)
    try container.encode(diffusivityError, forKey: .diffusivityError)
    try container.encode(diffusivityDegreesOfFreedom, forKey: .diffusivityDegreesOfFreedom)
    try container.encode(diffused, forKey: .diffused)
    try container.encode(upperBound_A2_per_ps, forKey: .upperBound_A2_per_ps)
    try container.encode(hops, forKey: .hops)
    try container.encode(activeFraction, forKey: .activeFraction)
    try container.encode(activeFractionMax, forKey: .activeFractionMax)
    try container.encode(activeFractionError, forKey: .activeFractionError)
    try container.encode(activeFractionHomogeneous, forKey: .activeFractionHomogeneous)
    try container.encode(conductivity_mS_per_cm, forKey: .conductivity_mS_per_cm)
    try container.encode(conductivityError, forKey: .conductivityError)
    try container.encode(conductivityUpperBound_mS_per_cm, forKey: .conductivityUpperBound_mS_per_cm)
    try container.encode(replicas, forKey: .replicas)
    try container.encode(sampled_ps, forKey: .sampled_ps)
    try container.encode(mobileIons, forKey: .mobileIons)
    try container.encode(observables, forKey: .observables)
    try container.encode(notes, forKey: .notes)
  }
}
