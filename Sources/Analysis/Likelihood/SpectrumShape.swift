import RealModule

/// What the spectrum of the displacements may look like:
///
///     D(ω) = D exp(Σ c(m) x²/(1 + x²)) + B v(ω) + A y²/(1 + y²),    x = ω τ(m),  y = ω τ
///
/// B is vibration: v is the spectrum of the displacements of a coordinate with white noise. A is motion in bounds that
/// relaxes with one time τ: hops that are undone, back and forth between two sites, a soft cage. The c(m) are
/// memory of many times: unequal sites and barriers, vacancies that come back. D(t) falls by c(m) in the logarithm over
/// a factor of two in time. Each c is normal about a common `memory` h with a standard deviation of h, and
/// those of neighbouring times are alike: what is seen to fall at resolved times falls likely as much at the next
/// longer ones.
struct SpectrumShape {
  /// h; 0 for no memory of many times.
  var memory = 0.0
  /// τ(m), ps, descending.
  var relaxationTimes_ps: [Double] = []
  /// τ of motion in bounds, ps; nil for none.
  var boundedTime_ps: Double?
  /// Prior probability.
  var probability: Double

  /// Correlation of the c of neighbouring times.
  static let correlation = 0.6
  /// The longest relaxation time as a fraction of a run; slower memory looks like none.
  private static let longestFraction = 0.5
  /// The same for motion in bounds: slower motion in bounds looks like diffusion.
  private static let longestBoundedFraction = 0.125
  /// Slower than this over the highest frequency counts as memory, faster as vibration.
  private static let shortestPhase = 0.7
  private static let mostTimes = 12
  /// None that matters, and weak to strong.
  private static let memories = [0.02, 0.05, 0.1, 0.2, 0.4]
  /// Of no memory, of one relaxation time, of many: about the same, as nothing is known before.
  private static let probabilities = (none: 0.4, single: 0.3, many: 0.3)

  /// All shapes, whose probabilities sum to 1.
  /// - Parameters:
  ///   - duration_ps: of the longest run.
  ///   - highest_per_ps: the highest frequency of the spectrum, rad/ps.
  static func all(duration_ps: Double, highest_per_ps: Double) -> [SpectrumShape] {
    var times: [Double] = []
    var time = duration_ps * longestFraction
    while time * highest_per_ps > shortestPhase, times.count < mostTimes {
      times.append(time)
      time /= 2
    }
    guard !times.isEmpty else { return [SpectrumShape(probability: 1)] }
    var bounded: [Double] = []
    time = duration_ps * longestBoundedFraction
    while time * highest_per_ps > shortestPhase, bounded.count < mostTimes {
      bounded.append(time)
      time /= 2.0.squareRoot()
    }
    return [SpectrumShape(probability: probabilities.none)]
      + bounded.map {
        SpectrumShape(boundedTime_ps: $0, probability: probabilities.single / Double(bounded.count))
      }
      + memories.map {
        SpectrumShape(
          memory: $0, relaxationTimes_ps: times, probability: probabilities.many / Double(memories.count))
      }
  }
}
