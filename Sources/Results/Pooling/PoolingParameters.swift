import Analysis

/// The parameters of pooling the runs of a temperature.
package struct PoolingParameters: Codable, Sendable, Equatable {
  /// Formal charge of one mobile ion, e; nil where it is not known: there is no conductivity then.
  package var formalCharge_e: Double?
  /// nil to leave active ions out.
  package var activeCutoff: ActiveCutoff?
  package var diffusivity = DiffusivityParameters()
  /// Whether D is also given by direction.
  package var directions = false

  /// - Parameters: as the properties.
  package init(
    formalCharge_e: Double?, activeCutoff: ActiveCutoff? = nil,
    diffusivity: DiffusivityParameters = DiffusivityParameters()
  ) {
    self.formalCharge_e = formalCharge_e
    self.activeCutoff = activeCutoff
    self.diffusivity = diffusivity
  }
}

/// The pooled runs of one temperature, with what a fit over temperatures needs.
package struct PooledTemperature: Codable, Sendable, Equatable {
  package var summary: TemperatureSummary
  package var curves: TemperatureCurves
  package var estimate: DiffusivityEstimate
  /// Of the cell, Å³.
  package var volume_A3: Double
  /// Density and charge, for conductivities; nil where the charge is not known.
  package var ions: NernstEinstein?
}
