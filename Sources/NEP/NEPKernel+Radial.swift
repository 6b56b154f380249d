extension NEPKernel {
  /// q_n = Σ_j g_n(r_ij): Σ_j fc T_k first, for each type of neighbours, then the coefficients.
  @inline(__always)
  func computeRadialDescriptors(_ type: Int) {
    let functions = weights.radial
    let w = V.width
    var n = 0
    while n < functions.paddedCount {
      V.zero.store(scratch.descriptors + n)
      n += w
    }
    for other in 0..<weights.typeCount {
      let first = radial.starts[other]
      let end = radial.starts[other + 1]
      guard first < end else { continue }
      let whole = first + (end - first) / w * w
      // Lanes of the next type are masked away.
      let mask = V(scratch.mask + (w - (end - whole)))
      for k in 0..<functions.basisCount {
        let t = radial.chebyshev(k)
        var sum = V.zero
        var at = first
        while at < whole {
          sum = sum.addingProduct(V(radial.fade + at), V(t + at))
          at += w
        }
        if whole < end { sum = sum.addingProduct(V(radial.fade + whole) * mask, V(t + whole)) }
        sum.store(scratch.registers + k * w)
      }
      scratch.sumRegisters(functions.basisCount)
      let pair = type * weights.typeCount + other
      combine(
        functions.transposed.numbers + pair * functions.basisCount * functions.paddedCount,
        count: functions.basisCount, columns: functions.paddedCount, scratch.sums, onto: scratch.descriptors,
        isAdded: true)
    }
  }

  /// dU/dr_ij = Σ_n dU/dq_n g_n'(r_ij) along the pair, in `radial`'s forces.
  /// - Parameter isAdded: to those of another model.
  @inline(__always)
  func computeRadialForces(_ type: Int, isAdded: Bool) {
    let functions = weights.radial
    let force = radial.extra(0)
    for other in 0..<weights.typeCount {
      let first = radial.starts[other]
      let end = radial.starts[other + 1]
      guard first < end else { continue }
      let pair = (type * weights.typeCount + other) * functions.count * functions.paddedBasis
      combine(
        functions.series.numbers + pair, count: functions.count, columns: functions.paddedBasis,
        scratch.derivatives, onto: scratch.series, isAdded: false)
      combine(
        functions.slopes.numbers + pair, count: functions.count, columns: functions.paddedBasis,
        scratch.derivatives, onto: scratch.slopes, isAdded: false)
      var at = first
      while at < end {
        var value = V.zero
        var slope = V.zero
        for k in 0..<functions.basisCount {
          let t = V(radial.chebyshev(k) + at)
          value = value.adding(t, times: scratch.series[k])
          slope = slope.adding(t, times: scratch.slopes[k])
        }
        (V(radial.fadeSlope + at) * value).addingProduct(V(radial.fadeTimesRate + at), slope)
          .store(force + at)
        at += V.width
      }
    }
    var at = 0
    while at < radial.end {
      let f = V(force + at)
      radial.setForces(
        at, V(radial.x + at) * f, V(radial.y + at) * f, V(radial.z + at) * f, isAdded: isAdded)
      at += V.width
    }
  }
}
