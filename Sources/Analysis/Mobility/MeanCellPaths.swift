import Crystal
import Mathematics
import Support

/// Takes the positions of a crystal whose cell changes to its mean cell: fractional coordinates, images counted, times
/// the mean lattice vectors.
///
/// The displacement of an ion is the change of these places. Images times the cell of each frame would add the cell's
/// fluctuations, times the cells crossed, to every displacement. Shortest displacements added up (the toroidal scheme of
/// Bullerjahn et al., J. Chem. Theory Comput. 19, 3406 (2023), made for liquids) leave the lattice: an ion that
/// vibrates across a face keeps the difference between the cells of two crossings.
public struct MeanCellPaths: Sendable {
  /// The mean cell.
  public let cell: Cell
  /// For each frame, the map from its positions to those in the mean cell.
  public let maps: [Matrix3]

  /// - Parameter cells: of each frame.
  /// - Returns: nil where the cell does not change: positions with their images are paths.
  public init?(cells: [Cell]) {
    guard let first = cells.first, cells.contains(where: { $0 != first }) else { return nil }
    var basis = LatticeBasis()
    var mean = MeanCell()
    for cell in cells { mean.add(basis.advance(cell)) }
    guard let cell = mean.cell else { return nil }
    self.init(cells: cells, mean: cell, start: first)
  }

  /// - Parameters:
  ///   - cells: of each frame.
  ///   - mean: over these frames or others of the same run.
  ///   - start: the lattice vectors that the mean was begun with.
  package init(cells: [Cell], mean: Cell, start: Cell) {
    cell = mean
    var basis = LatticeBasis(continuing: start)
    maps = cells.map { mean.deformation(from: basis.advance($0)) }
  }

  /// Replaces positions by those in the mean cell.
  /// - Parameter positions: `[frame][ion][3]`, Å, images counted in the cell of their frame.
  /// - Throws: `AnalysisError` for a wrong count.
  public func place(_ positions: inout [Float], ionCount: Int) throws {
    guard positions.count == 3 * maps.count * ionCount else {
      throw AnalysisError.wrongCount(
        what: "positions [frame][ion][3]", found: positions.count, wanted: 3 * maps.count * ionCount)
    }
    positions.withUnsafeMutableBufferPointer { positions in
      guard let base = positions.baseAddress else { return }
      for ion in 0..<ionCount { place(base + 3 * ion, frameStride: 3 * ionCount, componentStride: 1) }
    }
  }

  /// The same for paths `[ion][component][frame]`, on threads.
  public func place(paths: UnsafeMutableBufferPointer<Float>, ionCount: Int, threads: Int) throws {
    let n = maps.count
    guard paths.count == 3 * n * ionCount else {
      throw AnalysisError.wrongCount(
        what: "paths [ion][3][frame]", found: paths.count, wanted: 3 * n * ionCount)
    }
    guard let base = paths.baseAddress else { return }
    inOrder(count: ionCount, workers: Array(0..<max(1, threads))) { _, ion in
      place(base + 3 * n * ion, frameStride: 1, componentStride: n)
    } reduce: { _, _ in
    }
  }

  /// Positions of one frame in the mean cell, Å.
  /// - Parameters:
  ///   - positions: Å, images counted in the cell of the frame.
  ///   - frame: counted from 0.
  /// - Throws: `AnalysisError` for a frame that has no cell.
  public func place(_ positions: [Vector3], frame: Int) throws -> [Vector3] {
    guard maps.indices.contains(frame) else {
      throw AnalysisError.wrongCount(what: "frames with a cell", found: maps.count, wanted: frame + 1)
    }
    return positions.map { maps[frame] * $0 }
  }

  private func place(_ ion: UnsafeMutablePointer<Float>, frameStride: Int, componentStride: Int) {
    maps.withUnsafeBufferPointer { maps in
      for frame in 0..<maps.count {
        let at = ion + frame * frameStride
        let r = maps[frame] * [Double(at[0]), Double(at[componentStride]), Double(at[2 * componentStride])]
        for k in 0..<3 { at[k * componentStride] = Float(r[k]) }
      }
    }
  }
}
