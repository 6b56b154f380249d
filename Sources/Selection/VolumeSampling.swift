import Mathematics

/// The method MaxVol for any number of rows: candidates that, with the known frames, make det(ε + Σ yᵀy) of the rows y large. For as
/// many rows as a row has numbers this is the square of their volume (Goreinov et al. 2010; of more rows it is what Mikhalev and
/// Oseledets, Linear Algebra Appl. 538, 187 (2018), call rectangular maximal volume). Rows are taken one after the other, each the one
/// that makes the determinant largest, and then exchanged while an exchange makes it larger.
struct VolumeSampling {
  /// Indices of points, ascending.
  private(set) var chosen: [Int] = []

  private let points: PointSet
  private let known: Int
  /// ε + Σ yᵀy, and its inverse.
  private var information: [Double]
  private var inverse: [Double]
  /// y M⁻¹ yᵀ of each point: 1 + this is the factor of the determinant when the point is taken.
  private var leverages: [Double]
  private var isTaken: [Bool]

  /// Relative to the variance of the coordinates, which is 1.
  private static let floor = 1e-6
  /// An exchange has to make the determinant so many times as large.
  private static let gain = 1.01
  /// Candidates with the largest leverages are tried for an exchange.
  private static let tried = 16
  /// Leverages that are computed anew lose no digits.
  private static let refreshed = 64

  /// - Parameters:
  ///   - points: with a variance of about 1 in each coordinate.
  ///   - known: how many of the first points are known; the others are candidates.
  ///   - count: fewer are chosen where fewer candidates differ from each other and from known frames.
  init(_ points: PointSet, known: Int, count: Int) {
    self.points = points
    self.known = known
    let width = points.width
    information = [Double](repeating: 0, count: width * width)
    inverse = information
    leverages = [Double](repeating: 0, count: points.count)
    isTaken = [Bool](repeating: false, count: points.count)
    for k in 0..<width { information[k * width + k] = Self.floor }
    for point in 0..<known {
      isTaken[point] = true
      add(point, times: 1)
    }
    guard count > 0, known < points.count else { return }
    refresh()
    for point in 0..<known { passOver(equalTo: point) }
    while chosen.count < count, let next = largest(1).first {
      take(next)
      if chosen.count % Self.refreshed == 0 { refresh() }
    }
    refresh()
    exchange()
    chosen.sort()
  }

  /// The candidates of the largest leverages, descending.
  private func largest(_ count: Int) -> [Int] {
    var found: [Int] = []
    for point in known..<points.count where !isTaken[point] {
      guard found.count < count || leverages[point] > leverages[found[found.count - 1]] else { continue }
      let at = found.firstIndex { leverages[$0] < leverages[point] } ?? found.count
      found.insert(point, at: at)
      if found.count > count { found.removeLast() }
    }
    return found
  }

  private mutating func take(_ point: Int) {
    chosen.append(point)
    isTaken[point] = true
    change(point, sign: 1)
    passOver(equalTo: point)
  }

  /// A frame that is there twice is of no use, however large its leverage.
  private mutating func passOver(equalTo point: Int) {
    for other in known..<points.count where !isTaken[other] && points[other] == points[point] {
      isTaken[other] = true
    }
  }

  private mutating func add(_ point: Int, times factor: Double) {
    let width = points.width
    let y = Array(points[point])
    for i in 0..<width {
      for j in 0..<width { information[i * width + j] += factor * y[i] * y[j] }
    }
  }

  /// Adds a point to the determinant or takes it out, by the formula of Sherman and Morrison.
  private mutating func change(_ point: Int, sign: Double) {
    let width = points.width
    let column = product(point)
    let scale = sign / (1 + sign * leverages[point])
    for other in leverages.indices {
      let overlap = self.overlap(other, column)
      leverages[other] -= scale * overlap * overlap
    }
    for i in 0..<width {
      for j in 0..<width { inverse[i * width + j] -= scale * column[i] * column[j] }
    }
    add(point, times: sign)
  }

  /// M⁻¹ y.
  private func product(_ point: Int) -> [Double] {
    let width = points.width
    return (0..<width).map { i in
      (0..<width).reduce(0) { $0 + inverse[i * width + $1] * points.values[point * width + $1] }
    }
  }

  private func overlap(_ point: Int, _ column: [Double]) -> Double {
    var sum = 0.0
    let first = point * points.width
    for k in column.indices { sum += points.values[first + k] * column[k] }
    return sum
  }

  /// Computes the inverse and all leverages anew.
  private mutating func refresh() {
    let width = points.width
    guard width > 0, let factor = Cholesky(information, size: width) else { return }
    for k in 0..<width {
      let column = factor.solve((0..<width).map { $0 == k ? 1 : 0 })
      for i in 0..<width { inverse[i * width + k] = column[i] }
    }
    for point in 0..<points.count { leverages[point] = overlap(point, product(point)) }
  }

  /// Exchanges a chosen point for a candidate while that makes the determinant larger: (1 + l_j) (1 − l_i) + l_ij² times as large
  /// for the leverages l (Fedorov, Theory of Optimal Experiments, 1972).
  private mutating func exchange() {
    var changes = 0
    while changes < 4 * chosen.count, let (place, point) = bestExchange() {
      let gone = chosen[place]
      chosen[place] = point
      isTaken[point] = true
      change(point, sign: 1)
      change(gone, sign: -1)
      isTaken[gone] = false
      passOver(equalTo: point)
      changes += 1
      if changes % Self.refreshed == 0 { refresh() }
    }
  }

  private func bestExchange() -> (place: Int, point: Int)? {
    var best: (place: Int, point: Int)?
    var gain = Self.gain
    for point in largest(Self.tried) {
      let column = product(point)
      for (place, taken) in chosen.enumerated() {
        let overlap = self.overlap(taken, column)
        let ratio = (1 + leverages[point]) * (1 - leverages[taken]) + overlap * overlap
        if ratio > gain { (gain, best) = (ratio, (place, point)) }
      }
    }
    return best
  }
}
