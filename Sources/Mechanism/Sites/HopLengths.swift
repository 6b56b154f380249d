import Crystal
import Mathematics
import Statistics

/// The length of hops, with the doubt of where the sites are: a site is the mean position of the ions in its
/// core, which each block of time gives anew.
///
/// |d|² of a mean vector is too long by the variance of the mean. The product of the vectors of two different
/// blocks is not.
struct HopLengths {
  /// Hops between two sites, whatever copies of the cell they are in.
  private struct Route: Hashable {
    var from: Int
    var to: Int
    var image: SIMD3<Int>
  }

  private let sites: DensitySites
  /// `[block][site]`: Σ of the offsets, in fractions, and their number.
  private var offsets: [[Vector3]]
  private var counts: [[Double]]
  /// Hops in each block.
  private var routes: [Route: [Double]] = [:]

  init(sites: DensitySites) {
    self.sites = sites
    let none = [Vector3](repeating: .zero, count: sites.fractions.count)
    offsets = [[Vector3]](repeating: none, count: BlockSums.blockCount)
    counts = offsets.map { $0.map { _ in 0 } }
  }

  mutating func add(site: Int, offset: Vector3, block: Int) {
    offsets[block][site] += offset
    counts[block][site] += 1
  }

  mutating func add(_ hop: SiteHop, block: Int) {
    let route = Route(from: hop.from.site, to: hop.to.site, image: hop.to.image &- hop.from.image)
    routes[route, default: [Double](repeating: 0, count: BlockSums.blockCount)][block] += 1
  }

  /// The root mean square, Å, and samples, one for each block, the standard error of whose mean is its error. No
  /// samples where the hops or the visits of a site are in one block alone.
  func finish() -> (value_A: Double, blocks: [Double])? {
    // In one order, so that the sums are the same for every run of the program.
    let sorted = routes.sorted {
      let (l, r) = ($0.key, $1.key)
      return (l.from, l.to, l.image.x, l.image.y, l.image.z) < (r.from, r.to, r.image.x, r.image.y, r.image.z)
    }
    let all = Array(0..<BlockSums.blockCount)
    guard let square = meanSquare_A2(sorted, places: all, hops: all), square > 0 else { return nil }
    let value = square.squareRoot()
    let places = pseudoValues(square) { meanSquare_A2(sorted, places: $0, hops: all) }
    let hops = pseudoValues(square) { meanSquare_A2(sorted, places: all, hops: $0) }
    guard let byPlaces = standardError(places), let byHops = standardError(hops) else { return (value, []) }
    // Where the noise of the places cancels in first order, as between the sites of a lattice, only the products of
    // two blocks' noise are left. The jackknife then takes their variance for 10/3 of what it is.
    let excess = (Self.productFactor - 1) * productVariance_A4(sorted)
    let ofPlaces = max(byPlaces * byPlaces / Self.productFactor, byPlaces * byPlaces - excess)
    // Hops over routes of one length seem to differ by the noise of the places, which is in the other part.
    let ofHops = max(0, byHops * byHops - routeVariance_A4(sorted))
    let samples = byPlaces > 0 ? places : hops
    let own = byPlaces > 0 ? byPlaces : byHops
    let scale = own > 0 ? (ofPlaces + ofHops).squareRoot() / own : 0
    // d√x = dx/(2√x).
    return (value, samples.map { value + scale * ($0 - square) / (2 * value) })
  }

  private func pseudoValues(_ whole: Double, _ value: ([Int]) -> Double?) -> [Double] {
    let count = Double(BlockSums.blockCount)
    let parts = (0..<BlockSums.blockCount).compactMap { without in
      value((0..<BlockSums.blockCount).filter { $0 != without })
    }
    return parts.count == BlockSums.blockCount ? parts.map { count * whole - (count - 1) * $0 } : []
  }

  /// The variance that the noise of the routes' lengths gives to the mean of as many hops, drawn from the routes.
  private func routeVariance_A4(_ routes: [(key: Route, value: [Double])]) -> Double {
    let all = Array(0..<BlockSums.blockCount)
    var sum = 0.0
    var hops = 0.0
    for (route, numbers) in routes {
      let number = numbers.reduce(0, +)
      hops += number
      let known = all.filter { counts[$0][route.from] > 0 && counts[$0][route.to] > 0 }
      let vectors = known.map { vector_A(route, block: $0) }
      let mean = vectors.reduce(.zero, +) / Double(max(1, known.count))
      guard let error = standardError(vectors.map { 2 * dot($0, mean) }) else { continue }
      sum += number * error * error
    }
    return hops > 0 ? sum / (hops * hops) : 0
  }

  /// Of the jackknife's variance of a mean product of pairs out of five, for products without a part of one block
  /// alone: (n − 1) (1/C(n−1, 2) − C(n−2, 2)/C(n−1, 2)²) over 1/C(n, 2).
  private static let productFactor = 10.0 / 3

  /// The variance of the mean over pairs of blocks of the products of their noise, from the residuals of the
  /// products about the effects of single blocks.
  private func productVariance_A4(_ routes: [(key: Route, value: [Double])]) -> Double {
    let n = BlockSums.blockCount
    var products = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    var hops = 0.0
    for (route, numbers) in routes
    where (0..<n).allSatisfy({ counts[$0][route.from] > 0 && counts[$0][route.to] > 0 }) {
      let number = numbers.reduce(0, +)
      let vectors = (0..<n).map { vector_A(route, block: $0) }
      for b in 0..<n { for c in 0..<b { products[b][c] += number * dot(vectors[b], vectors[c]) } }
      hops += number
    }
    guard hops > 0 else { return 0 }
    func product(_ b: Int, _ c: Int) -> Double { products[max(b, c)][min(b, c)] / hops }
    let rows = (0..<n).map { b in (0..<n).filter { $0 != b }.reduce(0) { $0 + product(b, $1) } }
    let pairs = Double(n * (n - 1) / 2)
    let mean = rows.reduce(0, +) / (2 * pairs)
    let effects = rows.map { ($0 - Double(n - 1) * mean) / Double(n - 2) }
    var squares = 0.0
    for b in 0..<n {
      for c in 0..<b {
        let residual = product(b, c) - mean - effects[b] - effects[c]
        squares += residual * residual
      }
    }
    return squares / (pairs - Double(n)) / pairs
  }

  /// From site to site by the ions in a block, which has some at both.
  private func vector_A(_ route: Route, block: Int) -> Vector3 {
    let image = Vector3(Double(route.image.x), Double(route.image.y), Double(route.image.z))
    return sites.unitCell.cartesian(
      sites.fractions[route.to] - sites.fractions[route.from] + image
        + offsets[block][route.to] / counts[block][route.to]
        - offsets[block][route.from] / counts[block][route.from])
  }

  /// - Parameters:
  ///   - places: blocks that the places of the sites come from.
  ///   - hops: blocks whose hops count.
  private func meanSquare_A2(
    _ routes: [(key: Route, value: [Double])], places: [Int], hops: [Int]
  ) -> Double? {
    var sum = 0.0
    var total = 0.0
    for (route, numbers) in routes {
      let number = hops.reduce(0) { $0 + numbers[$1] }
      guard number > 0 else { continue }
      sum += number * square_A2(route, places)
      total += number
    }
    return total > 0 ? max(0, sum / total) : nil
  }

  private func square_A2(_ route: Route, _ blocks: [Int]) -> Double {
    let image = Vector3(Double(route.image.x), Double(route.image.y), Double(route.image.z))
    let nominal = sites.fractions[route.to] - sites.fractions[route.from] + image
    let known = blocks.filter { counts[$0][route.from] > 0 && counts[$0][route.to] > 0 }
    guard known.count > 1 else {
      let d = sites.unitCell.cartesian(nominal + mean(route.to, blocks) - mean(route.from, blocks))
      return dot(d, d)
    }
    var sum = Vector3.zero
    var squares = 0.0
    for block in known {
      let d = vector_A(route, block: block)
      sum += d
      squares += dot(d, d)
    }
    return (dot(sum, sum) - squares) / Double(known.count * (known.count - 1))
  }

  private func mean(_ site: Int, _ blocks: [Int]) -> Vector3 {
    let count = blocks.reduce(0) { $0 + counts[$1][site] }
    let sum = blocks.reduce(Vector3.zero) { $0 + offsets[$1][site] }
    return count > 0 ? sum / count : .zero
  }
}
