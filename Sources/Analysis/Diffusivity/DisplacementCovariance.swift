/// Covariance of the mean squared displacement over all, overlapping origins between two lags.
///
/// For one ion in three dimensions whose displacements are independent in time, with ⟨r²⟩ = s t and ⟨r⁴⟩ =
/// (5/3) s² t² + κ t, two displacements whose time spans overlap by u have
///
///     cov(|Δ₁|², |Δ₂|²) = (2/3) s² u² + κ u
///
/// The first term is that of Brownian motion (Isserlis), the second the fourth cumulant of rare jumps; the
/// non-Gaussian parameter gives κ = (5/3) α₂(t) s² t. The mean over origins i, j of both lags follows by
/// counting pairs at each offset j − i.
/// - Parameter lags: frames, (m, n), below `frameCount`.
/// - Parameter jumpTime: κ/s², in frames; 0 for Brownian motion.
/// - Returns: in units of (s × frame interval)², for one ion.
func displacementCovariance(lags: (m: Int, n: Int), frameCount: Int, jumpTime: Double) -> Double {
  let (m, n) = lags
  let originsM = frameCount - m
  let originsN = frameCount - n
  var sum = 0.0
  for offset in (1 - n)..<m {
    let pairs = min(originsM, originsN - offset) - max(0, -offset)
    guard pairs > 0 else { continue }
    let shared = Double(min(m, offset + n) - max(0, offset))
    sum += Double(pairs) * shared * (2.0 / 3 * shared + jumpTime)
  }
  return sum / (Double(originsM) * Double(originsN))
}
