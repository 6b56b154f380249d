import MPI
import Model

/// A real-to-complex Fourier transform of a mesh whose planes along a are spread over the ranks.
///
/// Forward: planes [n1 of this rank][n2][n3], transposed to [n1][n2 of this rank][n3/2 + 1].
final class SlabFFT<Scalar: MeshScalar> {
  let grid: SIMD3<Int>
  let planes: Range<Int>
  let columns: Range<Int>
  let halfCount: Int
  /// [planes][n2][n3].
  let real: UnsafeMutablePointer<Scalar>
  /// [n1][columns][n3/2 + 1] of (real, imaginary).
  let transformed: UnsafeMutablePointer<Scalar>

  private let communicator: Communicator
  private let flat: UnsafeMutablePointer<Scalar>
  private let packed: UnsafeMutablePointer<Scalar>
  private var toFlat: OpaquePointer?
  private var toReal: OpaquePointer?
  private var linesForward: OpaquePointer?
  private var linesBackward: OpaquePointer?
  private let planeCounts: [Int32]
  private let columnCounts: [Int32]
  private let columnRanges: [Range<Int>]

  init(_ communicator: Communicator, grid: SIMD3<Int>) throws {
    self.communicator = communicator
    self.grid = grid
    let half = grid.z / 2 + 1
    halfCount = half
    let slabs = SlabPartition(total: grid.x, ranks: communicator.size)
    let bands = SlabPartition(total: grid.y, ranks: communicator.size)
    planes = slabs.range(communicator.rank)
    columns = bands.range(communicator.rank)
    let mine = (planes.count, columns.count)
    let bytes = 2 * MemoryLayout<Scalar>.stride
    columnRanges = (0..<communicator.size).map { bands.range($0) }
    planeCounts = columnRanges.map { Int32(mine.0 * $0.count * half * bytes) }
    columnCounts = (0..<communicator.size).map { Int32(slabs.range($0).count * mine.1 * half * bytes) }

    real = Scalar.allocate(planes.count * grid.y * grid.z)
    flat = Scalar.allocate(2 * planes.count * grid.y * half)
    if communicator.size > 1 {
      packed = Scalar.allocate(2 * planes.count * grid.y * half)
      transformed = Scalar.allocate(2 * grid.x * columns.count * half)
    } else {
      packed = flat
      transformed = flat
    }
    try makePlans()
  }

  deinit {
    for plan in [toFlat, toReal, linesForward, linesBackward] { if let plan { Scalar.destroy(plan) } }
    Scalar.release(real)
    Scalar.release(flat)
    if communicator.size > 1 {
      Scalar.release(packed)
      Scalar.release(transformed)
    }
  }

  private func makePlans() throws {
    func found(_ plan: OpaquePointer?) throws -> OpaquePointer {
      guard let plan else { throw PotentialError("FFTW has no plan for a mesh of \(grid)") }
      return plan
    }
    if communicator.size == 1 {
      let cube = [Int32(grid.x), Int32(grid.y), Int32(grid.z)]
      toFlat = try found(Scalar.planForward(cube, many: 1, real, flat))
      toReal = try found(Scalar.planBackward(cube, many: 1, flat, real))
      return
    }
    let plane = [Int32(grid.y), Int32(grid.z)]
    if planes.count > 0 {
      toFlat = try found(Scalar.planForward(plane, many: planes.count, real, flat))
      toReal = try found(Scalar.planBackward(plane, many: planes.count, flat, real))
    }
    let lines = columns.count * halfCount
    if lines > 0 {
      linesForward = try found(Scalar.planLines(grid.x, many: lines, transformed, isForward: true))
      linesBackward = try found(Scalar.planLines(grid.x, many: lines, transformed, isForward: false))
    }
  }

  private func execute(_ plan: OpaquePointer?) { if let plan { Scalar.execute(plan) } }

  /// Numbers that this rank sends to others in a transform and back.
  var remoteBytes: Int {
    planeCounts.indices.reduce(0) {
      $1 == communicator.rank ? $0 : $0 + Int(planeCounts[$1]) + Int(columnCounts[$1])
    }
  }

  /// `real` → `transformed`.
  func forward() throws {
    execute(toFlat)
    guard communicator.size > 1 else { return }
    var cursor = packed
    for columns in columnRanges {
      for plane in 0..<planes.count {
        let count = 2 * columns.count * halfCount
        cursor.initialize(from: flat + 2 * (plane * grid.y + columns.lowerBound) * halfCount, count: count)
        cursor += count
      }
    }
    try communicator.allToAll(
      send: packed, sendCounts: planeCounts, receive: transformed, receiveCounts: columnCounts)
    execute(linesForward)
  }

  /// `transformed` → `real`, not normalised; `transformed` is overwritten.
  func backward() throws {
    if communicator.size > 1 {
      execute(linesBackward)
      try communicator.allToAll(
        send: transformed, sendCounts: columnCounts, receive: packed, receiveCounts: planeCounts)
      var cursor = packed
      for columns in columnRanges {
        for plane in 0..<planes.count {
          let count = 2 * columns.count * halfCount
          (flat + 2 * (plane * grid.y + columns.lowerBound) * halfCount).initialize(
            from: cursor, count: count)
          cursor += count
        }
      }
    }
    execute(toReal)
  }
}
