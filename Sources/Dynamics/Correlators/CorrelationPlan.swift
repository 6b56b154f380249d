/// When a run's correlations are sampled and how far they reach, decided where the sampling stage begins and
/// kept by every later attempt.
public struct CorrelationPlan: Codable, Equatable, Sendable {
  /// Steps between two samples of positions and orientations; 0 for none.
  public var bodyInterval: Int
  /// Steps between two samples of velocities; 0 for none.
  public var velocityInterval: Int
  /// Samples of positions and velocities that the stage has room for after its first.
  public var bodySamples: Int
  public var velocitySamples: Int
  /// Steps of each block of time.
  public var blockSteps: Int
  public var timestep_ps: Double
  /// Whether the cell changes, so that a molecule's path is joined from sample to sample.
  public var cellChanges: Bool

  /// Blocks of a sampling stage: the samples that errors come from.
  public static let blockCount = 5

  /// - Parameters:
  ///   - sampleSteps: of the whole stage.
  ///   - bodyInterval: steps; nil takes none.
  public init(
    sampleSteps: Int, bodyInterval: Int?, velocityInterval: Int?, timestep_ps: Double, cellChanges: Bool
  ) {
    self.bodyInterval = bodyInterval ?? 0
    self.velocityInterval = velocityInterval ?? 0
    bodySamples = bodyInterval.map { sampleSteps / max(1, $0) } ?? 0
    velocitySamples = velocityInterval.map { sampleSteps / max(1, $0) } ?? 0
    blockSteps = max(1, (sampleSteps + Self.blockCount - 1) / Self.blockCount)
    self.timestep_ps = timestep_ps
    self.cellChanges = cellChanges
  }

  /// The block that a step lies in; a step between two blocks belongs to the earlier one.
  public func block(of step: Int) -> Int { max(0, step - 1) / blockSteps }
}
