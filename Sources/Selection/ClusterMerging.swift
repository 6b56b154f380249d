/// Merges the nearest clusters until so many are left that hold no known point.
struct ClusterMerging {
  private let width: Int
  private let coveredCount: Int
  private var centres: [Double]
  private var weights: [Double]
  /// Where a cluster went; itself while it is there.
  private var heir: [Int]
  /// Of each free cluster that is there, the nearest other one, free or covered.
  private var nearest: [NearestPoint?]
  private var freeCount: Int

  init(_ clusters: ThresholdClusters, downTo count: Int) {
    width = clusters.width
    coveredCount = clusters.coveredCount
    centres = clusters.centres
    weights = clusters.weights
    heir = Array(0..<clusters.count)
    nearest = [NearestPoint?](repeating: nil, count: clusters.count)
    freeCount = clusters.freeCount
    guard freeCount > count else { return }
    for cluster in coveredCount..<heir.count { nearest[cluster] = nearestOther(of: cluster) }
    while freeCount > count, let cluster = closest() { merge(cluster) }
  }

  /// The cluster in which a cluster is now; nil for one that holds known points.
  func place(of cluster: Int) -> Int? {
    var at = cluster
    while heir[at] != at { at = heir[at] }
    return at >= coveredCount ? at : nil
  }

  func centre(_ cluster: Int) -> ArraySlice<Double> { centres[(cluster * width)..<((cluster + 1) * width)] }

  private func nearestOther(of cluster: Int) -> NearestPoint? {
    let heir = heir
    let (count, width) = (heir.count, width)
    return centres.withUnsafeBufferPointer { centres in
      guard let base = centres.baseAddress else { return nil }
      return NearestPoint(
        to: base + cluster * width, among: centres, count: count, width: width, limit: .infinity
      ) { $0 == cluster || heir[$0] != $0 }
    }
  }

  /// The free cluster that is nearest to another one.
  private func closest() -> Int? {
    var best: (cluster: Int, square: Double)?
    for cluster in coveredCount..<heir.count where heir[cluster] == cluster {
      guard let square = nearest[cluster]?.square, square < best?.square ?? .infinity else { continue }
      best = (cluster, square)
    }
    return best?.cluster
  }

  /// A covered cluster stays as it is; of two free ones the first gets the common centre.
  private mutating func merge(_ cluster: Int) {
    guard let other = nearest[cluster]?.index else { return }
    let (kept, gone) = other < cluster ? (other, cluster) : (cluster, other)
    heir[gone] = kept
    nearest[gone] = nil
    freeCount -= 1
    if kept >= coveredCount {
      let total = weights[kept] + weights[gone]
      for k in 0..<width {
        let (a, b) = (centres[kept * width + k], centres[gone * width + k])
        centres[kept * width + k] = a + (b - a) * weights[gone] / total
      }
      weights[kept] = total
    }
    for free in coveredCount..<heir.count where heir[free] == free {
      let lost = nearest[free].map { $0.index == gone || $0.index == kept } ?? false
      if free == kept || lost { nearest[free] = nearestOther(of: free) }
    }
    // The common centre may be nearer than what others had.
    guard kept >= coveredCount else { return }
    for free in coveredCount..<heir.count where heir[free] == free && free != kept {
      let square = (0..<width).reduce(0.0) {
        let d = centres[free * width + $1] - centres[kept * width + $1]
        return $0 + d * d
      }
      if square < nearest[free]?.square ?? .infinity {
        nearest[free] = NearestPoint(index: kept, square: square)
      }
    }
  }
}
