/// What a number of a run was computed from, where a mean and its blocks are not enough for an interval.
public enum SampleDetail: Codable, Sendable, Equatable {
  /// Events over the time watched.
  case rate(EventCounts)
  /// The time watched over events.
  case timePerEvent(EventCounts)
  /// Weibull's exponent of stays.
  case stays(SurvivalTable)
  /// A ratio of sums over blocks.
  case ratio(BlockRatio)
}
