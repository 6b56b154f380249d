/// Clusters of points, each point in the nearest one whose centre is within a threshold, and in a new one where there is none: the
/// leaves of BIRCH (Zhang, Ramakrishnan and Livny, SIGMOD Record 25, 103 (1996)) with the distance from the centre in place of the
/// radius of the whole cluster, so that a far point is never lost in a crowd.
///
/// The first points are known already. Clusters that they make are covered: other points may join them, and do not move their
/// centres.
struct ThresholdClusters {
  let width: Int
  /// `[cluster][coordinate]`
  private(set) var centres: [Double] = []
  /// Points that make the centre.
  private(set) var weights: [Double] = []
  /// Clusters of known points, which are the first.
  private(set) var coveredCount = 0
  /// The cluster of each point.
  private(set) var clusterOfPoint: [Int32] = []
  /// Whether points were left over when the search ended.
  private(set) var isAbandoned = false

  var count: Int { weights.count }
  /// Clusters without a known point.
  var freeCount: Int { count - coveredCount }

  /// - Parameters:
  ///   - known: how many of the first points are known.
  ///   - most: where more free clusters are found, the rest of the points is not looked at.
  init(_ points: PointSet, known: Int, threshold: Double, most: Int) {
    width = points.width
    clusterOfPoint.reserveCapacity(points.count)
    points.values.withUnsafeBufferPointer { values in
      // An empty array has no address.
      var none = 0.0
      for point in 0..<points.count {
        withUnsafePointer(to: &none) { none in
          place(values.baseAddress.map { $0 + point * width } ?? none, threshold, isKnown: point < known)
        }
        if freeCount > most {
          isAbandoned = point + 1 < points.count
          return
        }
      }
    }
  }

  private mutating func place(_ point: UnsafePointer<Double>, _ threshold: Double, isKnown: Bool) {
    let (count, width) = (count, width)
    let found = centres.withUnsafeBufferPointer {
      NearestPoint(to: point, among: $0, count: count, width: width, limit: threshold * threshold)
    }
    guard let cluster = found?.index else {
      for k in 0..<width { centres.append(point[k]) }
      weights.append(1)
      clusterOfPoint.append(Int32(count))
      if isKnown { coveredCount += 1 }
      return
    }
    clusterOfPoint.append(Int32(cluster))
    guard isKnown || cluster >= coveredCount else { return }
    weights[cluster] += 1
    for k in 0..<width {
      centres[cluster * width + k] += (point[k] - centres[cluster * width + k]) / weights[cluster]
    }
  }
}

extension ThresholdClusters {
  /// Clusters with the largest threshold that leaves at least so many free ones, or as many as there are different points.
  static func search(_ points: PointSet, known: Int, count: Int) -> ThresholdClusters {
    var high = max(points.extent, .leastNormalMagnitude) * 1.01
    var low = high * 1e-9
    let enough = count + count / 8 + 16
    var best: ThresholdClusters?
    // Below this no more clusters are to be had.
    let finest = ThresholdClusters(points, known: known, threshold: low, most: enough)
    if !finest.isAbandoned {
      guard finest.freeCount > count else { return finest }
      best = finest
    }
    while high > low * 1.001, best?.freeCount != count {
      let middle = (low * high).squareRoot()
      let found = ThresholdClusters(points, known: known, threshold: middle, most: enough)
      if found.freeCount < count {
        high = middle
      } else {
        low = middle
        if !found.isAbandoned { best = found }
      }
    }
    return best ?? ThresholdClusters(points, known: known, threshold: low, most: points.count)
  }
}
