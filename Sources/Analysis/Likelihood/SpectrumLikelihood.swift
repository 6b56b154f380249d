import RealModule

/// The likelihood of ln D from a spectrum, averaged over its shapes.
struct SpectrumLikelihood {
  /// Points of the first, coarse table, and of each enlargement of its highest part.
  private static let coarseCount = 13
  /// Every so many points of the coarse table the shapes' parameters are looked for afresh.
  private static let afreshEvery = 4
  private static let enlargedCount = 7
  private static let mostEnlargements = 8
  /// ln of the smallest likelihood, relative to the largest, that matters.
  private static let depth = 10.0
  /// The largest difference of ln of the likelihood between neighbours that trapezia integrate well.
  private static let largestDifference = 0.8
  private static let mostRows = 120
  /// How far ln D is followed below and above the spectrum.
  private static let margins = (below: 9.0, above: 3.0)
  /// A shape with a smaller posterior probability is left out of the shares.
  private static let leastProbability = 1e-3
  /// Σ|share| is 1 where D is a mean of the points, and some more where it is extrapolated. Where D does not show in the
  /// spectrum shares have no meaning, and no limit.
  private static let largestShares = 3.0

  /// ln D, ascending, and ln of the likelihood.
  var logDiffusivity: [Double] { rows.map(\.x) }
  var logLikelihood: [Double] { rows.map(\.total) }
  /// d ln D/d ln P of each point, averaged over shapes.
  private(set) var shares: [Double]
  /// The posterior probability that D(ω) rises other than by vibration.
  private(set) var memoryProbability = 0.0

  private struct Row {
    var x: Double
    /// Of each shape: ln of its integral times its prior probability, and the parameters there.
    var parts: [Double]
    var parameters: [[Double]]
    var total: Double
  }

  private let integrals: [ShapeIntegral]
  private var rows: [Row] = []
  /// Shapes that are not evaluated any more are not.
  private var isLikely: [Bool] = []

  /// - Parameters:
  ///   - points: with values and degrees of freedom above 0.
  ///   - duration_ps: of the longest run.
  ///   - allowsMemory: whether D(ω) may rise other than by vibrations.
  init(_ points: [SpectrumPoint], duration_ps: Double, allowsMemory: Bool) {
    let highest = points.map(\.frequency_per_ps).max() ?? 1
    let shapes =
      allowsMemory
      ? SpectrumShape.all(duration_ps: duration_ps, highest_per_ps: highest) : [SpectrumShape(probability: 1)]
    integrals = shapes.map { ShapeIntegral(points, shape: $0) }
    shares = points.map { _ in 0 }
    isLikely = integrals.map { _ in true }
    let values = points.map { Double.log($0.value_A2_per_ps) }
    let low = (values.min() ?? 0) - Self.margins.below
    let high = (values.max() ?? 0) + Self.margins.above
    for index in (0..<Self.coarseCount).reversed() {
      insert(
        low + (high - low) * Double(index) / Double(Self.coarseCount - 1),
        afresh: index % Self.afreshEvery == 0)
    }
    enlargePeak(rounds: 2)
    leaveOutUnlikelyShapes()
    enlargePeak(rounds: Self.mostEnlargements)
    refine()
    addShares()
  }

  private var top: Int { rows.indices.max { rows[$0].total < rows[$1].total } ?? 0 }

  /// Evaluates one more ln D.
  /// - Parameter afresh: from all starting points, and not only from the parameters of its neighbour.
  private mutating func insert(_ x: Double, afresh: Bool) {
    let place = rows.firstIndex { $0.x > x } ?? rows.count
    var neighbour: Row?
    if place < rows.count { neighbour = rows[place] }
    if place > 0, neighbour == nil || x - rows[place - 1].x < rows[place].x - x {
      neighbour = rows[place - 1]
    }
    var row = Row(x: x, parts: [], parameters: [], total: 0)
    for (index, integral) in integrals.enumerated() {
      guard isLikely[index] else {
        row.parts.append(-.infinity)
        row.parameters.append([])
        continue
      }
      var starts = afresh ? integral.starts() : []
      if let neighbour { starts.append(neighbour.parameters[index]) }
      let found = starts.map { integral.maximum(logDiffusivity: x, from: $0) }
      guard let best = found.max(by: { $0.logIntegral < $1.logIntegral }) else { continue }
      row.parts.append(best.logIntegral + Double.log(integral.shape.probability))
      row.parameters.append(best.parameters)
    }
    row.total = logSum(row.parts)
    rows.insert(row, at: place)
  }

  /// Those whose highest likelihood is far below that of all.
  private mutating func leaveOutUnlikelyShapes() {
    let highest = rows[top].total
    for index in integrals.indices {
      let own = rows.map { $0.parts[index] }.max() ?? -.infinity
      isLikely[index] = own > highest - 2 * Self.depth
    }
  }

  /// Until the neighbours of the maximum are nearly as high.
  private mutating func enlargePeak(rounds: Int) {
    for _ in 0..<rounds {
      let peak = top
      let (left, right) = (max(0, peak - 1), min(rows.count - 1, peak + 1))
      let drop = rows[peak].total - min(rows[left].total, rows[right].total)
      guard drop > Self.largestDifference else { return }
      for (low, high) in [(rows[left].x, rows[peak].x), (rows[peak].x, rows[right].x)] where high > low {
        let count = (Self.enlargedCount + 1) / 2
        for index in 1..<count { insert(low + (high - low) * Double(index) / Double(count), afresh: false) }
      }
    }
  }

  /// Halves intervals over which the likelihood changes much, where it matters.
  private mutating func refine() {
    var found = true
    while found, rows.count < Self.mostRows {
      found = false
      let highest = rows[top].total
      let wide = (1..<rows.count).filter { index in
        let (a, b) = (rows[index - 1].total, rows[index].total)
        return max(a, b) > highest - Self.depth && abs(a - b) > Self.largestDifference
          && rows[index].x - rows[index - 1].x > 1e-6
      }.map { (rows[$0 - 1].x + rows[$0].x) / 2 }
      for x in wide where rows.count < Self.mostRows {
        insert(x, afresh: false)
        found = true
      }
    }
  }

  /// At the best D of each shape.
  private mutating func addShares() {
    let widths = rows.indices.map { index in
      (rows[min(rows.count - 1, index + 1)].x - rows[max(0, index - 1)].x) / 2
    }
    let evidences = integrals.indices.map { shape in
      logSum(zip(rows, widths).map { $0.parts[shape] + Double.log(max(1e-300, $1)) })
    }
    let whole = logSum(evidences)
    for (index, integral) in integrals.enumerated() {
      let probability = Double.exp(evidences[index] - whole)
      if index > 0 { memoryProbability += probability }
      guard probability > Self.leastProbability,
        let best = rows.filter({ !$0.parameters[index].isEmpty }).max(by: {
          $0.parts[index] < $1.parts[index]
        })
      else { continue }
      let own = integral.shares(logDiffusivity: best.x, best.parameters[index])
      let size = own.reduce(0) { $0 + abs($1) }
      let limit = min(1, Self.largestShares / max(1e-300, size))
      for point in shares.indices { shares[point] += probability * limit * own[point] }
    }
  }
}

/// ln Σ exp.
func logSum(_ values: [Double]) -> Double {
  guard let top = values.max(), top > -.infinity else { return -.infinity }
  return top + Double.log(values.reduce(0) { $0 + Double.exp($1 - top) })
}
