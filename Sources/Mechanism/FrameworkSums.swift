import Crystal
import Mathematics

/// Sums over a run, in fifths, for a ``FrameworkState``.
struct FrameworkSums {
  /// Mean over one fifth of a run.
  struct Fifth {
    /// Of the frames.
    var cell: Cell
    /// Mean places of the anions in that cell, Å.
    var centres: [Vector3]
  }

  private static let parts = 5
  /// Å, of space groups: a change has to be seen within both.
  private static let tolerances_A = [0.3, 0.6]
  /// Å: places and vectors of the cell that change by less change no symmetry within these tolerances.
  private static let samePlace_A = 0.05

  private let frameCount: Int
  private let anionCount: Int
  private var counts = [Double](repeating: 0, count: parts)
  private var cells = [MeanCell](repeating: MeanCell(), count: parts)
  private var bases = LatticeBasis()
  /// `[part][anion]`, of fractional coordinates relative to the centre of all anions.
  private var places: [[Vector3]]
  /// Σ over frames of the centre of all anions, Å.
  private var middles = [Vector3](repeating: .zero, count: parts)
  /// Σ over frames and anions of the squared distance from the centre of all anions, Å².
  private var square = 0.0

  init(anions: Int, frameCount: Int) {
    anionCount = anions
    self.frameCount = frameCount
    places = Array(repeating: [Vector3](repeating: .zero, count: anions), count: Self.parts)
  }

  /// - Parameters:
  ///   - frame: in the mean cell.
  ///   - cell: at this instant.
  mutating func add(_ frame: IonFrame, cell: Cell) {
    guard anionCount > 0, frame.anions.count == anionCount else { return }
    let part = min(Self.parts - 1, frame.index * Self.parts / max(1, frameCount))
    counts[part] += 1
    cells[part].add(bases.advance(cell))
    let middle = frame.anions.reduce(Vector3.zero, +) / Double(anionCount)
    middles[part] += middle
    for (anion, r) in frame.anions.enumerated() {
      places[part][anion] += frame.cell.fractional(r - middle)
      square += dot(r - middle, r - middle)
    }
  }

  /// - Parameters:
  ///   - cell: the mean cell.
  ///   - unit: gives the unit cell of a fifth with its places and kinds.
  /// - Returns: nil without anions or with fewer frames than parts.
  func state(
    cell: Cell, unit: (Fifth) -> (cell: Cell, positions: [Vector3], kinds: [String])
  ) -> FrameworkState? {
    guard anionCount > 0, counts.allSatisfy({ $0 > 0 }) else { return nil }
    let total = counts.reduce(0, +)
    let means = (0..<anionCount).map { anion in
      cell.cartesian(places.reduce(Vector3.zero) { $0 + $1[anion] } / total)
    }
    let variance =
      square / (total * Double(anionCount)) - means.reduce(0) { $0 + dot($1, $1) } / Double(anionCount)
    let spacing = Double.cubeRoot(cell.volume / Double(anionCount))
    let last = Self.parts - 1
    let shifts = (0..<anionCount).map { anion in
      length(cell.cartesian(places[last][anion] / counts[last] - places[0][anion] / counts[0]))
    }
    let centres = zip(middles, counts).map { $0 / $1 }
    let motion = centres.flatMap { a in centres.map { length($0 - a) } }.max() ?? 0
    return FrameworkState(
      rms_A: max(0, variance).squareRoot(), spacing_A: spacing, count: anionCount,
      movedCount: shifts.count { $0 > spacing / 2 },
      centreMotion_A: motion,
      symmetryChange: shifts.allSatisfy { $0 < Self.samePlace_A } && hasKeptCell
        ? nil : symmetryChange([0, last].compactMap(fifth).map(unit)))
  }

  private var hasKeptCell: Bool {
    guard let first = cells[0].cell, let last = cells[Self.parts - 1].cell else { return false }
    return zip([first.a, first.b, first.c], [last.a, last.b, last.c]).allSatisfy {
      length($0 - $1) < Self.samePlace_A
    }
  }

  private func fifth(_ part: Int) -> Fifth? {
    guard let cell = cells[part].cell else { return nil }
    return Fifth(cell: cell, centres: places[part].map { cell.cartesian($0 / counts[part]) })
  }

  private static func group(
    _ cell: Cell, _ positions: [Vector3], _ kinds: [String], tolerance_A: Double
  ) -> SpaceGroup? {
    do {
      return try SpaceGroup(cell: cell, positions: positions, kinds: kinds, tolerance_A: tolerance_A)
    } catch {
      // A lattice in which spglib finds no group, or one too large for it, says nothing about a change.
      return nil
    }
  }

  private func symmetryChange(
    _ ends: [(cell: Cell, positions: [Vector3], kinds: [String])]
  ) -> FrameworkState.SymmetryChange? {
    guard ends.count == 2 else { return nil }
    var found: FrameworkState.SymmetryChange?
    for tolerance in Self.tolerances_A {
      let groups = ends.compactMap { Self.group($0.cell, $0.positions, $0.kinds, tolerance_A: tolerance) }
      guard groups.count == 2, groups[0] != groups[1] else { return nil }
      found = found ?? FrameworkState.SymmetryChange(first: groups[0], last: groups[1])
    }
    return found
  }
}
