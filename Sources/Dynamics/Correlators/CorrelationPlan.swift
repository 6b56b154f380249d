/// When correlations are sampled and their longest lags: decided when the sampling stage begins, and kept by every later
/// attempt.
package struct CorrelationPlan: Codable, Equatable, Sendable {
  /// Steps between two samples of positions and orientations; 0 for none.
  package var bodyInterval: Int
  /// Steps between two samples of velocities; 0 for none.
  package var velocityInterval: Int
  /// Samples of positions and of velocities in the stage after its first.
  package var bodySamples: Int
  package var velocitySamples: Int
  /// Steps of each block of time.
  package var blockSteps: Int
  package var timestep_ps: Double
  /// Whether the cell changes, so that displacements are kept in fractional coordinates.
  package var cellChanges: Bool
  /// Of the sums and of the data kept with each molecule; nil for a plan of a version that joined paths from sample
  /// to sample in a cell that changes.
  package var format: Int?

  /// Whether a checkpoint's sums and data are those that this version continues.
  package var isCurrent: Bool { !cellChanges || format == Self.currentFormat }

  private static let currentFormat = 2

  /// Blocks of a sampling stage, from which errors are estimated.
  package static let blockCount = 5

  /// - Parameters:
  ///   - sampleSteps: of the whole stage.
  ///   - bodyInterval: steps; nil takes none.
  package init(
    sampleSteps: Int, bodyInterval: Int?, velocityInterval: Int?, timestep_ps: Double, cellChanges: Bool
  ) {
    self.bodyInterval = bodyInterval ?? 0
    self.velocityInterval = velocityInterval ?? 0
    bodySamples = bodyInterval.map { sampleSteps / max(1, $0) } ?? 0
    velocitySamples = velocityInterval.map { sampleSteps / max(1, $0) } ?? 0
    blockSteps = max(1, (sampleSteps + Self.blockCount - 1) / Self.blockCount)
    self.timestep_ps = timestep_ps
    self.cellChanges = cellChanges
    format = Self.currentFormat
  }

  /// Whether a run of this plan may have begun with another one: a shorter one, before it was extended.
  package func continues(_ begun: CorrelationPlan) -> Bool {
    begun.bodyInterval == bodyInterval && begun.velocityInterval == velocityInterval
      && begun.timestep_ps == timestep_ps && begun.cellChanges == cellChanges
      && (0...bodySamples).contains(begun.bodySamples)
      && (0...velocitySamples).contains(begun.velocitySamples)
      && (1...blockSteps).contains(begun.blockSteps)
  }

  /// The block that a step lies in; a step between two blocks belongs to the earlier one.
  package func block(of step: Int) -> Int { max(0, step - 1) / blockSteps }
}
