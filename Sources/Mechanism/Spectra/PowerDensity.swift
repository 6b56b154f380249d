import Analysis
import RealModule

/// The power spectrum of a process from its autocorrelation function: the cosine transform, with a Hann window
/// that ends at the last lag, normalised to unit area from 0 to the highest frequency.
///
/// Its resolution is about 1/t of the last lag t; its highest frequency is 1/(2 Δt).
package struct PowerDensity: Sendable, Equatable {
  /// THz, from 0, evenly spaced.
  package let frequencies_THz: [Double]
  /// 1/THz.
  package let densities: [Double]

  /// - Parameter correlation: at lags 0, Δt, 2Δt, …; of any unit.
  /// - Throws: `AnalysisError` for fewer than four lags, an interval that is not positive, or a function that is not
  ///   above 0 at lag 0.
  package init(correlation: [Double], interval_ps: Double) throws {
    let n = correlation.count
    guard n >= 4 else { throw AnalysisError.tooFewFrames(found: n, wanted: 4) }
    guard interval_ps > 0, interval_ps.isFinite else {
      throw AnalysisError.outOfRange(what: "interval of the lags, ps", found: interval_ps, wanted: "above 0")
    }
    guard correlation[0] > 0, correlation.allSatisfy(\.isFinite) else {
      throw AnalysisError.outOfRange(
        what: "autocorrelation at lag 0", found: correlation[0], wanted: "above 0, and finite values")
    }
    // The transform of the even function over 2(n−1) points, at twice as many frequencies for a smooth curve.
    let count = 2 * (n - 1)
    let step = 1 / (2 * interval_ps) / Double(count)
    frequencies_THz = (0...count).map { Double($0) * step }
    let windowed = (0..<n).map { i in
      correlation[i] * 0.5 * (1 + Double.cos(Double.pi * Double(i) / Double(n - 1)))
    }
    let period = 2 * count
    let cosines = (0..<period).map { Double.cos(Double.pi * Double($0) / Double(count)) }
    var values = [Double](repeating: 0, count: count + 1)
    for k in 0...count {
      var sum = windowed[0] / 2
      var place = 0
      for i in 1..<n {
        place += k
        if place >= period { place -= period }
        sum += windowed[i] * cosines[place]
      }
      values[k] = sum
    }
    // Trapezoids: unit area.
    let area = (values.reduce(0, +) - (values[0] + values[count]) / 2) * step
    densities = values.map { $0 / area }
  }

  /// The share of the spectrum in a range of frequencies.
  package func weight(_ range: Range<Double>) -> Double {
    let step = frequencies_THz[1]
    return zip(frequencies_THz, densities).enumerated().reduce(0) { sum, entry in
      let (index, (frequency, density)) = entry
      guard range.contains(frequency) else { return sum }
      return sum + density * step * (index == 0 || index == frequencies_THz.count - 1 ? 0.5 : 1)
    }
  }
}
