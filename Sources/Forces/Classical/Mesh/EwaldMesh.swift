import Crystal
import Decomposition
import Foundation
import MPI
import Mathematics
import Model
import Units

/// The smooth part of the Coulomb energy on a mesh, over all ranks.
///
/// Smooth particle-mesh Ewald (Essmann et al., J. Chem. Phys. 103, 8577 (1995)) with the optimal influence
/// function of the particle–particle particle–mesh method. Forces are the exact gradient of the mesh energy,
/// which conserves energy at any accuracy. They do not sum to zero exactly; the integrator removes the resulting
/// momentum.
final class EwaldMesh<Scalar: MeshScalar> {
  let parameters: EwaldParameters
  private let communicator: Communicator
  /// By type, e.
  private let charges: [Scalar]
  private let selfEnergy: Double
  private let transform: MeshTransform<Scalar>
  private let exchange: MeshExchange<Scalar>
  private let factors: (x: [Double], y: [Double], z: [Double])
  private var influence: [Scalar] = []
  private var cell: Cell
  private var region = MeshRegion(low: .zero, count: .zero)
  private var values: UnsafeMutablePointer<Scalar>
  private var capacity = 1
  /// Weights and derivatives of one charge, eight of each, and sums over its grid points. Not on the stack, where the
  /// compiler would split registers into scalars.
  private let splines: UnsafeMutablePointer<SIMD4<Scalar>>
  private let sums: UnsafeMutablePointer<SIMD8<Scalar>>

  init(
    _ parameters: EwaldParameters, topology: Topology, cell: Cell, communicator: Communicator,
    layout: MeshLayout
  ) throws {
    self.parameters = parameters
    self.communicator = communicator
    self.cell = cell
    charges = topology.charges_e.map { Scalar($0) }
    let squares = topology.typeOfAtom.reduce(0.0) {
      $0 + topology.charges_e[Int($1)] * topology.charges_e[Int($1)]
    }
    selfEnergy = -Constants.coulomb * parameters.alpha / Double.pi.squareRoot() * squares
    transform = try MeshTransform(communicator, grid: parameters.grid, layout: layout)
    exchange = MeshExchange(communicator, grid: parameters.grid, layout: layout)
    let grid = parameters.grid
    let p = parameters.order
    factors = (
      BSpline.influence(points: grid.x, order: p), BSpline.influence(points: grid.y, order: p),
      BSpline.influence(points: grid.z, order: p)
    )
    values = .allocate(capacity: 1)
    splines = .allocate(capacity: 16)
    sums = .allocate(capacity: 3)
    splines.initialize(repeating: .zero, count: 16)
    fillInfluence()
  }

  deinit {
    values.deallocate()
    splines.deallocate()
    sums.deallocate()
  }

  func setCell(_ cell: Cell) {
    guard cell != self.cell else { return }
    self.cell = cell
    fillInfluence()
  }

  func prepare(positions: UnsafePointer<Vector3>, count: Int, margin_A: Double) throws {
    let grid = parameters.grid
    let scale = Vector3(Double(grid.x), Double(grid.y), Double(grid.z))
    var low = Vector3(repeating: .infinity)
    var high = Vector3(repeating: -.infinity)
    for i in 0..<count {
      let s = cell.fractional(positions[i]) * scale
      low = pointwiseMin(low, s)
      high = pointwiseMax(high, s)
    }
    if count == 0 {
      low = .zero
      high = .zero
    }
    let margin = Vector3(repeating: margin_A) / cell.heights * scale
    low = (low - margin).rounded(.down) - Double(parameters.order - 1)
    high = (high + margin).rounded(.down)
    let first = SIMD3<Int32>(Int32(low.x), Int32(low.y), Int32(low.z))
    let last = SIMD3<Int32>(Int32(high.x), Int32(high.y), Int32(high.z))
    region = MeshRegion(low: first, count: last &- first &+ 1)
    // Rows are written eight points at a time, with zero weights beyond the spline's.
    let needed = region.pointCount + 8
    if needed > capacity {
      values.deallocate()
      capacity = needed
      values = .allocate(capacity: capacity)
    }
    try exchange.agree(region)
  }

  var trafficPerStep: (messages: Int, bytes: Int) {
    let transposes = transform.traffic
    return (exchange.messages + transposes.messages, exchange.remoteBytes + transposes.bytes)
  }

  func spread(
    _ positions: UnsafePointer<Vector3>, _ types: UnsafePointer<Int32>, _ count: Int, _ clock: PhaseClock
  ) throws {
    clock.enter(.spread)
    charges.withUnsafeBufferPointer { charges in
      switch parameters.order {
      case 5: spread(positions, types, charges, count, 5)
      case 7: spread(positions, types, charges, count, 7)
      default: spread(positions, types, charges, count, parameters.order)
      }
    }
    clock.enter(.meshExchange)
    try exchange.send(region: values)
  }

  func compute(
    _ positions: UnsafePointer<Vector3>, _ types: UnsafePointer<Int32>, _ count: Int,
    _ forces: UnsafeMutablePointer<Vector3>, _ wantsEnergy: Bool, _ clock: PhaseClock
  ) throws -> (energy: Double, virial: Tensor3) {
    clock.enter(.meshExchange)
    try exchange.fold(region: values, into: transform.real)
    clock.enter(.fourier)
    try transform.forward()
    var result = convolve(wantsEnergy)
    if wantsEnergy && communicator.isRoot { result.energy += selfEnergy }
    try transform.backward()
    clock.enter(.meshExchange)
    try exchange.unfold(part: transform.real, into: values)
    clock.enter(.gather)
    charges.withUnsafeBufferPointer { charges in
      switch parameters.order {
      case 5: gather(positions, types, charges, count, forces, 5)
      case 7: gather(positions, types, charges, count, forces, 7)
      default: gather(positions, types, charges, count, forces, parameters.order)
      }
    }
    return result
  }

  /// - Parameter p: the order; a literal where it matters, for the loops are then unrolled.
  @inline(__always)
  private func spread(
    _ positions: UnsafePointer<Vector3>, _ types: UnsafePointer<Int32>,
    _ charges: UnsafeBufferPointer<Scalar>, _ count: Int, _ p: Int
  ) {
    let values = self.values
    values.initialize(repeating: 0, count: region.pointCount + 8)
    let frame = MeshFrame<Scalar>(cell, parameters.grid, region, order: p)
    let w = splines
    let d = splines + 8
    do {
      for i in 0..<count {
        let start = frame.splines(positions[i], w, d, p)
        if start < 0 { continue }
        let wz = Scalar.scaled(frame.along(w, p), charges[Int(types[i])])
        var a = 0
        while a < p {
          var line = values + (start + a * frame.plane)
          var b = 0
          while b < p {
            let eight = UnsafeMutableRawPointer(line)
            let old = eight.loadUnaligned(as: SIMD8<Scalar>.self)
            eight.storeBytes(
              of: Scalar.multiplyAdd(old, wz, w[a].x * w[b].y), as: SIMD8<Scalar>.self)
            line += frame.row
            b += 1
          }
          a += 1
        }
      }
    }
  }

  @inline(__always)
  private func gather(
    _ positions: UnsafePointer<Vector3>, _ types: UnsafePointer<Int32>,
    _ charges: UnsafeBufferPointer<Scalar>, _ count: Int, _ forces: UnsafeMutablePointer<Vector3>, _ p: Int
  ) {
    let values = self.values
    let frame = MeshFrame<Scalar>(cell, parameters.grid, region, order: p)
    let alongA = cell.reciprocalA * Double(parameters.grid.x)
    let alongB = cell.reciprocalB * Double(parameters.grid.y)
    let alongC = cell.reciprocalC * Double(parameters.grid.z)
    let w = splines
    let d = splines + 8
    let sums = self.sums
    do {
      for i in 0..<count {
        let start = frame.splines(positions[i], w, d, p)
        if start < 0 { continue }
        sums[0] = SIMD8()
        sums[1] = SIMD8()
        sums[2] = SIMD8()
        var a = 0
        while a < p {
          var line = values + (start + a * frame.plane)
          var plain = SIMD8<Scalar>()
          var slope = SIMD8<Scalar>()
          var b = 0
          while b < p {
            let old = UnsafeRawPointer(line).loadUnaligned(as: SIMD8<Scalar>.self)
            plain = Scalar.multiplyAdd(plain, old, w[b].y)
            slope = Scalar.multiplyAdd(slope, old, d[b].y)
            line += frame.row
            b += 1
          }
          sums[0] = Scalar.multiplyAdd(sums[0], plain, d[a].x)
          sums[1] = Scalar.multiplyAdd(sums[1], slope, w[a].x)
          sums[2] = Scalar.multiplyAdd(sums[2], plain, w[a].x)
          a += 1
        }
        let wz = frame.along(w, p)
        let dz = frame.along(d, p)
        let q = Double(charges[Int(types[i])])
        let gradient = Vector3(Scalar.dot(sums[0], wz), Scalar.dot(sums[1], wz), Scalar.dot(sums[2], dz))
        forces[i] -= (alongA * gradient.x + alongB * gradient.y + alongC * gradient.z) * q
      }
    }
  }

  /// Coulomb's factor times exp(−π²m²/α²)/(π V m²) times the spline factors, for this rank's columns.
  private func fillInfluence() {
    let grid = parameters.grid
    let damping = Double.pi * Double.pi / (parameters.alpha * parameters.alpha)
    let factor = Constants.coulomb / (Double.pi * cell.volume)
    influence.removeAll(keepingCapacity: true)
    influence.reserveCapacity(grid.x * transform.columns.count * transform.depths.count)
    for i in 0..<grid.x {
      for j in transform.columns {
        for k in transform.depths {
          let m = waveVector(i, j, k)
          let square = dot(m, m)
          influence.append(
            square == 0
              ? 0
              : Scalar(
                factor * exp(-damping * square) / square * factors.x[i] * factors.y[j] * factors.z[k]))
        }
      }
    }
  }

  /// 1/Å, without 2π.
  @inline(__always)
  private func waveVector(_ i: Int, _ j: Int, _ k: Int) -> Vector3 {
    let grid = parameters.grid
    let signedI = Double(i <= grid.x / 2 ? i : i - grid.x)
    let signedJ = Double(j <= grid.y / 2 ? j : j - grid.y)
    return cell.reciprocalA * signedI + cell.reciprocalB * signedJ + cell.reciprocalC * Double(k)
  }

  /// Multiplies by the influence function.
  private func convolve(_ wantsEnergy: Bool) -> (energy: Double, virial: Tensor3) {
    let transformed = transform.transformed
    return influence.withUnsafeBufferPointer { influence in
      wantsEnergy ? multiplyAndSum(transformed, influence) : multiply(transformed, influence)
    }
  }

  private func multiply(_ transformed: UnsafeMutablePointer<Scalar>, _ influence: UnsafeBufferPointer<Scalar>)
    -> (energy: Double, virial: Tensor3)
  {
    for n in influence.indices {
      transformed[2 * n] *= influence[n]
      transformed[2 * n + 1] *= influence[n]
    }
    return (0, Tensor3())
  }

  private func multiplyAndSum(
    _ transformed: UnsafeMutablePointer<Scalar>, _ influence: UnsafeBufferPointer<Scalar>
  )
    -> (energy: Double, virial: Tensor3)
  {
    var energy = 0.0
    var virial = Tensor3()
    let stretch = Double.pi * Double.pi / (parameters.alpha * parameters.alpha)
    var n = 0
    for i in 0..<parameters.grid.x {
      for j in transform.columns {
        for k in transform.depths {
          let real = Double(transformed[2 * n])
          let imaginary = Double(transformed[2 * n + 1])
          // Each complex value with 0 < k < n/2 counts for itself and its conjugate.
          let weight = k == 0 || 2 * k == parameters.grid.z ? 0.5 : 1.0
          let term = weight * Double(influence[n]) * (real * real + imaginary * imaginary)
          if term != 0 {
            let m = waveVector(i, j, k)
            energy += term
            virial.addIsotropic(term)
            virial.add(m, m * (-2 * term * (1 / dot(m, m) + stretch)))
          }
          transformed[2 * n] *= influence[n]
          transformed[2 * n + 1] *= influence[n]
          n += 1
        }
      }
    }
    return (energy, virial)
  }
}

/// Where the charges' splines lie in a rank's region.
private struct MeshFrame<Scalar: MeshScalar> {
  /// From one grid point along b, and along a, to the next.
  let row: Int
  let plane: Int
  private let toA: Vector3
  private let toB: Vector3
  private let toC: Vector3
  private let first: SIMD3<Int>
  /// The region that charges may lie in, in grid spacings.
  private let low: Vector3
  private let high: Vector3
  /// Known at run time only: the compiler splits registers that hold constant zeros.
  private let zero: Scalar

  init(_ cell: Cell, _ grid: SIMD3<Int>, _ region: MeshRegion, order: Int) {
    zero = region.count.z < 0 ? 1 : 0
    row = Int(region.count.z)
    plane = Int(region.count.y) * Int(region.count.z)
    toA = cell.reciprocalA * Double(grid.x)
    toB = cell.reciprocalB * Double(grid.y)
    toC = cell.reciprocalC * Double(grid.z)
    first = SIMD3(
      Int(region.low.x) + order - 1, Int(region.low.y) + order - 1, Int(region.low.z) + order - 1)
    low = Vector3(Double(first.x), Double(first.y), Double(first.z))
    high =
      low
      + Vector3(
        Double(Int(region.count.x) - order + 1), Double(Int(region.count.y) - order + 1),
        Double(Int(region.count.z) - order + 1))
  }

  /// Weights and derivatives of a charge. Returns its first grid point in the region; negative for a charge outside, which
  /// has moved further than the lists allow: a dangerous build follows at the end of the step.
  @inline(__always)
  func splines(
    _ r: Vector3, _ w: UnsafeMutablePointer<SIMD4<Scalar>>, _ d: UnsafeMutablePointer<SIMD4<Scalar>>, _ p: Int
  ) -> Int {
    let x = dot(toA, r)
    let y = dot(toB, r)
    let z = dot(toC, r)
    guard x >= low.x, y >= low.y, z >= low.z, x < high.x, y < high.y, z < high.z else { return -1 }
    let i = floor(x)
    let j = floor(y)
    let k = floor(z)
    BSpline.fill(SIMD4(Scalar(x - i), Scalar(y - j), Scalar(z - k), 0), order: p, w, d)
    return (Int(i) - first.x) * plane + (Int(j) - first.y) * row + Int(k) - first.z
  }

  /// Those along c, zero beyond the order.
  @inline(__always)
  func along(_ v: UnsafeMutablePointer<SIMD4<Scalar>>, _ p: Int) -> SIMD8<Scalar> {
    SIMD8(
      v[0].z, v[1].z, v[2].z, v[3].z, p > 4 ? v[4].z : zero, p > 5 ? v[5].z : zero,
      p > 6 ? v[6].z : zero, p > 7 ? v[7].z : zero)
  }
}
