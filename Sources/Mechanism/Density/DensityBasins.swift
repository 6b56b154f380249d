/// The maxima of a density, each with the saddle over which it meets a higher one.
///
/// Points are added from the highest down. A point that touches no basin begins one; where two basins meet, the one
/// of the lower maximum ends, and the density there is its saddle.
struct DensityBasins {
  struct Maximum {
    /// Index of the grid point.
    var place: Int
    var value: Double
    /// 0 for the highest, and where the density between is 0.
    var saddle = 0.0
  }

  /// From the highest down.
  private(set) var maxima: [Maximum] = []

  init(_ grid: DensityGrid) {
    let n = grid.points
    let order = grid.values.indices.filter { grid.values[$0] > 0 }.sorted {
      // Of equal points the first comes first, so that the result does not depend on the sorting.
      (grid.values[$0], $1) > (grid.values[$1], $0)
    }
    /// The basin of each point, an index into `maxima`; −1 for none yet.
    var basin = [Int](repeating: -1, count: grid.values.count)
    /// The basin that each basin has ended in.
    var parent: [Int] = []
    func root(_ i: Int) -> Int {
      var i = i
      while parent[i] != i {
        parent[i] = parent[parent[i]]
        i = parent[i]
      }
      return i
    }
    for place in order {
      let (x, y, z) = (place / (n[1] * n[2]), place / n[2] % n[1], place % n[2])
      let value = Double(grid.values[place])
      var own = -1
      for dx in -1...1 {
        for dy in -1...1 {
          for dz in -1...1 {
            let there = basin[grid.place(x + dx, y + dy, z + dz)]
            guard there >= 0 else { continue }
            let other = root(there)
            guard own >= 0, other != own else {
              own = other
              continue
            }
            // Basins are numbered by falling maxima.
            let (high, low) = (min(own, other), max(own, other))
            parent[low] = high
            maxima[low].saddle = value
            own = high
          }
        }
      }
      if own < 0 {
        own = maxima.count
        maxima.append(Maximum(place: place, value: value))
        parent.append(own)
      }
      basin[place] = own
    }
  }
}
