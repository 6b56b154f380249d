/// The method DIRECT: as many clusters of candidates as frames are wanted, none of them of known frames, and of each cluster the
/// candidate next to its centre.
struct DirectSampling {
  /// Indices of points, ascending.
  let chosen: [Int]

  /// - Parameters:
  ///   - known: how many of the first points are known; the others are candidates.
  ///   - count: fewer are chosen where fewer candidates differ from each other and from known frames.
  init(_ points: PointSet, known: Int, count: Int) {
    guard count > 0, known < points.count else {
      chosen = []
      return
    }
    let clusters = ThresholdClusters.search(points, known: known, count: count)
    let merged = ClusterMerging(clusters, downTo: count)
    var best: [Int: (point: Int, square: Double)] = [:]
    for point in known..<points.count {
      guard let cluster = merged.place(of: Int(clusters.clusterOfPoint[point])) else { continue }
      let square = zip(points[point], merged.centre(cluster)).reduce(0.0) {
        $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
      }
      if square < best[cluster]?.square ?? .infinity { best[cluster] = (point, square) }
    }
    chosen = best.values.map(\.point).sorted()
  }
}
