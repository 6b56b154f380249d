/// Choices in the fit of a diffusivity; every one has a default that the documentation explains.
public struct DiffusivityParameters: Codable, Sendable, Equatable {
  /// The shortest time of the fit, ps: modes with a period below four times that are not used, and D is taken not to
  /// change beyond it; nil for `minimumFirstLag_ps` and any memory.
  public var firstLag_ps: Double?
  /// The longest time of the fit, ps; nil for the whole run.
  public var lastLag_ps: Double?
  /// The shortest time of a fit that is not given, ps: motion within it is vibration, and the rattle in a cage,
  /// which decays within some 0.3 ps.
  public var minimumFirstLag_ps: Double
  /// With this many replicas or more, the errors of curves come from their spread instead of from time blocks.
  public var enoughReplicas: Int
  /// An upper bound and no diffusivity where it is less certain than by so many independent hops.
  public var minimumHops: Int
  /// A jump that no run shows is taken to be no longer than this, Å, nor than those seen, for upper bounds.
  public var hopLength_A: Double
  /// Confidence level of the upper bound, and of the one-sided test that a diffusivity is above zero.
  public var boundLevel: Double

  /// Times in ps, lengths in Å; each as the property of its name.
  public init(
    firstLag_ps: Double? = nil, lastLag_ps: Double? = nil, minimumFirstLag_ps: Double = 1,
    enoughReplicas: Int = 5, minimumHops: Int = 3,
    hopLength_A: Double = 4, boundLevel: Double = 0.95
  ) {
    self.firstLag_ps = firstLag_ps
    self.lastLag_ps = lastLag_ps
    self.minimumFirstLag_ps = minimumFirstLag_ps
    self.enoughReplicas = enoughReplicas
    self.minimumHops = minimumHops
    self.hopLength_A = hopLength_A
    self.boundLevel = boundLevel
  }

  /// - Throws: `AnalysisError.outOfRange` for a value that makes no sense.
  func validate() throws {
    func require(_ holds: Bool, _ what: String, _ found: Double, _ wanted: String) throws {
      if !holds { throw AnalysisError.outOfRange(what: what, found: found, wanted: wanted) }
    }
    func isPositive(_ x: Double) -> Bool { x > 0 && x.isFinite }
    if let first = firstLag_ps { try require(isPositive(first), "first lag, ps", first, "above 0") }
    if let last = lastLag_ps {
      let first = firstLag_ps ?? 0
      try require(last.isFinite && last > first, "last lag, ps", last, "above the first lag, \(first)")
    }
    try require(
      minimumFirstLag_ps >= 0 && minimumFirstLag_ps.isFinite, "least first lag, ps", minimumFirstLag_ps,
      "0 or more")
    try require(enoughReplicas >= 3, "enough replicas", Double(enoughReplicas), "3 or more")
    try require(minimumHops >= 1, "least number of hops", Double(minimumHops), "1 or more")
    try require(isPositive(hopLength_A), "hop length, Å", hopLength_A, "above 0")
    try require(boundLevel > 0.5 && boundLevel < 1, "level of the bound", boundLevel, "0.5 to 1")
  }
}
