import Decomposition
import Mathematics

/// The derivatives of energies, forces and virials of a model by its parameters.
///
/// With displacements δ_i of the atoms and a strain η, S = e E + dE(r + ε δ, strain ε η)/dε is a number whose derivatives by
/// the parameters are e ∂E/∂θ − Σ_i δ_i · ∂F_i/∂θ − η : ∂W/∂θ: with the residuals of a loss in the places of e, −δ and −η
/// one sweep back through S gives its gradient. Every quantity is carried with its derivative along the displacements.
final class NEPGradientKernel<V: SIMDVector> {
  typealias Number = V.Number

  let kernel: NEPKernel<V>
  let scratch: NEPGradientScratch<V>
  private var weights: NEPWeights<V> { kernel.weights }

  /// - Throws: `PotentialError`.
  init(_ model: NEPModel) throws {
    kernel = try NEPKernel(model, elements: model.elements)
    scratch = NEPGradientScratch(kernel.weights)
  }

  /// Energies of some atoms, eV, and the forces that they exert on atoms and images, without the repulsion.
  /// - Parameter forces: of atoms and images, eV/Å; zero before.
  func evaluate(
    _ rows: NeighbourRows, _ positions: UnsafePointer<Vector3>, _ types: UnsafePointer<Int32>,
    atoms: Range<Int>, forces: UnsafeMutablePointer<Vector3>
  ) -> Double {
    reserve(rows.longest)
    var energy = 0.0
    for atom in atoms {
      let type = Int(types[atom])
      kernel.survey(rows, atom, type, positions)
      energy += kernel.evaluateEnergy(type) - weights.bias_eV
      kernel.computeRadialForces(type, isAdded: false)
      kernel.computeAngularForces(isAdded: false)
      let radial = kernel.radial.scatter(forces, factor: 1)
      forces[atom] += radial + kernel.angular.scatter(forces, factor: 1)
    }
    return energy
  }

  /// Adds to the sums the derivatives of what some atoms give to S.
  /// - Parameters:
  ///   - energyFactor: e.
  ///   - displacements: δ of atoms and images, without that of the strain.
  ///   - strain: η.
  func addGradient(
    _ rows: NeighbourRows, _ positions: UnsafePointer<Vector3>, _ types: UnsafePointer<Int32>,
    atoms: Range<Int>, energyFactor: Double, displacements: UnsafePointer<Vector3>, strain: Tensor3
  ) {
    reserve(rows.longest)
    for atom in atoms {
      let type = Int(types[atom])
      kernel.survey(rows, atom, type, positions)
      move(atom, positions, displacements, strain)
      sumRadial(type)
      sumAngular()
      combineMoments(type)
      computeDescriptors(type)
      differentiateNetwork(type, energyFactor: Number(energyFactor))
      differentiateDescriptors()
      addCoefficients(type)
    }
  }

  private func reserve(_ neighbours: Int) {
    kernel.radial.reserve(neighbours)
    kernel.angular.reserve(neighbours)
    scratch.reserve(neighbours)
  }

  /// How the neighbours' distances and directions change.
  @inline(__always)
  private func move(
    _ atom: Int, _ positions: UnsafePointer<Vector3>, _ displacements: UnsafePointer<Vector3>,
    _ strain: Tensor3
  ) {
    let (radial, angular) = (kernel.radial, kernel.angular)
    let own = displacements[atom]
    @inline(__always) func change(_ other: Int32) -> Vector3 {
      let d = positions[Int(other)] - positions[atom]
      return displacements[Int(other)] - own
        + Vector3(dot(strain.x, d), dot(strain.y, d), dot(strain.z, d))
    }
    @inline(__always) func direction(_ sphere: NEPSphere<V>, _ index: Int) -> Vector3 {
      Vector3(Double(sphere.x[index]), Double(sphere.y[index]), Double(sphere.z[index]))
    }
    for index in 0..<radial.count {
      scratch.radialRate[index] = Number(dot(direction(radial, index), change(radial.atom[index])))
    }
    for index in 0..<angular.count {
      let u = direction(angular, index)
      let change = change(angular.atom[index])
      let rate = dot(u, change)
      let turn = (change - u * rate) * Double(angular.perDistance[index])
      scratch.angularRate[index] = Number(rate)
      scratch.turnX[index] = Number(turn.x)
      scratch.turnY[index] = Number(turn.y)
      scratch.turnZ[index] = Number(turn.z)
    }
    // Beyond the last all functions are zero, but not times what is no number.
    V.zero.store(scratch.radialRate + radial.count)
    V.zero.store(scratch.angularRate + angular.count)
    for turn in [scratch.turnX, scratch.turnY, scratch.turnZ] { V.zero.store(turn + angular.count) }
  }

  /// Σ_j fc T_k by type, and its derivative. With T_k′ = Σ_m D_mk T_m the sums Σ_j fc (dx/dr) (dr/dε) T_m give that of T_k.
  @inline(__always)
  private func sumRadial(_ type: Int) {
    let radial = kernel.radial
    let count = weights.radial.basisCount
    let (w, registers, sums) = (V.width, kernel.scratch.registers, kernel.scratch.sums)
    for other in 0..<weights.typeCount {
      let first = radial.starts[other]
      let end = radial.starts[other + 1]
      guard first < end else { continue }
      let whole = first + (end - first) / w * w
      let mask = V(kernel.scratch.mask + (w - (end - whole)))
      let out = scratch.radialSums + other * 2 * count
      // The three sums one after the other, each over all k: there are as many registers as k.
      for part in 0..<3 {
        for k in 0..<count {
          let t = radial.chebyshev(k)
          var sum = V.zero
          var at = first
          while at < end {
            var factor = radialFactor(part, at)
            if at == whole { factor = factor * mask }
            sum = sum.addingProduct(factor, V(t + at))
            at += w
          }
          sum.store(registers + k * w)
        }
        kernel.scratch.sumRegisters(count)
        switch part {
        case 0: for k in 0..<count { out[k] = sums[k] }
        case 1: for k in 0..<count { out[count + k] = sums[k] }
        default: addChebyshevSlopes(sums, onto: out + count, count)
        }
      }
    }
  }

  @inline(__always)
  private func radialFactor(_ part: Int, _ at: Int) -> V {
    switch part {
    case 0: V(kernel.radial.fade + at)
    case 1: V(kernel.radial.fadeSlope + at) * V(scratch.radialRate + at)
    default: V(kernel.radial.fadeTimesRate + at) * V(scratch.radialRate + at)
    }
  }

  /// out[k] += Σ_m D_mk sums[m]: T_k′ = 2k (T_(k−1) + T_(k−3) + …), with half of T_0.
  @inline(__always)
  private func addChebyshevSlopes(
    _ sums: UnsafePointer<Number>, onto out: UnsafeMutablePointer<Number>, _ count: Int
  ) {
    var before = Number(0)
    var current = Number(0)
    for k in stride(from: 1, to: count, by: 1) {
      let next = before + (k == 1 ? sums[0] : 2 * sums[k - 1])
      before = current
      current = next
      out[k] += Number(k) * next
    }
  }

  /// The moments of fc T_k b_f by type of neighbour and their derivatives.
  @inline(__always)
  private func sumAngular() {
    fillRows()
    let angular = kernel.angular
    let count = weights.angular.basisCount
    let width = 3 * scratch.functions
    for other in 0..<weights.typeCount {
      let first = angular.starts[other]
      let end = angular.starts[other + 1]
      guard first < end else { continue }
      let moments = scratch.basisMoments + other * count * width
      for k in 0..<count {
        kernel.combine(
          scratch.rows + first * width, count: end - first, columns: width, angular.chebyshev(k) + first,
          onto: moments + k * width, isAdded: false)
      }
      addChebyshevSlopes(ofMoments: moments, count)
    }
  }

  /// The same as for the radial sums, of all functions.
  @inline(__always)
  private func addChebyshevSlopes(ofMoments moments: UnsafeMutablePointer<Number>, _ count: Int) {
    let functions = scratch.functions
    var f = 0
    while f < functions {
      var before = V.zero
      var current = V.zero
      for k in stride(from: 1, to: count, by: 1) {
        let sum = V(moments + (3 * (k - 1) + 2) * functions + f)
        let next = k == 1 ? sum : before + sum + sum
        before = current
        current = next
        let place = moments + (3 * k + 1) * functions + f
        V(place).adding(next, times: Number(k)).store(place)
      }
      f += V.width
    }
  }

  /// For each neighbour fc b_f; fc′ r′ b_f + fc b_f′; and fc (dx/dr) r′ b_f.
  @inline(__always)
  private func fillRows() {
    let angular = kernel.angular
    let basis = weights.basis
    let arrays = AngularArrays(basis, functions: weights.angular.count)
    let functions = scratch.functions
    var at = 0
    while at < angular.end {
      let rate = V(scratch.angularRate + at)
      let fade = V(angular.fade + at)
      let slope = V(angular.fadeSlope + at) * rate
      let inner = V(angular.fadeTimesRate + at) * rate
      let (tx, ty, tz) = (V(scratch.turnX + at), V(scratch.turnY + at), V(scratch.turnZ + at))
      for index in basis.terms.indices {
        let (m, place) = (basis.terms[index].m, basis.terms[index].place)
        let polynomial = V(angular.extra(arrays.polynomial(index)) + at)
        let turned = V(angular.extra(arrays.derivative(index)) + at) * tz
        let real = V(angular.extra(arrays.real(m)) + at)
        guard m > 0 else {
          fill(place, polynomial, turned, fade, slope, inner, at, functions)
          continue
        }
        let imaginary = V(angular.extra(arrays.imaginary(m)) + at)
        // (x + iy)ᵐ changes by m (x + iy)ᵐ⁻¹ (x′ + iy′).
        let scaled = polynomial.scaled(Number(m))
        let lowerReal = V(angular.extra(arrays.real(m - 1)) + at)
        let lowerImaginary = V(angular.extra(arrays.imaginary(m - 1)) + at)
        fill(
          place, polynomial * real,
          (turned * real).addingProduct(scaled, lowerReal * tx - lowerImaginary * ty), fade, slope, inner, at,
          functions)
        fill(
          place + 1, polynomial * imaginary,
          (turned * imaginary).addingProduct(scaled, (lowerReal * ty).addingProduct(lowerImaginary, tx)),
          fade,
          slope, inner, at, functions)
      }
      at += V.width
    }
  }

  /// One function of the rows of a register of neighbours.
  @inline(__always)
  private func fill(
    _ place: Int, _ value: V, _ change: V, _ fade: V, _ slope: V, _ inner: V, _ at: Int, _ functions: Int
  ) {
    let registers = kernel.scratch.registers
    (fade * value).store(registers)
    (slope * value).addingProduct(fade, change).store(registers + V.width)
    (inner * value).store(registers + 2 * V.width)
    var row = scratch.rows + at * 3 * functions + place
    for lane in 0..<V.width {
      row[0] = registers[lane]
      row[functions] = registers[V.width + lane]
      row[2 * functions] = registers[2 * V.width + lane]
      row += 3 * functions
    }
  }

  /// A_nf = Σ a_nk (moments of the basis), and its derivative; the radial descriptors likewise.
  @inline(__always)
  private func combineMoments(_ type: Int) {
    let radial = weights.radial
    var n = 0
    while n < radial.paddedCount {
      var sum = DualVector<V>.zero
      for other in 0..<weights.typeCount where hasNeighbours(kernel.radial, other) {
        let pair = type * weights.typeCount + other
        let sums = scratch.radialSums + other * 2 * radial.basisCount
        for k in 0..<radial.basisCount {
          let a = V(radial.transposed.numbers + (pair * radial.basisCount + k) * radial.paddedCount + n)
          sum.value = sum.value.adding(a, times: sums[k])
          sum.slope = sum.slope.adding(a, times: sums[radial.basisCount + k])
        }
      }
      // Values beyond the last n are overwritten by the angular descriptors.
      scratch.descriptors[n] = sum
      n += V.width
    }
    let angular = weights.angular
    n = 0
    while n < angular.paddedCount {
      var f = 0
      while f < scratch.functions {
        combineMoments(type, f, n)
        f += 4
      }
      n += V.width
    }
  }

  /// Four functions at a time.
  @inline(__always)
  private func combineMoments(_ type: Int, _ f: Int, _ n: Int) {
    let angular = weights.angular
    let functions = scratch.functions
    var (a0, a1, a2, a3) = (
      DualVector<V>.zero, DualVector<V>.zero, DualVector<V>.zero, DualVector<V>.zero
    )
    for other in 0..<weights.typeCount where hasNeighbours(kernel.angular, other) {
      let pair = type * weights.typeCount + other
      var a = angular.transposed.numbers + pair * angular.basisCount * angular.paddedCount + n
      var b = scratch.basisMoments + other * angular.basisCount * 3 * functions + f
      for _ in 0..<angular.basisCount {
        let factor = V(a)
        a0.value = a0.value.adding(factor, times: b[0])
        a1.value = a1.value.adding(factor, times: b[1])
        a2.value = a2.value.adding(factor, times: b[2])
        a3.value = a3.value.adding(factor, times: b[3])
        let slopes = b + functions
        a0.slope = a0.slope.adding(factor, times: slopes[0])
        a1.slope = a1.slope.adding(factor, times: slopes[1])
        a2.slope = a2.slope.adding(factor, times: slopes[2])
        a3.slope = a3.slope.adding(factor, times: slopes[3])
        a += angular.paddedCount
        b += 3 * functions
      }
    }
    let moments = scratch.moments.advanced(by: f * angular.paddedCount + n)
    moments[0] = a0
    moments[angular.paddedCount] = a1
    moments[2 * angular.paddedCount] = a2
    moments[3 * angular.paddedCount] = a3
  }

  @inline(__always)
  private func hasNeighbours(_ sphere: NEPSphere<V>, _ other: Int) -> Bool {
    sphere.starts[other] < sphere.starts[other + 1]
  }

  /// Adds what the atom gives to dS/da_nk.
  @inline(__always)
  private func addCoefficients(_ type: Int) {
    let radial = weights.radial
    for other in 0..<weights.typeCount where hasNeighbours(kernel.radial, other) {
      let pair = type * weights.typeCount + other
      let sums = scratch.radialSums + other * 2 * radial.basisCount
      for k in 0..<radial.basisCount {
        let place = scratch.radial + (pair * radial.basisCount + k) * radial.paddedCount
        var n = 0
        while n < radial.paddedCount {
          let slopes = scratch.descriptorSlopes[n]
          // dS/dq goes with the derivative, dS/dq′ with the value: see `differentiateNetwork`.
          V(place + n).adding(slopes.slope, times: sums[k])
            .adding(slopes.value, times: sums[radial.basisCount + k]).store(place + n)
          n += V.width
        }
      }
    }
    let angular = weights.angular
    for other in 0..<weights.typeCount where hasNeighbours(kernel.angular, other) {
      let pair = type * weights.typeCount + other
      for k in 0..<angular.basisCount {
        let moments = scratch.basisMoments + (other * angular.basisCount + k) * 3 * scratch.functions
        let place = scratch.angular + (pair * angular.basisCount + k) * angular.paddedCount
        var n = 0
        while n < angular.paddedCount {
          addCoefficients(moments, onto: place, n)
          n += V.width
        }
      }
    }
  }

  @inline(__always)
  private func addCoefficients(
    _ moments: UnsafePointer<Number>, onto place: UnsafeMutablePointer<Number>, _ n: Int
  ) {
    let width = weights.angular.paddedCount
    let slopes = moments + scratch.functions
    var (sum, other) = (V(place + n), V.zero)
    for f in 0..<weights.basis.functionCount {
      let slope = scratch.momentSlopes[f * width + n]
      sum = sum.adding(slope.slope, times: moments[f])
      other = other.adding(slope.value, times: slopes[f])
    }
    (sum + other).store(place + n)
  }
}
