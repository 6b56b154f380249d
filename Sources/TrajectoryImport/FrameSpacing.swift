/// Picks evenly spaced frames out of a row.
enum FrameSpacing {
  /// The frames to use.
  struct Even {
    /// Indices into the row.
    var indices: [Int]
    /// From each to the next, in the row's units.
    var spacing: Double
    /// The last one follows after a shorter interval, in the row's units.
    var early: Double?
    /// Whether frames of the row are left out because it is not even.
    var isResampled = false
  }

  /// The fewest frames that a resampled row may have, and how much wider than usual they may be apart.
  private static let fewest = 4
  private static let widest = 10.0

  /// - Parameters:
  ///   - keys: rising.
  ///   - tolerance: of a difference, as a share of the usual one; 0 for whole numbers.
  /// - Returns: nil where no even row can be picked.
  static func even(_ keys: [Double], tolerance: Double) -> Even? {
    let differences = zip(keys.dropFirst(), keys).map { $0 - $1 }
    guard let usual = median(differences), usual > 0, let last = differences.last else { return nil }
    func isUsual(_ difference: Double) -> Bool { abs(difference - usual) <= tolerance * usual }
    if differences.allSatisfy(isUsual) {
      // The times of text files are rounded; their mean interval is not.
      let spacing = tolerance == 0 ? usual : (keys[keys.count - 1] - keys[0]) / Double(differences.count)
      return Even(indices: Array(keys.indices), spacing: spacing)
    }
    if differences.count > 1, last < usual, differences.dropLast().allSatisfy(isUsual) {
      return Even(indices: Array(keys.indices), spacing: usual, early: last)
    }
    return resampled(keys, differences, usual, tolerance)
  }

  /// The first frame whose distance from the one before is not the usual one.
  static func firstOdd(_ keys: [Double], tolerance: Double) -> Int? {
    let differences = zip(keys.dropFirst(), keys).map { $0 - $1 }
    guard let usual = differences.first else { return nil }
    return differences.firstIndex { abs($0 - usual) > max(tolerance, 1e-12) * usual }.map { $0 + 1 }
  }

  /// A row at a multiple of the largest interval, of which every frame exists.
  private static func resampled(
    _ keys: [Double], _ differences: [Double], _ usual: Double, _ tolerance: Double
  ) -> Even? {
    guard let largest = differences.max(), let smallest = differences.min() else { return nil }
    var spacing = largest
    while spacing <= widest * max(usual, largest) {
      let margin = max(tolerance * smallest, 1e-9 * spacing)
      // The first frames within one interval are the possible beginnings.
      for start in keys.indices.prefix(1000) where keys[start] - keys[0] < spacing - margin {
        if let indices = walk(keys, from: start, spacing, margin), indices.count >= fewest {
          let mean = (keys[indices[indices.count - 1]] - keys[indices[0]]) / Double(indices.count - 1)
          return Even(indices: indices, spacing: tolerance == 0 ? spacing : mean, isResampled: true)
        }
      }
      spacing += largest
    }
    return nil
  }

  private static func walk(_ keys: [Double], from start: Int, _ spacing: Double, _ margin: Double) -> [Int]? {
    var indices = [start]
    var index = start
    while true {
      let next = keys[index] + spacing
      guard next <= keys[keys.count - 1] + margin else { return indices }
      var candidate = index + 1
      while candidate < keys.count, keys[candidate] < next - margin { candidate += 1 }
      guard candidate < keys.count, keys[candidate] <= next + margin else { return nil }
      indices.append(candidate)
      index = candidate
    }
  }
}
