/// Slope of a straight line through points of equal weight, with a free intercept.
///
/// Most programs fit a mean squared displacement this way; the standard error of such a fit is meaningless,
/// since the points are correlated.
/// - Throws: `AnalysisError` for fewer than two points, unequal counts, or points at a single abscissa.
package func ordinaryLeastSquaresSlope(x: [Double], y: [Double]) throws -> Double {
  guard x.count == y.count else {
    throw AnalysisError.wrongCount(what: "ordinates of a line", found: y.count, wanted: x.count)
  }
  guard x.count >= 2 else {
    throw AnalysisError.wrongCount(what: "points of a line", found: x.count, wanted: 2)
  }
  let meanX = x.reduce(0, +) / Double(x.count)
  let meanY = y.reduce(0, +) / Double(y.count)
  var xx = 0.0
  var xy = 0.0
  for (x, y) in zip(x, y) {
    xx += (x - meanX) * (x - meanX)
    xy += (x - meanX) * (y - meanY)
  }
  guard xx > 0 else {
    throw AnalysisError.outOfRange(what: "spread of the abscissae", found: xx, wanted: "above 0")
  }
  return xy / xx
}
