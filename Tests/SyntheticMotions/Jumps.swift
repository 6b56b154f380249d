/// A jump: its time, ps, and its displacement, Å.
struct Jump {
  var time: Double
  var vector: SIMD3<Double>
}

/// Displacements of a lattice.
enum Directions {
  /// ±x, ±y, ±z of unit length.
  static let cubic: [SIMD3<Double>] = [
    [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1],
  ]
}

/// The positions of one run while they are filled in.
struct PathBuilder {
  let grid: FrameGrid
  private(set) var positions: [Float]
  /// Jumps within the run, of all ions.
  private(set) var hops = 0

  init(_ grid: FrameGrid) {
    self.grid = grid
    positions = grid.still
  }

  /// One ion at its positions between jumps, which are sorted by time; a jump at or before time 0 moves its
  /// start.
  mutating func add(ion: Int, jumps: [Jump]) {
    var position = SIMD3<Double>.zero
    var next = 0
    for frame in 0..<grid.frameCount {
      let time = Double(frame) * grid.frameInterval_ps
      while next < jumps.count, jumps[next].time <= time {
        position += jumps[next].vector
        if jumps[next].time > 0 { hops += 1 }
        next += 1
      }
      set(frame: frame, ion: ion, position)
    }
  }

  mutating func set(frame: Int, ion: Int, _ position: SIMD3<Double>) {
    let base = (frame * grid.ionCount + ion) * 3
    for component in 0..<3 { positions[base + component] = Float(position[component]) }
  }

  /// Jumps of all ions in the order of their times, [ion].
  mutating func add(_ jumps: [[Jump]]) {
    for (ion, own) in jumps.enumerated() { add(ion: ion, jumps: own) }
  }
}
