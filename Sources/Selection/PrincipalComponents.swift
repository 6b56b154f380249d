import Mathematics

/// The principal components of rows with mean 0, as DIRECT takes them (Qi, Ko, Wood, Pham and Ong, npj Comput. Mater. 10, 43 (2024)):
/// those of a variance above 1 (Kaiser's rule), each times its share of the variance.
struct PrincipalComponents {
  /// Of all components, descending.
  let variances: [Double]
  /// Components that are kept.
  let count: Int
  /// `[row][component]`, weighted.
  let scores: [Double]

  /// The part of the variance that is kept; 0 where nothing varies.
  var explained: Double {
    let total = variances.reduce(0, +)
    return total > 0 ? variances[..<count].reduce(0, +) / total : 0
  }

  /// A component's factor in `scores`.
  func weight(_ component: Int) -> Double { variances[component] / variances.reduce(0, +) }

  /// - Parameters:
  ///   - rowCount: 0 and 1 give no components.
  ///   - width: numbers of a row.
  ///   - forEachRow: calls its argument with each row in turn; called twice.
  /// - Throws: `LAPACKError`.
  init(rowCount: Int, width: Int, forEachRow: ((Int, [Double]) -> Void) -> Void) throws {
    guard rowCount > 1, width > 0 else {
      (variances, count, scores) = ([], 0, [])
      return
    }
    var products = ProductSums(width: width)
    forEachRow { _, row in products.add(row) }
    let (values, vectors) = try symmetricEigensystem(
      products.finished(divisor: Double(rowCount - 1)), size: width)
    variances = values.reversed().map { max($0, 0) }
    let total = variances.reduce(0, +)
    let kept = total > 0 ? max(1, variances.count { $0 > 1 }) : 0
    count = kept
    var scores = [Double](repeating: 0, count: rowCount * kept)
    let variances = variances
    forEachRow { index, row in
      for component in 0..<kept {
        let first = (width - 1 - component) * width
        var sum = 0.0
        for k in 0..<width { sum += vectors[first + k] * row[k] }
        scores[index * kept + component] = sum * variances[component] / total
      }
    }
    self.scores = scores
  }
}

/// Σ xᵀx of rows x.
private struct ProductSums {
  private let width: Int
  private var sums: [Double]
  /// `[number][row]` of the rows that wait.
  private var block: [Double]
  private var waiting = 0

  private static let rows = 64

  init(width: Int) {
    self.width = width
    sums = [Double](repeating: 0, count: width * width)
    block = [Double](repeating: 0, count: width * Self.rows)
  }

  mutating func add(_ row: [Double]) {
    for k in 0..<width { block[k * Self.rows + waiting] = row[k] }
    waiting += 1
    if waiting == Self.rows { flush() }
  }

  /// The symmetric matrix of sums over a number.
  mutating func finished(divisor: Double) -> [Double] {
    flush()
    for i in 0..<width {
      for j in i..<width {
        sums[i * width + j] /= divisor
        sums[j * width + i] = sums[i * width + j]
      }
    }
    return sums
  }

  private mutating func flush() {
    guard waiting > 0 else { return }
    let (width, rows) = (width, Self.rows)
    for k in 0..<width { for row in waiting..<rows { block[k * rows + row] = 0 } }
    block.withUnsafeBytes { block in
      sums.withUnsafeMutableBufferPointer { sums in
        let stride = rows * MemoryLayout<Double>.stride
        for i in 0..<width {
          for j in i..<width {
            var sum = SIMD8<Double>(repeating: 0)
            var offset = 0
            while offset < stride {
              sum +=
                block.loadUnaligned(fromByteOffset: i * stride + offset, as: SIMD8<Double>.self)
                * block.loadUnaligned(fromByteOffset: j * stride + offset, as: SIMD8<Double>.self)
              offset += MemoryLayout<SIMD8<Double>>.stride
            }
            sums[i * width + j] += sum.sum()
          }
        }
      }
    }
    waiting = 0
  }
}
