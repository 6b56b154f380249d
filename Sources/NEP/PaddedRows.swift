/// A matrix of rows in whole registers, with zeros at the end of each, and the largest magnitude of each row.
struct PaddedRows {
  let count: Int
  let width: Int
  /// Numbers from row to row.
  let stride: Int
  var values: [Double]
  private var largestOfRow: [Double]

  private typealias Register = SIMD8<Double>
  private static let lanes = 8

  init(count: Int, width: Int) {
    self.count = count
    self.width = width
    stride = wholeLanes(width, Self.lanes)
    values = [Double](repeating: 0, count: count * stride)
    largestOfRow = [Double](repeating: 0, count: count)
  }

  /// - Parameter plain: row by row.
  init(_ plain: [Double], width: Int) {
    self.init(count: plain.count / width, width: width)
    for row in 0..<count {
      for k in 0..<width { values[row * stride + k] = plain[row * width + k] }
    }
  }

  /// The product of two matrices.
  /// - Parameters:
  ///   - left: row by row.
  ///   - right: square.
  init(_ left: [Double], times right: PaddedRows) {
    self.init(count: left.count / right.count, width: right.width)
    let (count, depth, stride, lanes) = (count, right.count, stride, Self.lanes)
    // One register of columns at a time, which stays in the cache for all rows.
    var column = [Double](repeating: 0, count: depth * lanes)
    values.withUnsafeMutableBytes { out in
      left.withUnsafeBufferPointer { left in
        for first in Swift.stride(from: 0, to: stride, by: lanes) {
          for k in 0..<depth {
            for lane in 0..<lanes { column[k * lanes + lane] = right.values[k * stride + first + lane] }
          }
          column.withUnsafeBytes { column in
            var row = 0
            while row < count {
              // The last rows are computed more than once rather than in a loop of their own.
              let rows = SIMD4<Int>(row, row + 1, row + 2, row + 3)
              let at = rows.replacing(with: count - 1, where: rows .>= count)
              let starts = at &* depth
              var (a, b, c, d) = (Register.zero, Register.zero, Register.zero, Register.zero)
              for k in 0..<depth {
                let factors = column.loadUnaligned(
                  fromByteOffset: k * MemoryLayout<Register>.stride, as: Register.self)
                a = a.addingProduct(Register(repeating: left[starts.x + k]), factors)
                b = b.addingProduct(Register(repeating: left[starts.y + k]), factors)
                c = c.addingProduct(Register(repeating: left[starts.z + k]), factors)
                d = d.addingProduct(Register(repeating: left[starts.w + k]), factors)
              }
              for (index, sum) in [(at.x, a), (at.y, b), (at.z, c), (at.w, d)] {
                out.storeBytes(
                  of: sum, toByteOffset: (index * stride + first) * MemoryLayout<Double>.stride,
                  as: Register.self)
              }
              row += 4
            }
          }
        }
      }
    }
    measure()
  }

  /// Row by row.
  var plain: [Double] { (0..<count).flatMap { values[($0 * stride)..<($0 * stride + width)] } }

  /// With the zeros at its end.
  func row(_ row: Int) -> [Double] { Array(values[(row * stride)..<((row + 1) * stride)]) }

  /// The place of the number of the largest magnitude; nil where that is not above a bound.
  func largest(above bound: Double) -> (row: Int, column: Int)? {
    var best = (row: 0, value: bound)
    for (row, value) in largestOfRow.enumerated() where value > best.value { best = (row, value) }
    guard best.value > bound else { return nil }
    let first = best.row * stride
    let column = (0..<width).max { abs(values[first + $0]) < abs(values[first + $1]) }
    return column.map { (best.row, $0) }
  }

  /// Subtracts from each row its number in a column times a row.
  /// - Parameter change: with zeros at its end.
  mutating func subtract(column: Int, times change: [Double]) {
    let (count, stride) = (count, stride)
    values.withUnsafeMutableBytes { table in
      change.withUnsafeBytes { change in
        for row in 0..<count {
          let start = row * stride * MemoryLayout<Double>.stride
          let factor = table.loadUnaligned(
            fromByteOffset: start + column * MemoryLayout<Double>.stride, as: Double.self)
          guard factor != 0 else { continue }
          let factors = Register(repeating: -factor)
          var largest = Register.zero
          var offset = 0
          while offset < change.count {
            var lanes = table.loadUnaligned(fromByteOffset: start + offset, as: Register.self)
            lanes = lanes.addingProduct(
              change.loadUnaligned(fromByteOffset: offset, as: Register.self), factors)
            table.storeBytes(of: lanes, toByteOffset: start + offset, as: Register.self)
            let magnitudes = lanes.replacing(with: -lanes, where: lanes .< 0)
            largest = largest.replacing(with: magnitudes, where: magnitudes .> largest)
            offset += MemoryLayout<Register>.stride
          }
          largestOfRow[row] = largest.max()
        }
      }
    }
  }

  private mutating func measure() {
    for row in 0..<count {
      var largest = 0.0
      for k in 0..<width { largest = max(largest, abs(values[row * stride + k])) }
      largestOfRow[row] = largest
    }
  }
}
