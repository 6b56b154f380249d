import Mathematics

/// Pairs of points within a radius in a periodic cell. The radius may exceed the cell: the search covers as
/// many images as it reaches. Not used for forces.
public struct PeriodicPairs {
  /// The cell of the points.
  public let cell: Cell
  /// Å, as given.
  public let positions: [Vector3]
  private let binCounts: SIMD3<Int>
  private let reach: SIMD3<Int>
  private let radius: Double
  /// The cell that contains each position: `positions[i]` is its wrapped position plus that shift.
  private let home: [SIMD3<Int>]
  private let bins: [[Entry]]
  private let heights: Vector3

  /// A point in its bin, with its `home` as floating-point numbers.
  private struct Entry {
    var index: Int
    var position: Vector3
    var home: Vector3
  }

  /// The largest radius, Å: the pairs grow with its third power.
  public static let largestRadius_A = 1000.0
  /// The most pairs that are gone through, as their mean density has it: minutes to hours of work.
  static let mostPairs = 1e12

  /// - Throws: `StructureError.notFinite`; `StructureError.value` for a radius that is not positive, or within which there are
  ///   more pairs than can be gone through.
  public init(cell: Cell, positions: [Vector3], radius: Double) throws {
    guard radius > 0, radius <= Self.largestRadius_A else {
      throw StructureError.value(
        name: "radius", found: "\(radius) Å", wanted: "above 0, at most \(Self.largestRadius_A) Å")
    }
    let count = Double(positions.count)
    let pairs = count * count / cell.volume * 4 / 3 * Double.pi * radius * radius * radius
    guard pairs <= Self.mostPairs else {
      throw StructureError.value(
        name: "radius", found: "\(radius) Å, within which are about \(pairs) pairs",
        wanted: "one with at most \(Self.mostPairs) pairs")
    }
    self.cell = cell
    self.positions = positions
    self.radius = radius
    let heights = cell.heights
    self.heights = heights
    var counts = SIMD3<Int>(repeating: 1)
    var reach = SIMD3<Int>(repeating: 1)
    // More bins than about one per atom would only cost memory.
    let most = max(1, Int(Double(positions.count).squareRoot()))
    for k in 0..<3 {
      counts[k] = max(1, min(most, Int(min(heights[k] / radius, 1e6))))
      reach[k] = Int((radius / (heights[k] / Double(counts[k]))).rounded(.up))
    }
    binCounts = counts
    self.reach = reach
    var home: [SIMD3<Int>] = []
    var bins = [[Entry]](repeating: [], count: counts.x * counts.y * counts.z)
    for (i, r) in positions.enumerated() {
      let s = cell.fractional(r)
      guard abs(s.x) < 1e9, abs(s.y) < 1e9, abs(s.z) < 1e9 else { throw StructureError.notFinite(atom: i) }
      let image = s.rounded(.down)
      home.append([Int(image.x), Int(image.y), Int(image.z)])
      var index = 0
      for k in 0..<3 {
        index = index * counts[k] + min(counts[k] - 1, Int((s[k] - image[k]) * Double(counts[k])))
      }
      bins[index].append(Entry(index: i, position: r, home: image))
    }
    self.home = home
    self.bins = bins
  }

  /// Calls `body(j, image, vector)` for each ordered pair within the radius: `vector` points from atom i
  /// to atom j shifted by `image` cells. The pair of an atom with itself in its own cell is skipped.
  ///
  /// - Parameter first: partners with a smaller index are skipped.
  public func forEach(
    of i: Int, from first: Int = 0,
    _ body: (_ j: Int, _ image: SIMD3<Int>, _ vector: Vector3) throws -> Void
  ) rethrows {
    let own = positions[i]
    let s = cell.fractional(own)
    var base = SIMD3<Int>()
    var inside = Vector3()
    for k in 0..<3 {
      inside[k] = (s[k] - Double(home[i][k])) * Double(binCounts[k])
      base[k] = min(binCounts[k] - 1, Int(inside[k]))
    }
    let square = radius * radius
    let columns = (0..<3).map { column($0, base: base[$0], inside: inside[$0]) }
    for x in columns[0] {
      for y in columns[1] {
        for z in columns[2] {
          let shift = SIMD3(x.shift, y.shift, z.shift) &+ home[i]
          let there = Vector3(Double(shift.x), Double(shift.y), Double(shift.z))
          let bin = bins[(x.bin * binCounts.y + y.bin) * binCounts.z + z.bin]
          try bin.withUnsafeBufferPointer { bin in
            for entry in bin where entry.index >= first {
              let image = there - entry.home
              let v = entry.position - own + cell.cartesian(image)
              guard dot(v, v) <= square, i != entry.index || image != Vector3() else { continue }
              try body(entry.index, SIMD3(Int(image.x), Int(image.y), Int(image.z)), v)
            }
          }
        }
      }
    }
  }

  /// The layers of bins along a lattice vector, with their cell shifts, within the radius of a point.
  /// - Parameter inside: the point's coordinate, in bins from the start of its cell.
  private func column(_ k: Int, base: Int, inside: Double) -> [(bin: Int, shift: Int)] {
    let width = heights[k] / Double(binCounts[k])
    // Layers just beyond, by rounding, are kept: the distance itself decides.
    let limit = radius / width * (1 + 1e-9) + 1e-6
    return (-reach[k]...reach[k]).compactMap { offset in
      let layer = base + offset
      let gap = offset > 0 ? Double(layer) - inside : inside - Double(layer + 1)
      guard offset == 0 || gap <= limit else { return nil }
      let shift = Int((Double(layer) / Double(binCounts[k])).rounded(.down))
      return (layer - shift * binCounts[k], shift)
    }
  }
}
