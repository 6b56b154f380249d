/// Points of a space with the distances of Euclid.
struct PointSet {
  let width: Int
  let count: Int
  /// `[point][coordinate]`
  let values: [Double]

  /// - Parameter count: where the space has no coordinates, all points are the same.
  init(_ values: [Double], width: Int, count: Int) {
    self.values = values
    self.width = width
    self.count = count
  }

  subscript(point: Int) -> ArraySlice<Double> { values[(point * width)..<((point + 1) * width)] }

  /// The diagonal of the box that holds all points.
  var extent: Double {
    var square = 0.0
    for k in 0..<width {
      var (low, high) = (Double.infinity, -Double.infinity)
      for point in 0..<count {
        low = min(low, values[point * width + k])
        high = max(high, values[point * width + k])
      }
      if high > low { square += (high - low) * (high - low) }
    }
    return square.squareRoot()
  }
}

/// The nearest of the points of a table.
struct NearestPoint {
  var index: Int
  var square: Double
}

extension NearestPoint {
  /// Finds the nearest of the points `[point][coordinate]` to another.
  /// - Parameters:
  ///   - limit: squared; farther points do not count.
  ///   - skipped: points that do not count.
  /// - Returns: nil for none; of several the first.
  init?(
    to point: UnsafePointer<Double>, among points: UnsafeBufferPointer<Double>, count: Int, width: Int,
    limit: Double, skipped: (Int) -> Bool = { _ in false }
  ) {
    var best = limit
    var found = -1
    for index in 0..<count {
      var square = 0.0
      let first = index * width
      var k = 0
      // The first components vary most: most points are too far after one or two.
      while k < width, square <= best {
        let d = points[first + k] - point[k]
        square += d * d
        k += 1
      }
      guard k == width, square < best || (found < 0 && square <= best), !skipped(index) else { continue }
      best = square
      found = index
    }
    guard found >= 0 else { return nil }
    index = found
    square = best
  }
}
