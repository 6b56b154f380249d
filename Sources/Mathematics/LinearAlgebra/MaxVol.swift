internal import CLAPACK

/// Rows of a tall matrix that span nearly the largest volume: no row of the matrix is a combination of them with a factor
/// above a tolerance.
///
/// Goreinov, Oseledets, Savostyanov, Tyrtyshnikov and Zamarashkin, "How to find a good submatrix", in Matrix Methods: Theory,
/// Algorithms and Applications (World Scientific, 2010), p. 247: while a factor c of row i on the chosen row j has |c| above
/// the tolerance, i takes the place of j, which makes the volume |c| times as large.
///
/// Rows are offered in blocks, so that the matrix need not be in memory. The set begins with a small multiple of each unit
/// vector. Those that are never replaced are directions that the matrix does not span.
package struct MaxVol {
  /// Numbers of a row, and rows of the set.
  package let size: Int
  /// The largest factor that is left.
  package let tolerance: Double
  /// `[place][number]`.
  package private(set) var rows: [Double]
  /// The number of the matrix's row at each place; nil for a unit vector of the beginning.
  package private(set) var numbers: [Int?]

  /// - Parameters:
  ///   - size: above 0.
  ///   - floor: length of the vectors at the beginning, above 0: what is shorter counts as nothing.
  package init(size: Int, floor: Double, tolerance: Double = 1.01) {
    self.size = size
    self.tolerance = tolerance
    rows = [Double](repeating: 0, count: size * size)
    for k in 0..<size { rows[k * size + k] = floor }
    numbers = [Int?](repeating: nil, count: size)
  }

  /// Takes rows of a block in until none of it has a factor above the tolerance.
  /// - Parameters:
  ///   - block: `[row][number]`, finite.
  ///   - first: the number of its first row.
  /// - Returns: how many rows were taken in.
  /// - Throws: `LAPACKError` where the set is singular to rounding.
  package mutating func offer(_ block: [Double], first: Int) throws -> Int {
    guard !block.isEmpty else { return 0 }
    var taken = numbers.contains { $0 != nil } ? 0 : try begin(with: block, first: first)
    // Factors that were updated many times lose digits: they are computed anew until nothing changes.
    for _ in 0..<Self.mostRounds {
      var factors = try FactorTable(block, of: rows, size: size)
      var swaps = 0
      while let (row, place) = factors.largest(above: tolerance) {
        take(block, row, into: place, first: first)
        factors.swap(row, into: place)
        swaps += 1
      }
      taken += swaps
      if swaps == 0 { break }
    }
    return taken
  }

  private static let mostRounds = 20

  private mutating func take(_ block: [Double], _ row: Int, into place: Int, first: Int) {
    for k in 0..<size { rows[place * size + k] = block[row * size + k] }
    numbers[place] = first + row
  }

  /// Takes in the longest row of the first block, then the one that is longest off the first, and so on: the pivots of LAPACK's
  /// QR factorisation. What swaps then make of them has at least their volume.
  /// - Returns: how many rows were taken in.
  private mutating func begin(with block: [Double], first: Int) throws -> Int {
    let floor = rows[0]
    var order: [Int] = []
    for (pivot, length) in try Self.pivots(block, size) where length > floor { order.append(pivot) }
    let chosen = order.flatMap { block[($0 * size)..<(($0 + 1) * size)] }
    guard !chosen.isEmpty else { return 0 }
    var factors = try FactorTable(chosen, of: rows, size: size)
    for (index, row) in order.enumerated() {
      guard let place = factors.largest(ofRow: index, where: { numbers[$0] == nil }) else { break }
      take(block, row, into: place, first: first)
      factors.swap(index, into: place)
    }
    return order.count
  }

  /// Rows in the order in which the factorisation takes them, with their lengths off the earlier ones.
  private static func pivots(_ block: [Double], _ size: Int) throws -> [(row: Int, length: Double)] {
    let count = block.count / size
    // By columns a matrix of rows is its transpose.
    var factor = block
    var order = [Int32](repeating: 0, count: count)
    var reflectors = [Double](repeating: 0, count: min(size, count))
    let code = LAPACKE_dgeqp3(
      LAPACK_COL_MAJOR, Int32(size), Int32(count), &factor, Int32(size), &order, &reflectors)
    guard code == 0 else { throw LAPACKError(routine: "dgeqp3", code: Int(code)) }
    return reflectors.indices.map { (Int(order[$0]) - 1, abs(factor[$0 * size + $0])) }
  }

  /// The factors of a block's rows, `[row][place]`.
  /// - Throws: as `offer`.
  package func factors(of block: [Double]) throws -> [Double] {
    guard !block.isEmpty else { return [] }
    return try FactorTable(block, of: rows, size: size).plain
  }

  /// The inverse of the set, `[number][place]`: a row times it is the row of its factors.
  /// - Throws: as `offer`.
  package func inverse() throws -> [Double] {
    var (factor, pivots) = try Self.factorised(rows, size)
    // By columns the set is its transpose, and so is the inverse.
    let code = LAPACKE_dgetri(LAPACK_COL_MAJOR, Int32(size), &factor, Int32(size), pivots)
    guard code == 0 else { throw LAPACKError(routine: "dgetri", code: Int(code)) }
    return factor
  }

  fileprivate static func factorised(_ rows: [Double], _ size: Int) throws -> ([Double], [Int32]) {
    var factor = rows
    var pivots = [Int32](repeating: 0, count: size)
    let code = LAPACKE_dgetrf(LAPACK_COL_MAJOR, Int32(size), Int32(size), &factor, Int32(size), &pivots)
    guard code == 0 else { throw LAPACKError(routine: "dgetrf", code: Int(code)) }
    return (factor, pivots)
  }
}

/// The factors with which the rows of a set enter the rows of a block, C A = B.
private struct FactorTable {
  private let size: Int
  private let rowCount: Int
  /// Numbers from row to row: `size` in whole registers, with zeros at the end.
  private let stride: Int
  private var values: [Double]
  /// The largest magnitude of each row.
  private var largestOfRow: [Double]

  init(_ block: [Double], of rows: [Double], size: Int) throws {
    self.size = size
    rowCount = block.count / size
    stride = (size + 7) / 8 * 8
    values = [Double](repeating: 0, count: rowCount * stride)
    for row in 0..<rowCount {
      for k in 0..<size { values[row * stride + k] = block[row * size + k] }
    }
    let (factor, pivots) = try MaxVol.factorised(rows, size)
    // Aᵀ Cᵀ = Bᵀ; by columns a matrix of rows is its transpose.
    let code = LAPACKE_dgetrs(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), Int32(size), Int32(rowCount), factor, Int32(size), pivots,
      &values, Int32(stride))
    guard code == 0 else { throw LAPACKError(routine: "dgetrs", code: Int(code)) }
    largestOfRow = [Double](repeating: 0, count: rowCount)
    subtract(column: nil, times: [Double](repeating: 0, count: stride))
  }

  var plain: [Double] { (0..<rowCount).flatMap { values[($0 * stride)..<($0 * stride + size)] } }

  /// The row and the place of the factor of the largest magnitude; nil where it is within the tolerance.
  func largest(above tolerance: Double) -> (row: Int, place: Int)? {
    var best = (row: 0, value: 0.0)
    for (row, value) in largestOfRow.enumerated() where value > best.value { best = (row, value) }
    guard best.value > tolerance else { return nil }
    var place = 0
    for k in 0..<size where abs(values[best.row * stride + k]) > abs(values[best.row * stride + place]) {
      place = k
    }
    return (best.row, place)
  }

  /// The place of a row's factor of the largest magnitude among some places; nil where all are 0.
  func largest(ofRow row: Int, where isAllowed: (Int) -> Bool) -> Int? {
    var best: (place: Int, value: Double)?
    for place in 0..<size where isAllowed(place) {
      let value = abs(values[row * stride + place])
      if value > best?.value ?? 0 { best = (place, value) }
    }
    return best?.place
  }

  /// The factors after a row of the block has taken a place of the set.
  mutating func swap(_ row: Int, into place: Int) {
    var change = Array(values[(row * stride)..<((row + 1) * stride)])
    let pivot = change[place]
    change[place] -= 1
    for k in change.indices { change[k] /= pivot }
    subtract(column: place, times: change)
  }

  /// Subtracts from each row its number in a column times a row, and finds the largest magnitudes.
  /// - Parameter column: nil to find the magnitudes only.
  private mutating func subtract(column: Int?, times change: [Double]) {
    let stride = stride
    values.withUnsafeMutableBytes { table in
      change.withUnsafeBytes { change in
        for row in 0..<rowCount {
          let start = row * stride * MemoryLayout<Double>.stride
          let factor = column.map {
            table.loadUnaligned(fromByteOffset: start + $0 * MemoryLayout<Double>.stride, as: Double.self)
          }
          var largest = SIMD8<Double>(repeating: 0)
          var offset = 0
          while offset < change.count {
            var lanes = table.loadUnaligned(fromByteOffset: start + offset, as: SIMD8<Double>.self)
            if let factor, factor != 0 {
              lanes -= change.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self) * factor
              table.storeBytes(of: lanes, toByteOffset: start + offset, as: SIMD8<Double>.self)
            }
            let magnitudes = lanes.replacing(with: -lanes, where: lanes .< 0)
            largest.replace(with: magnitudes, where: magnitudes .> largest)
            offset += MemoryLayout<SIMD8<Double>>.stride
          }
          largestOfRow[row] = largest.max()
        }
      }
    }
  }
}
