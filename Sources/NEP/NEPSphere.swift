/// The neighbours of one atom within a cut-off, one array for each quantity, sorted by type. Padding beyond the last is at
/// the cut-off, where all functions are zero.
final class NEPSphere<V: SIMDVector> {
  typealias Number = V.Number
  typealias Numbers = UnsafeMutablePointer<V.Number>

  /// Numbers from one array to the next.
  private(set) var stride = 0
  private(set) var count = 0
  /// Where each type begins, and the end of the last.
  private(set) var starts: [Int]
  private(set) var atom: UnsafeMutablePointer<Int32>
  private var storage: Numbers
  private let arrays: Int
  let basisCount: Int

  /// - Parameter extra: number of further arrays, for the caller.
  init(typeCount: Int, basisCount: Int, extra: Int) {
    starts = [Int](repeating: 0, count: typeCount + 1)
    self.basisCount = basisCount
    arrays = 11 + basisCount + extra
    storage = .allocate(capacity: 1)
    atom = .allocate(capacity: 1)
  }

  deinit {
    storage.deallocate()
    atom.deallocate()
  }

  /// Grows the arrays to hold a number of neighbours.
  func reserve(_ neighbours: Int) {
    // A register from the last neighbour on, and one more after it.
    let needed = wholeLanes(neighbours, V.width) + 2 * V.width
    guard needed > stride else { return }
    storage.deallocate()
    atom.deallocate()
    stride = needed
    storage = .allocate(capacity: stride * arrays)
    storage.initialize(repeating: 0, count: stride * arrays)
    atom = .allocate(capacity: stride)
    atom.initialize(repeating: 0, count: stride)
  }

  /// Vector to the neighbour, Å; its direction after `measure`.
  @inline(__always) var x: Numbers { storage }
  @inline(__always) var y: Numbers { storage + stride }
  @inline(__always) var z: Numbers { storage + 2 * stride }
  @inline(__always) var perDistance: Numbers { storage + 3 * stride }
  @inline(__always) var perCutoff: Numbers { storage + 4 * stride }
  /// The cut-off function, its derivative by the distance, and itself times dx/dr of the Chebyshev variable.
  @inline(__always) var fade: Numbers { storage + 5 * stride }
  @inline(__always) var fadeSlope: Numbers { storage + 6 * stride }
  @inline(__always) var fadeTimesRate: Numbers { storage + 7 * stride }
  /// The force along the pair, eV/Å.
  @inline(__always) var forceX: Numbers { storage + 8 * stride }
  @inline(__always) var forceY: Numbers { storage + 9 * stride }
  @inline(__always) var forceZ: Numbers { storage + 10 * stride }
  /// T_k(x).
  @inline(__always) func chebyshev(_ k: Int) -> Numbers { storage + (11 + k) * stride }
  @inline(__always) func extra(_ index: Int) -> Numbers { storage + (11 + basisCount + index) * stride }

  /// Sets the forces of a register of neighbours, or adds to them.
  @inline(__always) func setForces(_ at: Int, _ fx: V, _ fy: V, _ fz: V, isAdded: Bool) {
    if isAdded {
      (V(forceX + at) + fx).store(forceX + at)
      (V(forceY + at) + fy).store(forceY + at)
      (V(forceZ + at) + fz).store(forceZ + at)
    } else {
      fx.store(forceX + at)
      fy.store(forceY + at)
      fz.store(forceZ + at)
    }
  }

  @inline(__always) func begin() { count = 0 }
  @inline(__always) func beginType(_ type: Int) { starts[type] = count }

  /// Writes a neighbour after the last; it is kept if it is within the cut-off.
  @inline(__always) func appendIfInside(_ d: SIMD3<Double>, _ index: Int32, _ isInside: Bool) {
    x[count] = Number(d.x)
    y[count] = Number(d.y)
    z[count] = Number(d.z)
    atom[count] = index
    count &+= isInside ? 1 : 0
  }

  /// - Parameter perCutoff: of each type.
  @inline(__always) func finish(perCutoff rates: UnsafePointer<Number>) {
    starts[starts.count - 1] = count
    for type in 0..<(starts.count - 1) {
      let rate = V(repeating: rates[type])
      var at = starts[type]
      // In the order of types: values beyond the end of one type are overwritten by the next.
      while at < starts[type + 1] {
        rate.store(perCutoff + at)
        at += V.width
      }
    }
    // Any position with a ratio of distance to cut-off of 1 or more.
    V(repeating: 1).store(x + count)
    V.zero.store(y + count)
    V.zero.store(z + count)
    V(repeating: 1).store(perCutoff + count)
  }

  /// Registers that hold all neighbours.
  @inline(__always) var end: Int { wholeLanes(count, V.width) }

  /// Directions, cut-off functions and Chebyshev polynomials of all neighbours.
  @inline(__always) func measure() {
    let one = V(repeating: 1)
    var at = 0
    while at < end {
      let (dx, dy, dz) = (V(x + at), V(y + at), V(z + at))
      let r = (dx * dx).addingProduct(dy, dy).addingProduct(dz, dz).root
      let inverse = one / r
      let rate = V(perCutoff + at)
      inverse.store(perDistance + at)
      (dx * inverse).store(x + at)
      (dy * inverse).store(y + at)
      (dz * inverse).store(z + at)
      // fc = (1 + cos πr/rc)/2 = sin² (π/2)(1 − r/rc), which is small where it is small.
      let gap = one - (r * rate).capped(1)
      let (sine, cosine) = gap.scaled(Number(Double.pi / 2)).sineAndCosine
      let fc = sine * sine
      fc.store(fade + at)
      (sine * cosine * rate).scaled(Number(-Double.pi)).store(fadeSlope + at)
      (fc * gap * rate).scaled(-4).store(fadeTimesRate + at)
      let variable = (gap * gap).scaled(2) - one
      one.store(chebyshev(0) + at)
      var before = one
      var current = variable
      let double = variable + variable
      for k in 1..<max(basisCount, 1) {
        current.store(chebyshev(k) + at)
        let next = double * current - before
        before = current
        current = next
      }
      at += V.width
    }
  }

  /// Subtracts a factor times the forces from those of the neighbours.
  /// - Returns: their sum, with the factor.
  @inline(__always) func scatter(_ forces: UnsafeMutablePointer<SIMD3<Double>>, factor: Double) -> SIMD3<
    Double
  > {
    var sum = SIMD3<Double>()
    for index in 0..<count {
      let f = SIMD3<Double>(Double(forceX[index]), Double(forceY[index]), Double(forceZ[index])) * factor
      sum += f
      forces[Int(atom[index])] -= f
    }
    return sum
  }
}
