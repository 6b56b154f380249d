/// The earlier samples that a new one is multiplied with, and the places of samples in a ring. All molecules are sampled
/// at the same steps, so that one list is valid for all.
///
/// Samples are not averaged, which would bias displacements: higher levels use fewer time origins.
struct SamplePairs {
  /// One product of the present sample.
  struct Pair: BitwiseCopyable {
    /// Where the earlier sample is kept.
    var place: Int
    /// Index of the lag.
    var lag: Int
    /// Number of the earlier sample.
    var earlier: Int
  }

  private enum Scheme {
    case multipleTau(levels: Int)
    case linear(channels: Int)
  }

  private let scheme: Scheme
  /// Samples, rising.
  let lags: [Int]
  /// Places of the ring.
  let places: Int
  /// Of the present sample.
  private(set) var pairs: [Pair] = []
  /// Where the present sample is stored, before its products are taken.
  private(set) var stores: [Int] = []

  /// Samples that each level keeps.
  static let channels = 16
  /// Samples between two time origins of the linear scheme: 0.13 ps at 4 fs, about the correlation time of
  /// velocities. More origins would cost memory and bandwidth and add little information.
  static let originSpacing = 32

  /// Multiple-tau by decimation: level l keeps the last p = 16 samples of every 2^l with the lags j 2^l,
  /// with j from 1 at level 0 and from p/2 above, to p − 1. Schätzel, Quantum Opt. 2, 287 (1990); Ramírez,
  /// Sukumaran, Vorselaars and Likhtman, J. Chem. Phys. 133, 154103 (2010), without their averaging.
  /// - Parameter samples: after the first; longer lags are left out.
  static func multipleTau(samples: Int) -> SamplePairs {
    var lags = Array(1..<channels)
    var levels = 1
    while (channels / 2) << levels <= samples {
      lags += (channels / 2..<channels).map { $0 << levels }
      levels += 1
    }
    return SamplePairs(
      scheme: .multipleTau(levels: levels), lags: lags.filter { $0 <= samples }, places: levels * channels)
  }

  /// Every lag from 0 up to a number of channels, from every 32nd sample as time origin.
  static func linear(samples: Int, channels: Int) -> SamplePairs {
    let count = max(1, min(channels, samples + 1))
    return SamplePairs(
      scheme: .linear(channels: count), lags: Array(0..<count),
      places: (count + originSpacing - 1) / originSpacing)
  }

  private init(scheme: Scheme, lags: [Int], places: Int) {
    self.scheme = scheme
    self.lags = lags
    self.places = places
    pairs.reserveCapacity(lags.count)
  }

  /// Prepares the lists of a sample, counted from 0.
  mutating func begin(sample n: Int) {
    pairs.removeAll(keepingCapacity: true)
    stores.removeAll(keepingCapacity: true)
    switch scheme {
    case .multipleTau(let levels):
      var lag = 0
      for level in 0..<levels {
        let first = level == 0 ? 1 : Self.channels / 2
        guard n % (1 << level) == 0 else { return }
        let own = n >> level
        stores.append(level * Self.channels + own % Self.channels)
        for j in first..<Self.channels {
          if j <= own, lag < lags.count {
            pairs.append(
              Pair(
                place: level * Self.channels + (own - j) % Self.channels, lag: lag,
                earlier: (own - j) << level)
            )
          }
          lag += 1
        }
      }
    case .linear(let channels):
      let newest = n / Self.originSpacing
      if n % Self.originSpacing == 0 { stores.append(newest % places) }
      for origin in stride(from: newest, through: max(0, newest - places + 1), by: -1)
      where n - origin * Self.originSpacing < channels {
        let earlier = origin * Self.originSpacing
        pairs.append(Pair(place: origin % places, lag: n - earlier, earlier: earlier))
      }
    }
  }
}
