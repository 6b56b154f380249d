import Crystal
import Mathematics

/// The density of a kind of atom in the unit cell, on a grid whose points lie at fractions i/n.
public struct DensityGrid: Codable, Sendable, Equatable {
  /// "Na", "H".
  public var species: String
  /// The mean unit cell's vectors, Å.
  public var cell: [[Double]]
  /// Points along each vector.
  public var points: [Int]
  /// `[x][y][z]`, 1/Å³: the mean number of atoms per volume.
  public var values: [Float]
  /// Frames that were added.
  public var frames: Int

  package init(species: String, cell: [[Double]], points: [Int], values: [Float], frames: Int) {
    self.species = species
    self.cell = cell
    self.points = points
    self.values = values
    self.frames = frames
  }

  /// `cell` as a cell.
  public var unitCell: Cell {
    func vector(_ k: Int) -> Vector3 { [cell[k][0], cell[k][1], cell[k][2]] }
    return Cell(a: vector(0), b: vector(1), c: vector(2))
  }

  func place(_ x: Int, _ y: Int, _ z: Int) -> Int {
    func wrapped(_ i: Int, _ n: Int) -> Int { ((i % n) + n) % n }
    return (wrapped(x, points[0]) * points[1] + wrapped(y, points[1])) * points[2] + wrapped(z, points[2])
  }

  /// Atoms in the unit cell.
  public var integral: Double {
    values.reduce(0) { $0 + Double($1) } * unitCell.volume / Double(values.count)
  }
}

/// Accumulates a density frame by frame.
package struct DensityAccumulator {
  /// Approximate distance between points, Å.
  package static let spacing_A = 0.25
  /// Maximum number of points along a vector.
  private static let most = 96

  private let species: String
  private let crystal: CrystalFrame
  private let points: [Int]
  private var counts: [Double]
  private var cells = [Vector3](repeating: .zero, count: 3)
  private var frames = 0

  /// - Parameter cell: of the first frame.
  package init(species: String, crystal: CrystalFrame, cell: Cell) {
    self.species = species
    self.crystal = crystal
    let unit = crystal.unit(of: cell)
    // Multiples of 12 have points at halves, thirds and quarters, to which symmetry operations lead.
    points = unit.vectors.map { v in
      12 * max(1, min(Self.most / 12, Int((length(v) / Self.spacing_A / 12).rounded())))
    }
    counts = [Double](repeating: 0, count: points[0] * points[1] * points[2])
  }

  /// Adds the atoms of a frame.
  package mutating func add(_ positions: [Vector3], cell: Cell) {
    let unit = crystal.unit(of: cell)
    for (k, v) in unit.vectors.enumerated() { cells[k] += v }
    frames += 1
    for r in positions {
      let s = unit.fractional(r)
      guard abs(s.x) < 1e9, abs(s.y) < 1e9, abs(s.z) < 1e9 else { continue }
      var place = 0
      for k in 0..<3 {
        let n = points[k]
        let i = Int(((s[k] - s[k].rounded(.down)) * Double(n)).rounded()) % n
        place = place * n + i
      }
      counts[place] += 1
    }
  }

  /// - Returns: nil before the first frame.
  package func finish() -> DensityGrid? {
    guard frames > 0 else { return nil }
    let mean = cells.map { $0 / Double(frames) }
    var grid = DensityGrid(
      species: species, cell: mean.map { [$0.x, $0.y, $0.z] }, points: points, values: [], frames: frames)
    let voxel = grid.unitCell.volume / Double(counts.count)
    let scale = 1 / (voxel * Double(frames) * Double(crystal.cellCount))
    grid.values = counts.map { Float($0 * scale) }
    return grid
  }
}
