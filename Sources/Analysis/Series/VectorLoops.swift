// Loops over long series, eight numbers at a time: Swift keeps the order of floating-point sums, so the
// compiler does not vectorise them.

/// The element type of a stored path.
package protocol PathElement: BinaryFloatingPoint {
  static func eight(_ x: UnsafePointer<Self>) -> SIMD8<Double>
}

extension Float: PathElement {
  @inline(__always) package static func eight(_ x: UnsafePointer<Float>) -> SIMD8<Double> {
    SIMD8<Double>(UnsafeRawPointer(x).loadUnaligned(as: SIMD8<Float>.self))
  }
}

extension Double: PathElement {
  @inline(__always) package static func eight(_ x: UnsafePointer<Double>) -> SIMD8<Double> {
    UnsafeRawPointer(x).loadUnaligned(as: SIMD8<Double>.self)
  }
}

/// Σ x
package func sum<T: PathElement>(_ x: UnsafePointer<T>, count: Int) -> Double {
  var lanes = SIMD8<Double>.zero
  let whole = count & ~7
  var i = 0
  while i < whole {
    lanes += eight(x + i)
    i &+= 8
  }
  var total = lanes.sum()
  while i < count {
    total += Double(x[i])
    i &+= 1
  }
  return total
}

/// Whether all are finite.
package func isFinite(_ x: UnsafePointer<Float>, count: Int) -> Bool {
  // x − x is 0 for finite x only.
  var lanes = SIMD8<Float>.zero
  let whole = count & ~7
  var i = 0
  while i < whole {
    let values = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Float>.self)
    lanes += values - values
    i &+= 8
  }
  var rest: Float = 0
  while i < count {
    rest += x[i] - x[i]
    i &+= 1
  }
  return lanes.sum() + rest == 0
}

/// target = x − mean, and squares += (x − mean)².
package func subtract<T: PathElement>(
  _ mean: Double, from x: UnsafePointer<T>, to target: UnsafeMutablePointer<Double>,
  addingSquaresTo squares: UnsafeMutablePointer<Double>, count: Int
) {
  let whole = count & ~7
  var i = 0
  while i < whole {
    let value = eight(x + i) - mean
    store(value, to: target + i)
    store(eight(squares + i) + value * value, to: squares + i)
    i &+= 8
  }
  while i < count {
    let value = Double(x[i]) - mean
    target[i] = value
    squares[i] += value * value
    i &+= 1
  }
}

/// power[k] += |z(k)|², the complex numbers stored in pairs.
package func addSquaredModuli(
  of z: UnsafePointer<Double>, to power: UnsafeMutablePointer<Double>, count: Int
) {
  let whole = count & ~7
  var k = 0
  while k < whole {
    let pair = z + 2 &* k
    let low = eight(pair)
    let high = eight(pair + 8)
    let (a, b) = (low * low, high * high)
    let even = SIMD8(lowHalf: a.evenHalf, highHalf: b.evenHalf)
    let odd = SIMD8(lowHalf: a.oddHalf, highHalf: b.oddHalf)
    store(eight(power + k) + (even + odd), to: power + k)
    k &+= 8
  }
  while k < count {
    power[k] += z[2 &* k] * z[2 &* k] + z[2 &* k &+ 1] * z[2 &* k &+ 1]
    k &+= 1
  }
}

/// target += x
package func addValues(of x: UnsafePointer<Double>, to target: UnsafeMutablePointer<Double>, count: Int) {
  let whole = count & ~7
  var i = 0
  while i < whole {
    store(eight(target + i) + eight(x + i), to: target + i)
    i &+= 8
  }
  while i < count {
    target[i] += x[i]
    i &+= 1
  }
}

@inline(__always)
private func eight<T: PathElement>(_ x: UnsafePointer<T>) -> SIMD8<Double> { T.eight(x) }

@inline(__always)
private func store(_ value: SIMD8<Double>, to x: UnsafeMutablePointer<Double>) {
  UnsafeMutableRawPointer(x).storeBytes(of: value, as: SIMD8<Double>.self)
}
