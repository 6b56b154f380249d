import CFFTW
import MPI

/// A real-to-complex Fourier transform of a mesh whose planes along a are spread over the ranks.
///
/// Forward: planes [n1 of this rank][n2][n3], transposed to [n1][n2 of this rank][n3/2 + 1]. Plans are
/// estimated, not measured: a measured plan differs from run to run, and with it the last bits of a force.
final class SlabFFT {
  let grid: SIMD3<Int>
  let planes: Range<Int>
  let columns: Range<Int>
  let halfCount: Int
  /// [planes][n2][n3].
  let real: UnsafeMutablePointer<Double>
  /// [n1][columns][n3/2 + 1] of (real, imaginary).
  let transformed: UnsafeMutablePointer<fftw_complex>

  private let communicator: Communicator
  private let flat: UnsafeMutablePointer<fftw_complex>
  private let packed: UnsafeMutablePointer<fftw_complex>
  private var plans: [fftw_plan] = []
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
    columnRanges = (0..<communicator.size).map { bands.range($0) }
    planeCounts = columnRanges.map { Int32(mine.0 * $0.count * half * 16) }
    columnCounts = (0..<communicator.size).map { Int32(slabs.range($0).count * mine.1 * half * 16) }

    real = Self.allocate(Double.self, planes.count * grid.y * grid.z)
    flat = Self.allocate(fftw_complex.self, planes.count * grid.y * half)
    if communicator.size > 1 {
      packed = Self.allocate(fftw_complex.self, planes.count * grid.y * half)
      transformed = Self.allocate(fftw_complex.self, grid.x * columns.count * half)
    } else {
      packed = flat
      transformed = flat
    }
    try makePlans()
  }

  deinit {
    for plan in plans { fftw_destroy_plan(plan) }
    fftw_free(real)
    fftw_free(flat)
    if communicator.size > 1 {
      fftw_free(packed)
      fftw_free(transformed)
    }
  }

  private static func allocate<T>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
    let bytes = max(count, 1) * MemoryLayout<T>.stride
    guard let raw = fftw_malloc(bytes) else { return .allocate(capacity: max(count, 1)) }
    return raw.bindMemory(to: T.self, capacity: max(count, 1))
  }

  private func makePlans() throws {
    let flags = UInt32(FFTW_ESTIMATE)
    func keep(_ plan: fftw_plan?) throws {
      guard let plan else { throw PotentialError("FFTW has no plan for a mesh of \(grid)") }
      plans.append(plan)
    }
    if communicator.size == 1 {
      try keep(fftw_plan_dft_r2c_3d(Int32(grid.x), Int32(grid.y), Int32(grid.z), real, flat, flags))
      try keep(fftw_plan_dft_c2r_3d(Int32(grid.x), Int32(grid.y), Int32(grid.z), flat, real, flags))
      return
    }
    guard planes.count > 0 || columns.count > 0 else { return }
    var plane: [Int32] = [Int32(grid.y), Int32(grid.z)]
    let many = Int32(planes.count)
    if many > 0 {
      try keep(
        fftw_plan_many_dft_r2c(
          2, &plane, many, real, nil, 1, Int32(grid.y * grid.z), flat, nil, 1, Int32(grid.y * halfCount),
          flags))
      try keep(
        fftw_plan_many_dft_c2r(
          2, &plane, many, flat, nil, 1, Int32(grid.y * halfCount), real, nil, 1, Int32(grid.y * grid.z),
          flags))
    }
    var line: [Int32] = [Int32(grid.x)]
    let lines = Int32(columns.count * halfCount)
    if lines > 0 {
      for sign in [FFTW_FORWARD, FFTW_BACKWARD] {
        try keep(
          fftw_plan_many_dft(
            1, &line, lines, transformed, nil, lines, 1, transformed, nil, lines, 1, Int32(sign), flags))
      }
    }
  }

  /// `real` → `transformed`.
  func forward() throws {
    guard communicator.size > 1 else { return fftw_execute(plans[0]) }
    var next = 0
    if planes.count > 0 {
      fftw_execute(plans[0])
      next = 2
    }
    var cursor = packed
    for columns in columnRanges {
      for plane in 0..<planes.count {
        let count = columns.count * halfCount
        cursor.update(from: flat + (plane * grid.y + columns.lowerBound) * halfCount, count: count)
        cursor += count
      }
    }
    try communicator.allToAll(
      send: packed, sendCounts: planeCounts, receive: transformed, receiveCounts: columnCounts)
    if columns.count > 0 { fftw_execute(plans[next]) }
  }

  /// `transformed` → `real`, not normalised; `transformed` is overwritten.
  func backward() throws {
    guard communicator.size > 1 else { return fftw_execute(plans[1]) }
    if columns.count > 0 { fftw_execute(plans[planes.count > 0 ? 3 : 1]) }
    try communicator.allToAll(
      send: transformed, sendCounts: columnCounts, receive: packed, receiveCounts: planeCounts)
    var cursor = packed
    for columns in columnRanges {
      for plane in 0..<planes.count {
        let count = columns.count * halfCount
        (flat + (plane * grid.y + columns.lowerBound) * halfCount).update(from: cursor, count: count)
        cursor += count
      }
    }
    if planes.count > 0 { fftw_execute(plans[1]) }
  }
}
