import RealModule

/// The parts of an orientation correlation function beside one exponential.
package struct DecayForm: Codable, Sendable, Hashable {
  /// The decaying part is exp(−(t/τ_K)^β) of Kohlrausch, Williams and Watts instead of exp(−t/τ).
  package var isStretched = false
  /// It does not fall to 0 but to a plateau: few orientations are reached.
  package var hasPlateau = false
  /// A part decays before the rest, by libration: C begins below 1.
  package var hasDrop = false

  package init(isStretched: Bool = false, hasPlateau: Bool = false, hasDrop: Bool = false) {
    self.isStretched = isStretched
    self.hasPlateau = hasPlateau
    self.hasDrop = hasDrop
  }

  /// From the simplest.
  package static let all = [false, true].flatMap { drop in
    [false, true].flatMap { stretched in
      [false, true].map { DecayForm(isStretched: stretched, hasPlateau: $0, hasDrop: drop) }
    }
  }

  /// ln τ first, then β, the plateau, and share and time of the drop.
  package var parameterCount: Int { 1 + (isStretched ? 1 : 0) + (hasPlateau ? 1 : 0) + (hasDrop ? 2 : 0) }
}

/// C(t) = p + (1 − p) [(1 − d) g(t) + d exp(−t/τ_d)], g an exponential or a stretched exponential.
package struct Decay: Sendable, Equatable {
  package var form: DecayForm
  /// Mean relaxation time of g, its integral, ps: τ of an exponential, (τ_K/β) Γ(1/β) of a stretched one.
  package var time_ps: Double
  /// β, 1 for an exponential.
  package var stretching = 1.0
  /// p.
  package var plateau = 0.0
  /// d.
  package var dropShare = 0.0
  /// τ_d, ps.
  package var dropTime_ps = 0.0

  /// τ_K, ps.
  private var scale_ps: Double

  /// Between these, β and the shares are free.
  private static let stretchings = 0.3..<1.0
  /// Libration takes less than half of the decaying part.
  private static let largestDrop = 0.5

  package init(exponential time_ps: Double) {
    form = DecayForm()
    self.time_ps = time_ps
    scale_ps = time_ps
  }

  /// From unbounded parameters: the logarithm of a time, the logit of a share.
  package init(_ form: DecayForm, _ parameters: [Double]) {
    self.form = form
    time_ps = Double.exp(parameters[0])
    scale_ps = time_ps
    var rest = parameters.dropFirst()
    let range = Self.stretchings
    if form.isStretched, let x = rest.popFirst() {
      stretching = range.lowerBound + (range.upperBound - range.lowerBound) * share(x)
      // The mean relaxation time is (τ_K/β) Γ(1/β).
      scale_ps = time_ps * stretching / Double.gamma(1 / stretching)
    }
    if form.hasPlateau, let x = rest.popFirst() { plateau = share(x) }
    if form.hasDrop, let x = rest.popFirst(), let y = rest.popFirst() {
      dropShare = Self.largestDrop * share(x)
      dropTime_ps = Double.exp(y)
    }
  }

  /// The parameters of `init(_:_:)`, with shares kept away from the ends of their ranges.
  package func parameters(of form: DecayForm, dropTime_ps start: Double) -> [Double] {
    let range = Self.stretchings
    var result = [Double.log(time_ps)]
    if form.isStretched {
      let beta = self.form.isStretched ? stretching : 0.9
      result.append(logit((beta - range.lowerBound) / (range.upperBound - range.lowerBound)))
    }
    if form.hasPlateau { result.append(logit(self.form.hasPlateau ? plateau : 0.1)) }
    if form.hasDrop {
      result += [
        logit(self.form.hasDrop ? dropShare / Self.largestDrop : 0.1),
        Double.log(self.form.hasDrop ? dropTime_ps : start),
      ]
    }
    return result
  }

  /// Of each parameter beside ln τ: its derivative by the unbounded one, and the width of its uniform prior; of ln τ_d
  /// a factor of a thousand.
  package var priors: [(derivative: Double, width: Double)] {
    var result: [(derivative: Double, width: Double)] = []
    let range = Self.stretchings
    if form.isStretched {
      let width = range.upperBound - range.lowerBound
      result.append(
        ((stretching - range.lowerBound) * (range.upperBound - stretching) / width, width))
    }
    if form.hasPlateau { result.append((plateau * (1 - plateau), 1)) }
    if form.hasDrop {
      result.append((dropShare * (1 - dropShare / Self.largestDrop), Self.largestDrop))
      result.append((1, Double.log(1000)))
    }
    return result
  }

  /// The decaying part with the drop, 1 at 0.
  package func decaying(at time_ps: Double) -> Double {
    let t = abs(time_ps)
    let slow: Double
    if form.isStretched {
      slow = Double.exp(-Double.pow(t / scale_ps, stretching))
    } else {
      slow = Double.exp(-t / self.time_ps)
    }
    guard form.hasDrop else { return slow }
    return slow + dropShare * (Double.exp(-t / dropTime_ps) - slow)
  }

  /// C.
  package func value(at time_ps: Double) -> Double { plateau + (1 - plateau) * decaying(at: time_ps) }
}

private func share(_ x: Double) -> Double { 1 / (1 + Double.exp(-x)) }

private func logit(_ share: Double) -> Double {
  let inside = min(max(share, 1e-3), 1 - 1e-3)
  return Double.log(inside / (1 - inside))
}
