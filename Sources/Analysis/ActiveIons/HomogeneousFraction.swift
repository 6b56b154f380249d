import Mathematics
import RealModule

/// The fraction of a homogeneous Brownian population whose squared displacement at the end of a run
/// reaches a cut-off: the upper tail of χ² with three degrees of freedom, 39.2 % at the mean.
/// - Parameter meanSquare_A2: 6 D t, Å².
public func homogeneousActiveFraction(cutoff_A2: Double, meanSquare_A2: Double) -> Double {
  guard cutoff_A2 > 0 else { return 1 }
  guard meanSquare_A2 > 0 else { return 0 }
  return 1 - ChiSquared(degreesOfFreedom: 3).cumulative(3 * cutoff_A2 / meanSquare_A2)
}

/// The same by the largest displacement at any time of the run: 61.7 % at the mean.
///
/// The probability that a path that starts at the centre of a sphere of radius R has left it by the time t,
/// 1 + 2 Σ (−1)ⁿ exp(−n² π² D t / R²) (Carslaw and Jaeger, section 9.3), for a path observed at all times.
public func homogeneousActiveFractionMax(cutoff_A2: Double, meanSquare_A2: Double) -> Double {
  guard cutoff_A2 > 0 else { return 1 }
  guard meanSquare_A2 > 0 else { return 0 }
  let exponent = Double.pi * Double.pi * meanSquare_A2 / (6 * cutoff_A2)
  // Fewer than 1 in 10²⁰ leave, and the terms of the series would cancel after slow convergence.
  guard exponent > 0.05 else { return 0 }
  var sum = 1.0
  for n in 1..<40 {
    let term = 2 * Double.exp(-Double(n * n) * exponent)
    sum += n % 2 == 0 ? term : -term
    if term < 1e-16 { break }
  }
  return min(1, max(0, sum))
}
