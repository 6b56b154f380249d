/// The standard deviation of fewer numbers is meaningless.
private let fewestSamples = 3

/// The standard error of a mean of independent samples, and nil for too few.
package func standardError(_ samples: [Double]) -> Double? {
  guard samples.count >= fewestSamples else { return nil }
  let count = Double(samples.count)
  let mean = samples.reduce(0, +) / count
  let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return (squares / (count - 1) / count).squareRoot()
}
