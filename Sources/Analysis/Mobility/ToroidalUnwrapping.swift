import Crystal
import Mathematics
import Support

/// Unwraps positions in a cell that changes, so that displacements contain the ions' motion alone.
///
/// The toroidal-view-preserving scheme: wrapped positions of neighbouring frames are joined by their shortest
/// displacement in the later frame's cell. Bullerjahn, von Bülow, Heidari, Hénin and Hummer, J. Chem. Theory
/// Comput. 19, 3406 (2023), eq. 6. Image flags times the cell of each frame would add the cell's
/// fluctuations, times the number of cells crossed, to every displacement.
public struct ToroidalUnwrapping: Sendable {
  private let cells: [Cell]

  /// - Parameter cells: of each frame.
  /// - Returns: nil where the cell does not change, so that image flags suffice.
  public init?(cells: [Cell]) {
    guard let first = cells.first, cells.contains(where: { $0 != first }) else { return nil }
    self.cells = cells
  }

  /// - Parameter positions: `[frame][ion][3]`, Å, modulo lattice vectors of their frames; replaced by the
  ///   paths, which start at the positions of the first frame.
  /// - Throws: `AnalysisError` for a wrong count.
  public func unwrap(_ positions: inout [Float], ionCount: Int) throws {
    guard positions.count == 3 * cells.count * ionCount else {
      throw AnalysisError.wrongCount(
        what: "positions [frame][ion][3]", found: positions.count, wanted: 3 * cells.count * ionCount)
    }
    positions.withUnsafeMutableBufferPointer { positions in
      guard let base = positions.baseAddress else { return }
      for ion in 0..<ionCount {
        unwrap(base + 3 * ion, frameStride: 3 * ionCount, componentStride: 1)
      }
    }
  }

  /// The same for paths `[ion][component][frame]`, on threads.
  public func unwrap(
    paths: UnsafeMutableBufferPointer<Float>, ionCount: Int, threads: Int
  ) throws {
    let n = cells.count
    guard paths.count == 3 * n * ionCount else {
      throw AnalysisError.wrongCount(
        what: "paths [ion][3][frame]", found: paths.count, wanted: 3 * n * ionCount)
    }
    guard let base = paths.baseAddress else { return }
    inOrder(count: ionCount, workers: Array(0..<max(1, threads))) { _, ion in
      unwrap(base + 3 * n * ion, frameStride: 1, componentStride: n)
    } reduce: { _, _ in
    }
  }

  private func unwrap(_ ion: UnsafeMutablePointer<Float>, frameStride: Int, componentStride: Int) {
    func position(_ frame: Int) -> Vector3 {
      let at = ion + frame * frameStride
      return [Double(at[0]), Double(at[componentStride]), Double(at[2 * componentStride])]
    }
    func wrapped(_ frame: Int) -> Vector3 {
      let r = position(frame)
      return r - cells[frame].cartesian(cells[frame].fractional(r).rounded(.down))
    }
    var path = position(0)
    var last = wrapped(0)
    for frame in 1..<cells.count {
      let now = wrapped(frame)
      let step = now - last
      let cell = cells[frame]
      path += step - cell.cartesian(cell.fractional(step).rounded(.toNearestOrEven))
      last = now
      for k in 0..<3 { ion[frame * frameStride + k * componentStride] = Float(path[k]) }
    }
  }
}
