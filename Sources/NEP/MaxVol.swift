import Mathematics

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
  private let floor: Double
  /// `[number][place]`, padded.
  private var inverse: PaddedRows
  /// Rows taken in since the inverse was computed from the set.
  private var changes = 0

  /// Each change of the inverse loses digits.
  private static let mostChanges = 500
  /// Each swap makes the volume larger: this ends what rounding would not.
  private static let mostRounds = 1000

  /// - Parameters:
  ///   - size: above 0.
  ///   - floor: length of the vectors at the beginning, above 0: what is shorter counts as nothing.
  package init(size: Int, floor: Double, tolerance: Double = 1.01) {
    self.size = size
    self.floor = floor
    self.tolerance = tolerance
    rows = [Double](repeating: 0, count: size * size)
    inverse = PaddedRows(count: size, width: size)
    for k in 0..<size {
      rows[k * size + k] = floor
      inverse.values[k * inverse.stride + k] = 1 / floor
    }
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
    // After so many changes factors are computed anew and looked at again.
    for _ in 0..<Self.mostRounds {
      if changes >= Self.mostChanges { try refresh() }
      var factors = PaddedRows(block, times: inverse)
      var swaps = 0
      while swaps < Self.mostChanges, let (row, place) = factors.largest(above: tolerance) {
        take(block, row, factors.row(row), into: place, first: first) {
          factors.subtract(column: place, times: $0)
        }
        swaps += 1
      }
      taken += swaps
      if swaps == 0 { break }
    }
    return taken
  }

  /// The factors of a block's rows, `[row][place]`.
  /// - Throws: as `offer`.
  package mutating func factors(of block: [Double]) throws -> [Double] {
    if changes > 0 { try refresh() }
    return PaddedRows(block, times: inverse).plain
  }

  /// The inverse of the set, `[number][place]`: a row times it is the row of its factors.
  /// - Throws: as `offer`.
  package mutating func finishedInverse() throws -> [Double] {
    if changes > 0 { try refresh() }
    return inverse.plain
  }

  private mutating func refresh() throws {
    inverse = PaddedRows(try inverseMatrix(rows, size: size), width: size)
    changes = 0
  }

  /// Puts a row at a place.
  /// - Parameters:
  ///   - factors: of the row.
  ///   - change: receives what is subtracted from the factors of other rows, times their factor at the place.
  private mutating func take(
    _ block: [Double], _ row: Int, _ factors: [Double], into place: Int, first: Int,
    change: ([Double]) -> Void
  ) {
    for k in 0..<size { rows[place * size + k] = block[row * size + k] }
    numbers[place] = first + row
    var difference = factors
    difference[place] -= 1
    for k in difference.indices { difference[k] /= factors[place] }
    change(difference)
    // The inverse holds the factors of the unit vectors.
    inverse.subtract(column: place, times: difference)
    changes += 1
  }

  /// Takes in the longest row of the first block, then the one that is longest off the first, and so on. What swaps then make of
  /// them has at least their volume.
  /// - Returns: how many rows were taken in.
  private mutating func begin(with block: [Double], first: Int) throws -> Int {
    let order = try rowPivots(block, width: size).filter { $0.length > floor }.map(\.row)
    guard !order.isEmpty else { return 0 }
    let chosen = order.flatMap { block[($0 * size)..<(($0 + 1) * size)] }
    var factors = PaddedRows(chosen, times: inverse)
    for (index, row) in order.enumerated() {
      let own = factors.row(index)
      let free = (0..<size).filter { numbers[$0] == nil }
      guard let place = free.max(by: { abs(own[$0]) < abs(own[$1]) }), own[place] != 0 else { break }
      take(block, row, own, into: place, first: first) { factors.subtract(column: place, times: $0) }
    }
    return order.count
  }
}
