/// What polynomials of moments are written in: registers of numbers, or of numbers with a derivative.
protocol LaneArithmetic {
  associatedtype Number
  static var zero: Self { get }
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  /// self + a b.
  func addingProduct(_ a: Self, _ b: Self) -> Self
  func scaled(_ factor: Number) -> Self
}

/// Numbers with their derivatives along one direction: a + ε a′ with ε² = 0. A gradient computed with them carries the
/// product of the Hessian with the direction as its derivative.
struct DualVector<V: SIMDVector>: LaneArithmetic {
  typealias Number = V.Number
  var value: V
  var slope: V

  @inline(__always) init(_ value: V, _ slope: V) {
    self.value = value
    self.slope = slope
  }

  @inline(__always) static var zero: Self { Self(.zero, .zero) }

  @inline(__always) static func + (a: Self, b: Self) -> Self {
    Self(a.value + b.value, a.slope + b.slope)
  }

  @inline(__always) static func - (a: Self, b: Self) -> Self {
    Self(a.value - b.value, a.slope - b.slope)
  }

  @inline(__always) static func * (a: Self, b: Self) -> Self {
    Self(a.value * b.value, (a.value * b.slope).addingProduct(a.slope, b.value))
  }

  @inline(__always) func addingProduct(_ a: Self, _ b: Self) -> Self {
    Self(
      value.addingProduct(a.value, b.value),
      slope.addingProduct(a.value, b.slope).addingProduct(a.slope, b.value))
  }

  @inline(__always) func scaled(_ factor: Number) -> Self { Self(value.scaled(factor), slope.scaled(factor)) }
}

/// Two arrays of numbers, values and their derivatives.
struct DualArray<V: SIMDVector> {
  let value: UnsafeMutablePointer<V.Number>
  let slope: UnsafeMutablePointer<V.Number>

  @inline(__always) subscript(_ place: Int) -> DualVector<V> {
    get { DualVector(V(value + place), V(slope + place)) }
    nonmutating set {
      newValue.value.store(value + place)
      newValue.slope.store(slope + place)
    }
  }

  @inline(__always) func advanced(by count: Int) -> DualArray {
    DualArray(value: value + count, slope: slope + count)
  }
}
