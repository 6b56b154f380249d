/// The expected value of a number.
package enum Expectation: Equatable, Sendable {
  /// A printed number, which is uncertain by `within`, the rounding of its last digit at least.
  case value(Double, within: Double)
  case below(Double)
  case above(Double)
  case between(Double, Double)
}

/// The result of a comparison.
package enum Verdict: String, Codable, Sendable, CaseIterable {
  case agrees, differs
  case notSampledEnough = "not sampled enough"
}

/// A verdict with its p value.
package struct Judgement: Equatable, Sendable {
  package var verdict: Verdict
  /// For a printed number: the probability of a difference at least as large if the true values are equal. For a
  /// bound: that of a value at least as far on this side if the true value is at the bound. nil without an error.
  package var p: Double?

  package init(_ verdict: Verdict, p: Double? = nil) {
    self.verdict = verdict
    self.p = p
  }
}

extension Estimate {
  /// Of a printed number, relative.
  private static let defaultResolution = 0.25
  /// The p value of a bound.
  private static let boundProbability = 0.05

  /// Compares a number with its expectation.
  ///
  /// It *differs* when its 95 % interval and the expected range do not overlap. It *agrees* when they do and the interval
  /// is narrow enough: for a printed number when its half-width is at most `resolution`; for bounds when it lies within
  /// them. Otherwise it is *not sampled enough*.
  /// - Parameters:
  ///   - resolution: of a printed number; by default the larger of a quarter of it and its uncertainty.
  ///   - printedSampling_ps: sampled time behind a printed number without an error, which is assumed to have
  ///     the error that our runs would have at that length.
  package func judged(
    by expectation: Expectation, resolution: Double? = nil, printedSampling_ps: Double? = nil
  ) -> Judgement {
    switch expectation {
    case .value(let printed, let within):
      var both = self
      if let printedSampling_ps, printedSampling_ps > 0, let sampled_ps {
        both.error = error.map { $0 * (1 + sampled_ps / printedSampling_ps).squareRoot() }
      }
      return both.judged(
        from: printed - within, to: printed + within,
        resolution: resolution ?? max(within, abs(printed) * Self.defaultResolution),
        ours: interval)
    case .between(let low, let high): return judged(from: low, to: high, resolution: nil, ours: interval)
    case .below(let limit):
      if let lowerBound, value == nil {
        return Judgement(lowerBound > limit ? .differs : .notSampledEnough)
      }
      if let upperBound, value == nil {
        return Judgement(
          upperBound < limit ? .agrees : .notSampledEnough,
          p: upperBound < limit ? Self.boundProbability : nil)
      }
      return judged(isBelow: true, limit)
    case .above(let limit):
      if let lowerBound, value == nil {
        return Judgement(lowerBound > limit ? .agrees : .notSampledEnough)
      }
      if let upperBound, value == nil {
        return Judgement(
          upperBound < limit ? .differs : .notSampledEnough,
          p: upperBound < limit ? Self.boundProbability : nil)
      }
      return judged(isBelow: false, limit)
    }
  }

  /// - Parameter ours: the interval without the uncertainty of the printed number: only it narrows with sampling.
  private func judged(
    from low: Double, to high: Double, resolution: Double?, ours: ClosedRange<Double>?
  ) -> Judgement {
    guard let value, let interval else {
      if value == nil, let upperBound, upperBound < low {
        return Judgement(.differs, p: Self.boundProbability)
      }
      if value == nil, let lowerBound, lowerBound > high { return Judgement(.differs) }
      return Judgement(.notSampledEnough)
    }
    let nearest = min(max(value, low), high)
    let p = distance(above: nearest).map { min(1, 2 * chance(of: $0)) }
    if interval.upperBound < low || interval.lowerBound > high { return Judgement(.differs, p: p) }
    let isFine =
      resolution.map { limit in ours.map { ($0.upperBound - $0.lowerBound) / 2 <= limit } ?? false }
      ?? (interval.lowerBound >= low && interval.upperBound <= high)
    return Judgement(isFine ? .agrees : .notSampledEnough, p: p)
  }

  private func judged(isBelow: Bool, _ limit: Double) -> Judgement {
    guard let interval, let distance = distance(above: limit) else {
      return Judgement(.notSampledEnough)
    }
    let p = chance(of: distance)
    if isBelow ? interval.upperBound < limit : interval.lowerBound > limit {
      return Judgement(isPartial ? .notSampledEnough : .agrees, p: p)
    }
    if isBelow ? interval.lowerBound > limit : interval.upperBound < limit {
      return Judgement(.differs, p: p)
    }
    return Judgement(.notSampledEnough, p: p)
  }
}
