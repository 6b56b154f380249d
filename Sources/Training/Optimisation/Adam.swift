/// Adam (Kingma, Ba, ICLR 2015): steps of the mean gradient over the root of its mean square, both running means.
struct Adam: Sendable, Codable, Equatable {
  private(set) var steps = 0
  private(set) var mean: [Double]
  private(set) var square: [Double]
  private static let (meanDecay, squareDecay, floor) = (0.9, 0.999, 1e-8)

  init(count: Int) {
    mean = [Double](repeating: 0, count: count)
    square = mean
  }

  func fits(_ count: Int) -> Bool { mean.count == count && square.count == count && steps >= 0 }

  /// Goes back to earlier means, without those that led astray; the number of steps stays.
  mutating func takeMeans(of earlier: Self) {
    mean = earlier.mean
    square = earlier.square
  }

  /// One step down.
  mutating func step(_ parameters: inout [Double], _ gradient: [Double], rate: Double) {
    steps += 1
    let (a, b) = (Self.meanDecay, Self.squareDecay)
    let meanShare = 1 - power(a, steps)
    let squareShare = 1 - power(b, steps)
    for index in parameters.indices {
      mean[index] = a * mean[index] + (1 - a) * gradient[index]
      square[index] = b * square[index] + (1 - b) * gradient[index] * gradient[index]
      let root = (square[index] / squareShare).squareRoot()
      parameters[index] -= rate * mean[index] / (meanShare * (root + Self.floor))
    }
  }

  /// By repeated multiplication: the same bits everywhere.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}
