import Analysis

/// Choices in the analysis of the mechanism.
public struct MechanismParameters: Codable, Sendable, Equatable {
  /// Radius of the first shell of mobile ions about an anion, Å; nil takes the papers' where they give one, and
  /// the first minimum of g(r) elsewhere.
  public var shell_A: Double?
  /// Definition of the centre of a trigonal interstice.
  public var trigonal: TrigonalCentre
  /// Tolerance, Å, of the symmetry of the anions' mean centres that densities are averaged by; nil for none.
  public var symmetriseTolerance_A: Double?

  /// Lengths in Å.
  public init(
    shell_A: Double? = nil, trigonal: TrigonalCentre = .circumcentre, symmetriseTolerance_A: Double? = nil
  ) {
    self.shell_A = shell_A
    self.trigonal = trigonal
    self.symmetriseTolerance_A = symmetriseTolerance_A
  }

  /// The largest radius of a shell, Å: beyond the reach of g(r) nothing is known of the pairs, and the angles of a shell grow
  /// with the sixth power of its radius.
  public static let largestShell_A = PairDistribution.reach_A
  /// The largest tolerance of a symmetry, Å: half of the least distance of two anions.
  public static let largestSymmetriseTolerance_A = 2.0

  /// - Throws: `AnalysisError.outOfRange` for a choice, or a number of the system, that makes no sense.
  func validate(for system: IonSystem) throws {
    try system.validate()
    for (what, value, most) in [
      ("first shell, Å", shell_A, Self.largestShell_A),
      ("tolerance of the symmetry, Å", symmetriseTolerance_A, Self.largestSymmetriseTolerance_A),
    ] {
      guard let value, !(value > 0 && value <= most) else { continue }
      throw AnalysisError.outOfRange(what: what, found: value, wanted: "above 0, at most \(most)")
    }
  }

  /// Tolerance, Å, of the symmetry of the anions' mean centres that sites are found with: more than the noise of mean
  /// centres in a short run, less than the distances between sites.
  static let frameworkTolerance_A = 0.3
  /// Never more than this: a sixth of the distance of anions in the closest packings of interest.
  static let largestTolerance_A = 1.0

  /// Kweon et al. 2017: 5.5 Å for Li, 6.0 Å for Na about B12H12.
  static func printedShell_A(mobile: String, anion: String) -> Double? {
    guard anion == "B12H12" else { return nil }
    return ["Li": 5.5, "Na": 6.0][mobile]
  }
}

/// The results of the mechanism analysis of one run.
public struct RunMechanism: Codable, Sendable, Equatable {
  /// Curves and numbers with their averages over blocks of time.
  public var observables: RunObservables
  /// Migration events, with the rotation of the neighbouring anions.
  public var events: [MigrationEvent]
  /// In the unit cell, of the mobile ions and of the anions' elements.
  public var densities: [DensityGrid]
  /// The anions' mean centres in the unit cell.
  public var anions: [MeanAnion]
  /// Symmetry operations that the densities were averaged by; 1 for none.
  public var symmetryOperations: Int
  /// nil without anions.
  public var framework: FrameworkState?

  package init(
    observables: RunObservables, events: [MigrationEvent] = [], densities: [DensityGrid] = [],
    anions: [MeanAnion] = [], symmetryOperations: Int = 1, framework: FrameworkState? = nil
  ) {
    self.observables = observables
    self.events = events
    self.densities = densities
    self.anions = anions
    self.symmetryOperations = symmetryOperations
    self.framework = framework
  }
}

/// The mean position of an anion in the unit cell.
public struct MeanAnion: Codable, Sendable, Equatable {
  /// "B12H12".
  public var kind: String
  /// Fractions of the unit cell.
  public var fraction: [Double]

  package init(kind: String, fraction: [Double]) {
    self.kind = kind
    self.fraction = fraction
  }
}
