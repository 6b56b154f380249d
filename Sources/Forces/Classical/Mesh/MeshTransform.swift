import MPI
import Model

/// A real-to-complex Fourier transform of a mesh whose points are spread over the ranks of a layout.
///
/// Slabs: transform of planes along b and c, one transpose among all ranks, lines along a. Pencils: lines along c, a
/// transpose among the ranks of a part along a, lines along b, a transpose among the ranks of a part along b, lines along
/// a. The numbers of each step lie so that what arrives needs no sorting. One rank transforms the whole mesh at once.
final class MeshTransform<Scalar: MeshScalar> {
  let grid: SIMD3<Int>
  let layout: MeshLayout
  /// This rank's part: indices along a and along b.
  let planes: Range<Int>
  let rows: Range<Int>
  /// This rank's part of the transform: indices along b, and along c of 0…n3/2.
  let columns: Range<Int>
  let depths: Range<Int>
  /// [planes][rows][n3].
  let real: UnsafeMutablePointer<Scalar>
  /// [n1][columns][depths] of (real, imaginary).
  let transformed: UnsafeMutablePointer<Scalar>

  private let halfCount: Int
  /// [planes][rows][n3/2 + 1].
  private let flat: UnsafeMutablePointer<Scalar>
  /// Pencils: [n2][planes][depths].
  private let middle: UnsafeMutablePointer<Scalar>
  /// Pencils: among the ranks of a part along a.
  private var inRow: MeshTranspose<Scalar>?
  /// Among the ranks of a part along b.
  private var inColumn: MeshTranspose<Scalar>?
  private var toFlat: OpaquePointer?
  private var toReal: OpaquePointer?
  private var middleLines = LinePlans()
  private var lastLines = LinePlans()

  private struct LinePlans {
    var forward: OpaquePointer?
    var backward: OpaquePointer?
  }

  /// - Throws: `PotentialError` where FFTW has no plan, or for a layout of more ranks than there are.
  init(_ communicator: Communicator, grid: SIMD3<Int>, layout: MeshLayout) throws {
    guard layout.rankCount <= communicator.size else {
      throw PotentialError(
        "a mesh of \(grid.x)×\(grid.y)×\(grid.z) points can't be divided into \(layout.alongA)×\(layout.alongB) parts "
          + "on \(communicator.size) ranks")
    }
    self.grid = grid
    self.layout = layout
    halfCount = grid.z / 2 + 1
    if let part = layout.part(of: communicator.rank) {
      planes = EvenPartition(total: grid.x, parts: layout.alongA).range(part.a)
      rows = EvenPartition(total: grid.y, parts: layout.alongB).range(part.b)
      columns = EvenPartition(total: grid.y, parts: layout.alongA).range(part.a)
      depths = EvenPartition(total: halfCount, parts: layout.alongB).range(part.b)
    } else {
      (planes, rows, columns, depths) = (0..<0, 0..<0, 0..<0, 0..<0)
    }
    real = Scalar.allocate(planes.count * rows.count * grid.z)
    flat = Scalar.allocate(2 * planes.count * rows.count * halfCount)
    middle = layout.isSlabs ? flat : Scalar.allocate(2 * grid.y * planes.count * depths.count)
    transformed =
      layout.rankCount == 1 ? flat : Scalar.allocate(2 * grid.x * columns.count * depths.count)
    guard let part = layout.part(of: communicator.rank) else { return }
    try makeTransposes(communicator, part)
    try makePlans()
  }

  deinit {
    let plans = [
      toFlat, toReal, middleLines.forward, middleLines.backward, lastLines.forward, lastLines.backward,
    ]
    for plan in plans { if let plan { Scalar.destroy(plan) } }
    // Messages point into these.
    inRow = nil
    inColumn = nil
    Scalar.release(real)
    Scalar.release(flat)
    if middle != flat { Scalar.release(middle) }
    if transformed != flat { Scalar.release(transformed) }
  }

  private func makeTransposes(_ communicator: Communicator, _ part: (a: Int, b: Int)) throws {
    guard layout.rankCount > 1 else { return }
    let (parts, bands) = (layout.alongA, layout.alongB)
    if !layout.isSlabs {
      let rowsOf = EvenPartition(total: grid.y, parts: bands)
      let depthsOf = EvenPartition(total: halfCount, parts: bands)
      inRow = try MeshTranspose(
        communicator, ranks: (0..<bands).map { part.a * bands + $0 }, me: part.b,
        packedCounts: (0..<bands).map { 2 * planes.count * rows.count * depthsOf.range($0).count },
        result: middle,
        resultCounts: (0..<bands).map { 2 * rowsOf.range($0).count * planes.count * depths.count },
        tag: Tag.inRow)
    }
    let planesOf = EvenPartition(total: grid.x, parts: parts)
    let columnsOf = EvenPartition(total: grid.y, parts: parts)
    inColumn = try MeshTranspose(
      communicator, ranks: (0..<parts).map { $0 * bands + part.b }, me: part.a,
      packedCounts: (0..<parts).map { 2 * planes.count * columnsOf.range($0).count * depths.count },
      result: transformed,
      resultCounts: (0..<parts).map { 2 * planesOf.range($0).count * columns.count * depths.count },
      tag: Tag.inColumn)
  }

  private func makePlans() throws {
    func found(_ plan: OpaquePointer?) throws -> OpaquePointer {
      guard let plan else { throw PotentialError("FFTW has no plan for a mesh of \(grid)") }
      return plan
    }
    func lines(_ length: Int, many: Int, _ data: UnsafeMutablePointer<Scalar>) throws -> LinePlans {
      guard many > 0 else { return LinePlans() }
      return LinePlans(
        forward: try found(Scalar.planLines(length, many: many, data, isForward: true)),
        backward: try found(Scalar.planLines(length, many: many, data, isForward: false)))
    }
    var (size, many) = ([Int32(grid.y), Int32(grid.z)], planes.count)
    if layout.rankCount == 1 { (size, many) = ([Int32(grid.x)] + size, 1) }
    if !layout.isSlabs { (size, many) = ([Int32(grid.z)], planes.count * rows.count) }
    if many > 0 {
      toFlat = try found(Scalar.planForward(size, many: many, real, flat))
      toReal = try found(Scalar.planBackward(size, many: many, flat, real))
    }
    if !layout.isSlabs { middleLines = try lines(grid.y, many: planes.count * depths.count, middle) }
    if layout.rankCount > 1 { lastLines = try lines(grid.x, many: columns.count * depths.count, transformed) }
  }

  private func execute(_ plan: OpaquePointer?) { if let plan { Scalar.execute(plan) } }

  /// That this rank sends in a transform and back.
  var traffic: (messages: Int, bytes: Int) {
    [inRow, inColumn].compactMap(\.self).reduce((0, 0)) { ($0.0 + $1.messages, $0.1 + $1.bytes) }
  }

  /// `real` → `transformed`.
  func forward() throws {
    execute(toFlat)
    if let inRow {
      eachRowBlock(inRow) { packed, flat, count in packed.update(from: flat, count: count) }
      try inRow.forward()
      execute(middleLines.forward)
    }
    if let inColumn {
      eachColumnBlock(inColumn) { packed, middle, count in packed.update(from: middle, count: count) }
      try inColumn.forward()
      execute(lastLines.forward)
    }
  }

  /// `transformed` → `real`, not normalised; `transformed` is overwritten.
  func backward() throws {
    if let inColumn {
      execute(lastLines.backward)
      try inColumn.backward()
      eachColumnBlock(inColumn) { packed, middle, count in middle.update(from: packed, count: count) }
    }
    if let inRow {
      execute(middleLines.backward)
      try inRow.backward()
      eachRowBlock(inRow) { packed, flat, count in flat.update(from: packed, count: count) }
    }
    execute(toReal)
  }

  private typealias Body = (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>, Int) -> Void

  /// Runs over [rows][planes][depths of a rank], for each rank, and where these numbers are in `flat`.
  @inline(__always)
  private func eachRowBlock(_ transpose: MeshTranspose<Scalar>, _ body: Body) {
    let partition = EvenPartition(total: halfCount, parts: layout.alongB)
    for rank in 0..<layout.alongB {
      let range = partition.range(rank)
      var packed = transpose.packed + transpose.starts[rank]
      for row in 0..<rows.count {
        for plane in 0..<planes.count {
          let at = (plane * rows.count + row) * halfCount + range.lowerBound
          body(packed, flat + 2 * at, 2 * range.count)
          packed += 2 * range.count
        }
      }
    }
  }

  /// Runs over [planes][columns of a rank][depths], for each rank, and where these numbers are in `middle`.
  @inline(__always)
  private func eachColumnBlock(_ transpose: MeshTranspose<Scalar>, _ body: Body) {
    let partition = EvenPartition(total: grid.y, parts: layout.alongA)
    for rank in 0..<layout.alongA {
      let range = partition.range(rank)
      var packed = transpose.packed + transpose.starts[rank]
      for plane in 0..<planes.count {
        if layout.isSlabs {
          let count = 2 * range.count * halfCount
          body(packed, flat + 2 * (plane * grid.y + range.lowerBound) * halfCount, count)
          packed += count
          continue
        }
        for column in range {
          let at = (column * planes.count + plane) * depths.count
          body(packed, middle + 2 * at, 2 * depths.count)
          packed += 2 * depths.count
        }
      }
    }
  }
}

private enum Tag {
  /// And the next, for the way back.
  static let inRow = 13
  static let inColumn = 15
}
