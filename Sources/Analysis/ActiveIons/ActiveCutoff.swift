/// The squared displacement at or above which an ion counts as active (Oh et al.).
public enum ActiveCutoff: Codable, Sendable, Equatable {
  /// Å², for runs of any length; meant for runs of the length that it was chosen for.
  case squaredDisplacement(A2: Double)
  /// 6 D t, where D corresponds to this conductivity at this temperature and t is the length of each run.
  case conductivity(mS_per_cm: Double, temperature_K: Double)

  /// Å², for a run of a given length.
  /// - Throws: `AnalysisError.outOfRange` for a cut-off, conductivity or temperature not above zero.
  public func value_A2(duration_ps: Double, ions: NernstEinstein) throws -> Double {
    func require(_ value: Double, _ what: String) throws {
      guard value > 0, value.isFinite else {
        throw AnalysisError.outOfRange(what: what, found: value, wanted: "above 0")
      }
    }
    switch self {
    case .squaredDisplacement(let cutoff):
      try require(cutoff, "cut-off of active ions, Å²")
      return cutoff
    case .conductivity(let target, let temperature):
      try require(target, "conductivity of the cut-off, mS/cm")
      try require(temperature, "temperature of the cut-off, K")
      return ions.meanSquare_A2(
        conductivity_mS_per_cm: target, temperature_K: temperature, duration_ps: duration_ps)
    }
  }
}
