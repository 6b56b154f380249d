import Analysis

/// Everything that pooling the runs of a temperature needs beside them.
package struct PoolingParameters: Codable, Sendable, Equatable {
  /// Formal charge of one mobile ion, e.
  package var formalCharge_e: Double
  /// nil to leave active ions out.
  package var activeCutoff: ActiveCutoff?
  package var diffusivity: DiffusivityParameters

  package init(
    formalCharge_e: Double, activeCutoff: ActiveCutoff? = nil,
    diffusivity: DiffusivityParameters = DiffusivityParameters()
  ) {
    self.formalCharge_e = formalCharge_e
    self.activeCutoff = activeCutoff
    self.diffusivity = diffusivity
  }
}

/// What the runs of one temperature say together, and what a fit over temperatures needs of it.
package struct PooledTemperature: Codable, Sendable, Equatable {
  package var summary: TemperatureSummary
  package var curves: TemperatureCurves
  package var estimate: DiffusivityEstimate
  /// Density and charge, for conductivities.
  package var ions: NernstEinstein
}
