import Crystal

/// Turns positions in a cell that changes into paths whose displacements are those of the motion.
///
/// The toroidal-view-preserving scheme: wrapped positions of neighbouring frames are joined by their shortest
/// displacement in the later frame's cell. Bullerjahn, von Bülow, Heidari, Hénin and Hummer, J. Chem. Theory
/// Comput. 19, 3406 (2023), eq. 6. Images times the cell of each frame would add the cell's fluctuations, times
/// the number of cells crossed, to every displacement.
public struct ToroidalUnwrapping: Sendable {
  private let cells: [Cell]

  /// - Parameter cells: of each frame.
  /// - Returns: nil where the cell does not change, and images serve.
  public init?(cells: [Cell]) {
    guard let first = cells.first, cells.contains(where: { $0 != first }) else { return nil }
    self.cells = cells
  }

  /// - Parameter positions: `[frame][ion][3]`, Å, up to any lattice vectors of their frames; replaced by the
  ///   paths, which begin where they began.
  /// - Throws: `AnalysisError` for a wrong count.
  public func unwrap(_ positions: inout [Float], ionCount: Int) throws {
    guard positions.count == 3 * cells.count * ionCount else {
      throw AnalysisError.wrongCount(
        what: "positions [frame][ion][3]", found: positions.count, wanted: 3 * cells.count * ionCount)
    }
    for ion in 0..<ionCount {
      func position(_ frame: Int) -> Vector3 {
        let at = 3 * (frame * ionCount + ion)
        return [Double(positions[at]), Double(positions[at + 1]), Double(positions[at + 2])]
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
        let at = 3 * (frame * ionCount + ion)
        for k in 0..<3 { positions[at + k] = Float(path[k]) }
      }
    }
  }
}
