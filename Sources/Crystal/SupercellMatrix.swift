import Mathematics

/// The integer matrix of a supercell: row i holds the new lattice vector i in the old ones.
///
/// The √2×√2×2 cell of the papers is `[[1, 1, 0], [-1, 1, 0], [0, 0, 2]]`.
public struct SupercellMatrix: Equatable, Sendable {
  /// `[vector][component]`: the new lattice vectors in units of the old ones.
  public let rows: [[Int]]
  /// The number of old cells in the new one.
  public let determinant: Int

  /// The original cell.
  public static let identity = SupercellMatrix(trusted: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], determinant: 1)

  /// - Throws: `StructureError.supercell` unless there are three rows of three with a positive
  ///   determinant, no entry beyond ±10,000 and no more than 10⁸ cells.
  public init(rows: [[Int]]) throws {
    guard rows.count == 3, rows.allSatisfy({ $0.count == 3 }) else {
      throw StructureError.supercell(rows: rows, problem: "wanted three rows of three whole numbers")
    }
    guard rows.allSatisfy({ $0.allSatisfy((-10_000...10_000).contains) }) else {
      throw StructureError.supercell(rows: rows, problem: "wanted entries within ±10000")
    }
    let determinant = Mathematics.determinant(rows)
    guard determinant > 0 else {
      throw StructureError.supercell(
        rows: rows, problem: "its determinant is \(determinant), wanted a positive one (swap two rows)")
    }
    guard determinant <= 100_000_000 else {
      throw StructureError.supercell(rows: rows, problem: "it holds \(determinant) cells, wanted ≤ 10⁸")
    }
    // What `cellOrigins` goes through: a matrix of few cells may have vectors that are nearly parallel.
    let searched = (0..<3).reduce(1) { product, j in product * (1 + rows.reduce(0) { $0 + abs($1[j]) }) }
    guard searched <= max(100_000_000, 30 * determinant) else {
      throw StructureError.supercell(
        rows: rows,
        problem: "its vectors are nearly parallel, wanted shorter ones that are nearer to right angles")
    }
    self.init(trusted: rows, determinant: determinant)
  }

  /// A supercell along the old axes.
  public init(diagonal: [Int]) throws {
    guard diagonal.count == 3 else {
      throw StructureError.supercell(rows: [diagonal], problem: "wanted three whole numbers")
    }
    guard diagonal.allSatisfy({ $0 > 0 }) else {
      throw StructureError.supercell(rows: [diagonal], problem: "wanted positive numbers of cells")
    }
    try self.init(rows: [[diagonal[0], 0, 0], [0, diagonal[1], 0], [0, 0, diagonal[2]]])
  }

  /// Rejects supercells too large for any machine: more than 2·10⁷ atoms, about 10 GB before the first step.
  /// - Throws: `StructureError.supercell`.
  func check(atomsPerCell: Int) throws {
    let largest = 20_000_000
    guard atomsPerCell <= largest / determinant else {
      throw StructureError.supercell(
        rows: rows, problem: "\(determinant) cells of \(atomsPerCell) atoms, wanted \(largest) atoms at most")
    }
  }

  private init(trusted rows: [[Int]], determinant: Int) {
    self.rows = rows
    self.determinant = determinant
  }

  /// The origins of the old cells within the new one, in old lattice vectors, in lexicographic order.
  public var cellOrigins: [SIMD3<Int32>] {
    let m = rows
    // s·det = n·adj(M): integers, so that rounding never decides on which side of a face a cell lies.
    func cofactor(_ i: Int, _ j: Int) -> Int {
      let (r, s) = ((i + 1) % 3, (i + 2) % 3)
      let (c, d) = ((j + 1) % 3, (j + 2) % 3)
      return m[r][c] * m[s][d] - m[r][d] * m[s][c]
    }
    let adjugate = (0..<3).map { i in (0..<3).map { j in cofactor(j, i) } }
    let bounds = (0..<3).map { j in
      let column = (0..<3).map { m[$0][j] }
      return column.filter { $0 < 0 }.reduce(0, +)...column.filter { $0 > 0 }.reduce(0, +)
    }
    var origins: [SIMD3<Int32>] = []
    origins.reserveCapacity(determinant)
    for i in bounds[0] {
      for j in bounds[1] {
        for k in bounds[2] {
          let inside = (0..<3).allSatisfy { column in
            let s = i * adjugate[0][column] + j * adjugate[1][column] + k * adjugate[2][column]
            return s >= 0 && s < determinant
          }
          if inside { origins.append([Int32(i), Int32(j), Int32(k)]) }
        }
      }
    }
    return origins
  }
}
