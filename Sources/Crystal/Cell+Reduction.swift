import Mathematics

extension Cell {
  /// The largest |a·b|/a² over all pairs of lattice vectors, where a is the shorter one: above ½, shorter
  /// vectors span the same lattice.
  package var tilt: Double {
    let v = vectors
    var largest = 0.0
    for i in 0..<3 {
      for j in 0..<3 where i != j { largest = max(largest, abs(dot(v[i], v[j])) / dot(v[i], v[i])) }
    }
    return largest
  }

  /// The same lattice by shorter, less tilted vectors of the same handedness: pairs are reduced until no
  /// vector can be shortened by whole multiples of another (Gauss's reduction, pair by pair).
  package var reduced: Cell {
    var v = vectors
    for _ in 0..<100 {
      var isChanged = false
      for i in 0..<3 {
        for j in 0..<3 where i != j {
          let times = (dot(v[i], v[j]) / dot(v[i], v[i])).rounded()
          let shorter = v[j] - v[i] * times
          // A gain below rounding could alternate without end.
          guard times != 0, dot(shorter, shorter) < dot(v[j], v[j]) * (1 - 1e-9) else { continue }
          v[j] = shorter
          isChanged = true
        }
      }
      if !isChanged { break }
    }
    return Cell(a: v[0], b: v[1], c: v[2])
  }
}
