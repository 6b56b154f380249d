/// The layout of the angular sphere's extra arrays.
struct AngularArrays {
  let functions: Int
  let terms: Int
  let harmonics: Int
  let largestDegree: Int

  init(_ basis: HarmonicBasis, functions: Int) {
    self.functions = functions
    terms = basis.terms.count
    harmonics = basis.functionCount
    largestDegree = basis.largestDegree
  }

  /// g_n(r) and g_n'(r).
  @inline(__always) func value(_ n: Int) -> Int { n }
  @inline(__always) func slope(_ n: Int) -> Int { functions + n }
  /// Z_lm(z) and its derivative.
  @inline(__always) func polynomial(_ term: Int) -> Int { 2 * functions + term }
  @inline(__always) func derivative(_ term: Int) -> Int { 2 * functions + terms + term }
  /// The functions of the harmonic basis.
  @inline(__always) func harmonic(_ place: Int) -> Int { 2 * functions + 2 * terms + place }
  /// Real and imaginary part of (x + iy)ᵐ.
  @inline(__always) func real(_ m: Int) -> Int { 2 * functions + 2 * terms + harmonics + m }
  @inline(__always) func imaginary(_ m: Int) -> Int { real(largestDegree + 1) + m }
  var count: Int { imaginary(largestDegree + 1) }
}

extension NEPKernel {
  private var arrays: AngularArrays { AngularArrays(weights.basis, functions: weights.angular.count) }

  /// The descriptors of three bodies, q_nl = Σ_m weight_lm A_nlm² with A_nlm = Σ_j g_n(r_ij) b_lm, and of four and
  /// five. `evaluateHarmonics` comes before.
  @inline(__always)
  func computeAngularDescriptors(_ type: Int) {
    evaluateFunctions(type)
    computeMoments()
    let functions = weights.angular
    let width = functions.paddedCount
    var descriptors = scratch.descriptors + weights.radial.count
    var term = 0
    for l in stride(from: 1, through: weights.basis.largestDegree, by: 1) {
      // Values beyond the last n are overwritten by the next degree.
      var n = 0
      while n < width {
        var sum = V.zero
        for m in 0...l {
          let weight = Number(weights.basis.terms[term + m].weight)
          let place = scratch.moments + weights.basis.terms[term + m].place * width + n
          var square = V(place) * V(place)
          if m > 0 { square = square.addingProduct(V(place + width), V(place + width)) }
          sum = sum.adding(square, times: weight)
        }
        sum.store(descriptors + n)
        n += V.width
      }
      term += l + 1
      descriptors += functions.count
    }
    if weights.hasFourBodies {
      var n = 0
      while n < width {
        let moments = scratch.moments + n
        Quadrupole { V(moments + $0 * width) }.determinant.scaled(Number(ManyBodies.four))
          .store(descriptors + n)
        n += V.width
      }
      descriptors += functions.count
    }
    if weights.hasFiveBodies {
      var n = 0
      while n < width {
        let square = dipoleSquare(n)
        (square * square).scaled(Number(ManyBodies.five)).store(descriptors + n)
        n += V.width
      }
      descriptors += functions.count
    }
    for triple in weights.triples {
      computeTriple(triple, descriptors)
      descriptors += functions.count
    }
  }

  /// One descriptor of four bodies of all n.
  @inline(__always)
  private func computeTriple(_ triple: TripleInvariant, _ out: UnsafeMutablePointer<Number>) {
    let width = weights.angular.paddedCount
    var n = 0
    while n < width {
      let moments = scratch.moments + n
      var sum = V.zero
      for term in triple.terms {
        let product = V(moments + term.first * width) * V(moments + term.second * width)
        sum = sum.addingProduct(product.scaled(Number(term.factor)), V(moments + term.third * width))
      }
      sum.store(out + n)
      n += V.width
    }
  }

  /// Adds what such a descriptor gives to dU/dA_nlm, for one register of n.
  @inline(__always)
  private func differentiateTriple(_ triple: TripleInvariant, _ slope: V, _ n: Int) {
    let width = weights.angular.paddedCount
    let moments = scratch.moments + n
    let derivatives = scratch.momentDerivatives + n
    for term in triple.terms {
      let (i, j, k) = (term.first * width, term.second * width, term.third * width)
      let (a, b, c) = (V(moments + i), V(moments + j), V(moments + k))
      let factor = slope.scaled(Number(term.factor))
      // One after the other: places may be equal.
      V(derivatives + i).addingProduct(factor * b, c).store(derivatives + i)
      V(derivatives + j).addingProduct(factor * a, c).store(derivatives + j)
      V(derivatives + k).addingProduct(factor * a, b).store(derivatives + k)
    }
  }

  /// |Σ_j g_n u|².
  @inline(__always)
  private func dipoleSquare(_ n: Int) -> V {
    let width = weights.angular.paddedCount
    let (z, x, y) = (
      V(scratch.moments + n), V(scratch.moments + width + n), V(scratch.moments + 2 * width + n)
    )
    return (x * x).addingProduct(y, y).addingProduct(z, z)
  }

  /// g_n and g_n' of all neighbours.
  @inline(__always)
  private func evaluateFunctions(_ type: Int) {
    let functions = weights.angular
    let arrays = self.arrays
    for other in 0..<weights.typeCount {
      let first = angular.starts[other]
      let end = angular.starts[other + 1]
      let pair = (type * weights.typeCount + other) * functions.count * functions.paddedBasis
      var at = first
      while at < end {
        let fade = V(angular.fade + at)
        let fadeSlope = V(angular.fadeSlope + at)
        let rate = V(angular.fadeTimesRate + at)
        for n in 0..<functions.count {
          let a = functions.series.numbers + pair + n * functions.paddedBasis
          let b = functions.slopes.numbers + pair + n * functions.paddedBasis
          var value = V.zero
          var slope = V.zero
          for k in 0..<functions.basisCount {
            let t = V(angular.chebyshev(k) + at)
            value = value.adding(t, times: a[k])
            slope = slope.adding(t, times: b[k])
          }
          (fade * value).store(angular.extra(arrays.value(n)) + at)
          (fadeSlope * value).addingProduct(rate, slope).store(angular.extra(arrays.slope(n)) + at)
        }
        at += V.width
      }
    }
    // Zeros follow the last neighbour.
    for n in 0..<functions.count {
      V.zero.store(angular.extra(arrays.value(n)) + angular.count)
      V.zero.store(angular.extra(arrays.slope(n)) + angular.count)
    }
  }

  /// b_lm of all neighbours, which do not depend on the model's parameters.
  @inline(__always)
  func evaluateHarmonics() {
    let arrays = self.arrays
    let one = V(repeating: 1)
    var at = 0
    while at < angular.end {
      let (x, y, z) = (V(angular.x + at), V(angular.y + at), V(angular.z + at))
      let square = z * z
      var (real, imaginary) = (one, V.zero)
      for m in 0...weights.basis.largestDegree {
        real.store(angular.extra(arrays.real(m)) + at)
        imaginary.store(angular.extra(arrays.imaginary(m)) + at)
        (real, imaginary) = (real * x - imaginary * y, (real * y).addingProduct(imaginary, x))
      }
      for (index, term) in weights.basis.terms.enumerated() {
        let c = term.coefficients
        var value = V.zero
        var slope = V.zero
        var k = c.count - 1
        let parity = (term.l - term.m) & 1
        while k >= 0 {
          value = V(repeating: Number(c[k])).addingProduct(value, square)
          if 2 * k + parity > 0 {
            slope = V(repeating: Number(c[k] * Double(2 * k + parity))).addingProduct(slope, square)
          }
          k -= 1
        }
        // The derivative of an even polynomial is odd, and vice versa.
        if parity == 1 { value = value * z } else { slope = slope * z }
        value.store(angular.extra(arrays.polynomial(index)) + at)
        slope.store(angular.extra(arrays.derivative(index)) + at)
        let place = arrays.harmonic(term.place)
        (value * V(angular.extra(arrays.real(term.m)) + at)).store(angular.extra(place) + at)
        if term.m > 0 {
          (value * V(angular.extra(arrays.imaginary(term.m)) + at)).store(angular.extra(place + 1) + at)
        }
      }
      at += V.width
    }
  }

  /// A_nlm.
  @inline(__always)
  private func computeMoments() {
    let arrays = self.arrays
    let count = weights.angular.count
    let end = angular.end
    for f in 0..<arrays.harmonics {
      let b = angular.extra(arrays.harmonic(f))
      for n in 0..<count {
        let g = angular.extra(arrays.value(n))
        var sum = V.zero
        var at = 0
        while at < end {
          sum = sum.addingProduct(V(g + at), V(b + at))
          at += V.width
        }
        sum.store(scratch.registers + (f * count + n) * V.width)
      }
    }
    scratch.sumRegisters(arrays.harmonics * count)
    let width = weights.angular.paddedCount
    for f in 0..<arrays.harmonics {
      var n = 0
      while n < width {
        V(scratch.sums + f * count + n).store(scratch.moments + f * width + n)
        n += V.width
      }
    }
  }

  /// dU/dA_nlm.
  @inline(__always)
  private func differentiateMoments() {
    let count = weights.angular.count
    let width = weights.angular.paddedCount
    let derivatives = scratch.derivatives + weights.radial.count
    let more = derivatives + weights.basis.largestDegree * count
    var n = 0
    while n < width {
      for term in weights.basis.terms {
        let factor = V(derivatives + (term.l - 1) * count + n).scaled(Number(2 * term.weight))
        let place = term.place * width + n
        (factor * V(scratch.moments + place)).store(scratch.momentDerivatives + place)
        if term.m > 0 {
          (factor * V(scratch.moments + place + width)).store(scratch.momentDerivatives + place + width)
        }
      }
      if weights.hasFourBodies {
        let factor = V(more + n).scaled(Number(ManyBodies.four))
        let moments = scratch.moments + n
        let slopes = scratch.momentDerivatives + n
        Quadrupole { V(moments + $0 * width) }.forEachSlope { place, slope in
          V(slopes + place * width).addingProduct(factor, slope).store(slopes + place * width)
        }
      }
      if weights.hasFiveBodies {
        let factor = V(more + (weights.hasFourBodies ? count : 0) + n)
          .scaled(Number(4 * ManyBodies.five))
        let slope = factor * dipoleSquare(n)
        for f in 0..<3 {
          let place = f * width + n
          V(scratch.momentDerivatives + place).addingProduct(slope, V(scratch.moments + place))
            .store(scratch.momentDerivatives + place)
        }
      }
      let afterFive = more + ((weights.hasFourBodies ? 1 : 0) + (weights.hasFiveBodies ? 1 : 0)) * count
      for (index, triple) in weights.triples.enumerated() {
        differentiateTriple(triple, V(afterFive + index * count + n), n)
      }
      n += V.width
    }
  }

  /// The derivative of Σ dU/dA_nlm g_n(r) b_lm(u) by the neighbour's place: along the pair by g_n', across it by the
  /// gradient of b_lm on the sphere.
  /// - Parameter isAdded: to those of another model.
  @inline(__always)
  func computeAngularForces(isAdded: Bool) {
    differentiateMoments()
    let arrays = self.arrays
    let count = weights.angular.count
    let width = weights.angular.paddedCount
    let terms = weights.basis.terms
    var at = 0
    while at < angular.end {
      var along = V.zero
      var (vx, vy, vz) = (V.zero, V.zero, V.zero)
      for index in terms.indices {
        let m = terms[index].m
        let place = terms[index].place
        let polynomial = V(angular.extra(arrays.polynomial(index)) + at)
        let derivative = V(angular.extra(arrays.derivative(index)) + at)
        let (a, da) = weighted(place, count, width, at)
        along = along.addingProduct(da, V(angular.extra(arrays.harmonic(place)) + at))
        guard m > 0 else {
          vz = vz.addingProduct(derivative, a)
          continue
        }
        let (b, db) = weighted(place + 1, count, width, at)
        along = along.addingProduct(db, V(angular.extra(arrays.harmonic(place + 1)) + at))
        let real = V(angular.extra(arrays.real(m)) + at)
        let imaginary = V(angular.extra(arrays.imaginary(m)) + at)
        vz = vz.addingProduct(derivative, (a * real).addingProduct(b, imaginary))
        // d/dx (x + iy)ᵐ = m (x + iy)ᵐ⁻¹, d/dy = i times that.
        let lowerReal = V(angular.extra(arrays.real(m - 1)) + at)
        let lowerImaginary = V(angular.extra(arrays.imaginary(m - 1)) + at)
        let scaled = polynomial.scaled(Number(m))
        vx = vx.addingProduct(scaled, (a * lowerReal).addingProduct(b, lowerImaginary))
        vy = vy.addingProduct(scaled, b * lowerReal - a * lowerImaginary)
      }
      let (x, y, z) = (V(angular.x + at), V(angular.y + at), V(angular.z + at))
      let inverse = V(angular.perDistance + at)
      let inward = (vx * x).addingProduct(vy, y).addingProduct(vz, z)
      let radial = along - inward * inverse
      angular.setForces(
        at, (x * radial).addingProduct(vx, inverse), (y * radial).addingProduct(vy, inverse),
        (z * radial).addingProduct(vz, inverse), isAdded: isAdded)
      at += V.width
    }
  }

  /// Σ_n dU/dA_nf g_n and Σ_n dU/dA_nf g_n' of a register of neighbours.
  @inline(__always)
  private func weighted(_ f: Int, _ count: Int, _ width: Int, _ at: Int) -> (value: V, slope: V) {
    let factors = scratch.momentDerivatives + f * width
    let g = angular.extra(0) + at
    let slopes = angular.extra(count) + at
    var value = V.zero
    var slope = V.zero
    var offset = 0
    for n in 0..<count {
      let factor = V(repeating: factors[n])
      value = value.addingProduct(factor, V(g + offset))
      slope = slope.addingProduct(factor, V(slopes + offset))
      offset += angular.stride
    }
    return (value, slope)
  }
}
