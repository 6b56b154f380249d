/// Everything that pooling the runs of a temperature needs beside them.
public struct PoolingParameters: Codable, Sendable, Equatable {
  /// Formal charge of one mobile ion, e.
  public var formalCharge_e: Double
  /// nil to leave active ions out.
  public var activeCutoff: ActiveCutoff?
  public var diffusivity: DiffusivityParameters

  public init(
    formalCharge_e: Double, activeCutoff: ActiveCutoff? = nil,
    diffusivity: DiffusivityParameters = DiffusivityParameters()
  ) {
    self.formalCharge_e = formalCharge_e
    self.activeCutoff = activeCutoff
    self.diffusivity = diffusivity
  }
}

/// What the runs of one temperature say together, and what a fit over temperatures needs of it.
public struct PooledTemperature: Codable, Sendable, Equatable {
  public var summary: TemperatureSummary
  public var curves: TemperatureCurves
  public var estimate: DiffusivityEstimate
  /// Density and charge, for conductivities.
  public var ions: NernstEinstein
}
