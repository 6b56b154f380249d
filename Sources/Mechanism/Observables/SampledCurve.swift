import Analysis
import Statistics

/// One curve of an observable from one run, with its averages over equal, consecutive blocks of time: the
/// samples that its error comes from.
public struct SampledCurve: Codable, Sendable, Equatable {
  /// A name of ``ObservableCatalogue``.
  public var observable: String
  /// Which of the observable's curves this is: "B12H12–Na".
  public var series: String
  /// In the observable's own unit.
  public var x: [Double]
  /// Over the whole run; nil where there are no data.
  public var mean: [Double?]
  /// `[block][x]`.
  public var blocks: [[Double?]]
  /// The weight of the run in the mean over runs, ps.
  public var weight_ps: Double
  /// Of a share of stays that last longer than x: the stays, from which the curve of all runs is computed.
  public var survival: SurvivalTable?

  package init(
    observable: String, series: String, x: [Double], mean: [Double?], blocks: [[Double?]], weight_ps: Double,
    survival: SurvivalTable? = nil
  ) {
    self.observable = observable
    self.series = series
    self.x = x
    self.mean = mean
    self.blocks = blocks
    self.weight_ps = weight_ps
    self.survival = survival
  }
}

/// One number of an observable from one run.
public struct SampledValue: Codable, Sendable, Equatable {
  /// A name of ``ObservableCatalogue``.
  public var observable: String
  /// Which of the observable's numbers this is.
  public var series: String
  /// Over the whole run; nil where the run does not determine it, and `warning` says why.
  public var mean: Double?
  /// Averages over equal, consecutive blocks of time.
  public var blocks: [Double?]
  /// The weight of the run in the mean over runs, ps.
  public var weight_ps: Double
  /// Why there is no number, or what limits it.
  public var warning: Warning?
  /// What the number was computed from, where its interval does not come from the blocks.
  public var detail: SampleDetail?

  package init(
    observable: String, series: String, mean: Double?, blocks: [Double?], weight_ps: Double,
    warning: Warning? = nil, detail: SampleDetail? = nil
  ) {
    self.observable = observable
    self.series = series
    self.mean = mean
    self.blocks = blocks
    self.weight_ps = weight_ps
    self.warning = warning
    self.detail = detail
  }
}

/// The curves and numbers that one analysis gives for one run.
public struct RunObservables: Codable, Sendable, Equatable {
  /// In no particular order.
  public var curves: [SampledCurve]
  /// In no particular order.
  public var values: [SampledValue]
  /// Why there is no number, or what limits it.
  public var warnings: [Warning]
  /// Of each kind of anion that rotates.
  public var rotors: [RotorSamples] = []
  /// Of each kind of anion that rotates.
  public var jumps: [JumpCounts] = []

  package init(curves: [SampledCurve] = [], values: [SampledValue] = [], warnings: [Warning] = []) {
    self.curves = curves
    self.values = values
    self.warnings = warnings
  }

  package static func + (l: RunObservables, r: RunObservables) -> RunObservables {
    var sum = RunObservables(
      curves: l.curves + r.curves, values: l.values + r.values, warnings: l.warnings + r.warnings)
    sum.rotors = l.rotors + r.rotors
    sum.jumps = l.jumps + r.jumps
    return sum
  }
}
