extension DiffusivityEstimate {
  /// The self-diffusivity of the ions of one run, from their positions.
  ///
  /// The same estimate and error as for a run of a study: ``estimateDiffusivity(runs:parameters:)``. Pool the
  /// runs of one temperature with ``init(runs:interval_ps:parameters:)``.
  /// - Parameters:
  ///   - positions: `[frame][ion]`, Å, unwrapped (without jumps through the faces of a periodic cell), in
  ///     equally spaced frames; two frames or more, one ion or more.
  ///   - interval_ps: the time from frame to frame, ps.
  ///   - reference: `[frame]`, Å, the path that displacements are measured against, such as the centre of mass of the
  ///     framework; nil for none.
  ///   - parameters: of the fit.
  /// - Throws: `AnalysisError` for frames of different sizes, a coordinate that is not finite, too few
  ///   frames, no ion, or parameters out of range.
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

  /// The value in cm²/s, the usual unit of tables; nil where there is none.
  public var value_cm2_per_s: Double? { value_A2_per_ps.map { $0 * 1e-4 } }
}

extension RunMobility {
  /// The mobility of one run's ions from their positions.
  /// - Parameters:
  ///   - positions: `[frame][ion]`, Å, unwrapped, in equally spaced frames.
  ///   - interval_ps: the time from frame to frame, ps.
  ///   - reference: `[frame]`, Å, the path that displacements are measured against; nil for none.
  ///   - hopCriterion: what counts as a hop.
  /// - Throws: `AnalysisError` for frames of different sizes, a coordinate that is not finite, too few frames
  ///   or no ion.
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
    // Relative to each ion's first position: single precision has seven digits, some of which a path far from
    // the origin would lose.
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
