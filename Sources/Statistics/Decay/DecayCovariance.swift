import RealModule

/// The covariance of a measured correlation function between its lags, from the function itself.
///
/// Products of the same frames enter neighbouring lags, so that the points of a measured function are strongly
/// correlated. For a Gaussian process x of unit variance with the correlation function r, averaged over the origins s
/// of a run, Isserlis' theorem gives the covariances of
///
/// - x(s) x(s + t) − r(t) [x(s)² + x(s + t)²]/2: Bartlett's formula for normalised functions, and, at short lags, the
///   noise of rare jumps: 1 − C at all lags is known to as much as the jumps can be counted;
/// - [x(s + t) − x(s)]²/2: the noise of many small turns, which add up independently.
///
/// A measured function has the noise of a mixture, in proportions that follow from its scatter (`DecayFit`).
package struct CorrelationCovariance {
  /// Row by row.
  package private(set) var jumps: [Double]
  package private(set) var diffusion: [Double]

  /// - Parameters:
  ///   - lags: ps.
  ///   - length_ps: of the run, longer than the lags.
  ///   - interval_ps: between frames: the function is not resolved below it.
  package init(of decay: Decay, lags: [Double], length_ps: Double, interval_ps: Double) {
    let offsets = decayOffsets(of: decay, from: interval_ps / 2, to: length_ps)
    let count = lags.count
    jumps = [Double](repeating: 0, count: count * count)
    diffusion = jumps
    let values = lags.map(decay.decaying)
    let scale = (1 - decay.plateau) * (1 - decay.plateau)
    for i in 0..<count {
      for j in 0...i {
        let pair = productCovariance(
          of: decay, (lags[i], values[i]), (lags[j], values[j]), length_ps: length_ps, offsets: offsets)
        for place in [i * count + j, j * count + i] {
          jumps[place] = scale * pair.jumps
          diffusion[place] = scale * pair.diffusion
        }
      }
    }
  }
}

/// Distances from a maximum of the integrand at which it is evaluated: evenly spaced on a logarithmic axis, up to
/// where the function has decayed.
private func decayOffsets(of decay: Decay, from first: Double, to last: Double) -> [Double] {
  var offsets = [0.0]
  var x = first
  while x < last {
    offsets.append(x)
    if decay.decaying(at: x) < 1e-3 { break }
    x *= 1.5
  }
  return offsets
}

private func productCovariance(
  of decay: Decay, _ first: (lag: Double, value: Double), _ second: (lag: Double, value: Double),
  length_ps: Double, offsets: [Double]
) -> (jumps: Double, diffusion: Double) {
  let (t, u) = (first.lag, second.lag)
  let (low, high) = (-(length_ps - t), length_ps - u)
  // The integrand has its maxima where two of the four instants meet.
  var nodes: [Double] = [low, high]
  for centre in [0, t, -u, t - u] {
    for x in offsets {
      for node in [centre + x, centre - x] where node > low && node < high { nodes.append(node) }
    }
  }
  nodes.sort()
  func integrand(_ shift: Double) -> SIMD2<Double> {
    let ac = decay.decaying(at: shift)
    let bd = decay.decaying(at: shift + u - t)
    let ad = decay.decaying(at: shift + u)
    let bc = decay.decaying(at: shift - t)
    let jumps =
      ac * bd + ad * bc - second.value * (ac * bc + ad * bd) - first.value * (ac * ad + bc * bd)
      + 0.5 * first.value * second.value * (ac * ac + ad * ad + bc * bc + bd * bd)
    let turn = bd - bc - ad + ac
    // Origins that have this distance from each other.
    return [jumps, 0.5 * turn * turn] * (min(length_ps - t, length_ps - u - shift) - max(0, -shift))
  }
  var sum = SIMD2<Double>.zero
  var last = (node: nodes[0], value: integrand(nodes[0]))
  for node in nodes.dropFirst() where node > last.node {
    let value = integrand(node)
    sum += (value + last.value) * (0.5 * (node - last.node))
    last = (node, value)
  }
  sum /= (length_ps - t) * (length_ps - u)
  return (sum.x, sum.y)
}
