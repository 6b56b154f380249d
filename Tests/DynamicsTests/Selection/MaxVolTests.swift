import Foundation
import Mathematics
import NEP
import Testing

/// Rows of the largest volume, and eigenvectors.
@Suite struct MaxVolTests {
  private func random(_ count: Int, seed: UInt64) -> [Double] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in Double((generator.next() as UInt64) >> 11) / 4_503_599_627_370_496 - 1 }
  }

  /// ln |det|, by Gauss's elimination with pivots.
  private func logVolume(_ matrix: [Double], _ size: Int) -> Double {
    var rows = (0..<size).map { Array(matrix[($0 * size)..<(($0 + 1) * size)]) }
    var sum = 0.0
    for k in 0..<size {
      guard let pivot = (k..<size).max(by: { abs(rows[$0][k]) < abs(rows[$1][k]) }) else { return 0 }
      rows.swapAt(k, pivot)
      sum += log(abs(rows[k][k]))
      for i in (k + 1)..<max(size, k + 1) {
        let f = rows[i][k] / rows[k][k]
        for j in k..<size { rows[i][j] -= f * rows[k][j] }
      }
    }
    return sum
  }

  private func rows(_ numbers: [Int], _ matrix: [Double], _ size: Int) -> [Double] {
    numbers.flatMap { matrix[($0 * size)..<(($0 + 1) * size)] }
  }

  /// The row that is longest off those that were taken, again and again.
  private func greedy(_ matrix: [Double], _ size: Int) -> [Int] {
    var left = stride(from: 0, to: matrix.count, by: size).map { Array(matrix[$0..<($0 + size)]) }
    return (0..<size).map { _ in
      let best = left.indices.max { a, b in
        left[a].reduce(0) { $0 + $1 * $1 } < left[b].reduce(0) { $0 + $1 * $1 }
      }
      let row = left[best ?? 0]
      let square = row.reduce(0) { $0 + $1 * $1 }
      for index in left.indices {
        let overlap = zip(left[index], row).reduce(0) { $0 + $1.0 * $1.1 } / square
        for k in 0..<size { left[index][k] -= overlap * row[k] }
      }
      return best ?? 0
    }
  }

  @Test(arguments: [1, 7, 300])
  func noRowHasAFactorAboveTheTolerance(_ block: Int) throws {
    let size = 9
    let matrix = random(300 * size, seed: 3)
    var found = MaxVol(size: size, floor: 1e-8)
    var taken = 1
    while taken > 0 {
      taken = 0
      for first in stride(from: 0, to: 300, by: block) {
        taken += try found.offer(
          Array(matrix[(first * size)..<(min(first + block, 300) * size)]), first: first)
      }
    }
    let numbers = found.numbers.compactMap { $0 }
    #expect(Set(numbers).count == size)
    #expect(rows(numbers, matrix, size) == found.rows)
    let factors = try found.factors(of: matrix)
    #expect((factors.map { abs($0) }.max() ?? 2) <= 1.01 + 1e-9)
    // The factors are those: C A = B.
    for row in [0, 17, 299] {
      for k in 0..<size {
        let sum = (0..<size).reduce(0) { $0 + factors[row * size + $1] * found.rows[$1 * size + k] }
        #expect(abs(sum - matrix[row * size + k]) < 1e-12)
      }
    }
    // By another route than the factors that were changed with each swap.
    let product = try inverseMatrix(found.rows, size: size)
    #expect(zip(product, try found.finishedInverse()).allSatisfy { abs($0 - $1) < 1e-10 * (1 + abs($0)) })
    let volume = logVolume(found.rows, size)
    #expect(volume >= logVolume(rows(greedy(matrix, size), matrix, size), size) - 1e-9)
    var generator = SplitMix64(seed: 5)
    for _ in 0..<100 {
      #expect(volume > logVolume(rows(generator.sample(size, of: 300), matrix, size), size))
    }
    let inverse = try found.finishedInverse()
    for i in 0..<size {
      for j in 0..<size {
        let sum = (0..<size).reduce(0) { $0 + found.rows[i * size + $1] * inverse[$1 * size + j] }
        #expect(abs(sum - (i == j ? 1 : 0)) < 1e-10)
      }
    }
  }

  /// Rows of five dimensions in a space of eight leave three directions.
  @Test func directionsWithoutRowsAreLeft() throws {
    let (size, rank) = (8, 5)
    let basis = random(rank * size, seed: 1)
    let weights = random(100 * rank, seed: 2)
    let matrix = (0..<(100 * size)).map { index in
      (0..<rank).reduce(0) { $0 + weights[index / size * rank + $1] * basis[$1 * size + index % size] }
    }
    var found = MaxVol(size: size, floor: 1e-8)
    #expect(try found.offer(matrix, first: 0) >= rank)
    #expect(found.numbers.count { $0 == nil } == size - rank)
    #expect((try found.factors(of: matrix).map { abs($0) }.max() ?? 2) <= 1.01 + 1e-6)
  }

  @Test func eigenvectorsAreThoseOfJacobi() throws {
    let size = 12
    let half = random(size * size, seed: 7)
    let matrix = (0..<(size * size)).map { half[$0] + half[$0 % size * size + $0 / size] }
    let (values, vectors) = try symmetricEigensystem(matrix, size: size)
    let jacobi = SymmetricEigen((0..<size).map { Array(matrix[($0 * size)..<(($0 + 1) * size)]) })
    let order = jacobi.values.indices.sorted { jacobi.values[$0] < jacobi.values[$1] }
    for (k, other) in order.enumerated() {
      #expect(abs(values[k] - jacobi.values[other]) < 1e-12)
      let overlap = (0..<size).reduce(0) { $0 + vectors[k * size + $1] * jacobi.vectors[other][$1] }
      #expect(abs(abs(overlap) - 1) < 1e-10)
    }
  }
}
