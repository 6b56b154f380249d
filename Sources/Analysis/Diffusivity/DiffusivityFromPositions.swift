extension DiffusivityEstimate {
  /// The self-diffusivity of the ions of one run, from their positions.
  ///
  /// The same estimate and the same error as of a study's run: ``estimateDiffusivity(runs:parameters:)``. Put the
  /// runs of one temperature together with ``init(runs:interval_ps:parameters:)``.
  /// - Parameters:
  ///   - positions: `[frame][ion]`, Å, unwrapped (without jumps through the faces of a periodic cell), in frames at
  ///     equal distances in time; two frames or more, one ion or more.
  ///   - interval_ps: the time from frame to frame, ps.
  ///   - reference: `[frame]`, Å, the path that displacements are measured against, such as the centre of mass of the
  ///     framework; nil for none.
  ///   - parameters: of the fit.
  /// - Throws: `AnalysisError` for frames of unlike size, a coordinate that is not finite, too few frames, no ion, or
  ///   parameters out of range.
  public init(
    positions: [[SIMD3<Double>]], interval_ps: Double, reference: [SIMD3<Double>]? = nil,
    parameters: DiffusivityParameters = DiffusivityParameters()
  ) throws {
    let mobility = try RunMobility(positions: positions, interval_ps: interval_ps, reference: reference)
    self = try estimateDiffusivity(runs: [mobility], parameters: parameters)
  }

  /// The self-diffusivity from several runs of one temperature: replicas, which may differ in length and in their
  /// number of ions.
  /// - Parameters:
  ///   - runs: `[run][frame][ion]`, Å, each as in ``init(positions:interval_ps:reference:parameters:)``.
  ///   - interval_ps: the time from frame to frame, ps, of all runs.
  ///   - parameters: of the fit.
  /// - Throws: `AnalysisError`.
  public init(
    runs: [[[SIMD3<Double>]]], interval_ps: Double,
    parameters: DiffusivityParameters = DiffusivityParameters()
  ) throws {
    let mobilities = try runs.map { try RunMobility(positions: $0, interval_ps: interval_ps) }
    self = try estimateDiffusivity(runs: mobilities, parameters: parameters)
  }

  /// The value in cm²/s, as tables have it; nil where there is none.
  public var value_cm2_per_s: Double? { value_A2_per_ps.map { $0 * 1e-4 } }
}

extension RunMobility {
  /// What the positions of one run's ions tell about their motion.
  /// - Parameters:
  ///   - positions: `[frame][ion]`, Å, unwrapped, in frames at equal distances in time.
  ///   - interval_ps: the time from frame to frame, ps.
  ///   - reference: `[frame]`, Å, the path that displacements are measured against; nil for none.
  ///   - hopCriterion: what counts as a hop.
  /// - Throws: `AnalysisError` for frames of unlike size, a coordinate that is not finite, too few frames or no ion.
  public init(
    positions: [[SIMD3<Double>]], interval_ps: Double, reference: [SIMD3<Double>]? = nil,
    hopCriterion: HopCriterion = HopCriterion()
  ) throws {
    let accumulator = try RunMobilityAccumulator(
      frameCount: positions.count, frameInterval_ps: interval_ps,
      reference: reference.map { path in path.flatMap { [$0.x, $0.y, $0.z] } }, hopCriterion: hopCriterion)
    let first = positions.first ?? []
    for (index, frame) in positions.enumerated() {
      guard frame.count == first.count else {
        throw AnalysisError.wrongCount(
          what: "ions of frame \(index)", found: frame.count, wanted: first.count)
      }
    }
    // From where each ion begins, since single precision has seven digits: a path far from the origin would lose some.
    let displacements = positions.flatMap { frame in
      zip(frame, first).flatMap { position, start -> [Float] in
        let moved = position - start
        return [Float(moved.x), Float(moved.y), Float(moved.z)]
      }
    }
    try accumulator.add(ions: displacements, ionCount: first.count)
    self = try accumulator.finish()
  }
}
