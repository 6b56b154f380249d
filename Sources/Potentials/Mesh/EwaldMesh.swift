import CFFTW
import Crystal
import Foundation
import MPI

/// The smooth part of the Coulomb energy on a mesh, over all ranks.
///
/// Smooth particle-mesh Ewald (Essmann et al., J. Chem. Phys. 103, 8577 (1995)) with the optimal influence
/// function of the particle–particle particle–mesh method. Forces are the exact gradient of the mesh energy,
/// which conserves energy at any accuracy; they do not sum to zero exactly, and the integrators take out
/// the momentum that this gives.
public final class EwaldMesh {
  public let parameters: EwaldParameters
  private let communicator: Communicator
  private let charges: [Double]
  private let selfEnergy: Double
  private let transform: SlabFFT
  private let exchange: MeshExchange
  private let factors: (x: [Double], y: [Double], z: [Double])
  private var influence: [Double] = []
  private var cell: Cell
  private var region = MeshRegion(low: .zero, count: .zero)
  private var values: UnsafeMutablePointer<Double>
  private var capacity = 1

  public init(_ parameters: EwaldParameters, topology: Topology, cell: Cell, communicator: Communicator)
    throws
  {
    self.parameters = parameters
    self.communicator = communicator
    self.cell = cell
    charges = topology.charges_e
    let squares = topology.typeOfAtom.reduce(0.0) {
      $0 + topology.charges_e[Int($1)] * topology.charges_e[Int($1)]
    }
    selfEnergy = -Constants.coulomb * parameters.alpha / Double.pi.squareRoot() * squares
    transform = try SlabFFT(communicator, grid: parameters.grid)
    exchange = MeshExchange(communicator, grid: parameters.grid)
    let grid = parameters.grid
    let p = parameters.order
    factors = (
      BSpline.influence(points: grid.x, order: p), BSpline.influence(points: grid.y, order: p),
      BSpline.influence(points: grid.z, order: p)
    )
    values = .allocate(capacity: 1)
    fillInfluence()
  }

  deinit { values.deallocate() }

  /// Follows a change of the cell; the number of grid points stays.
  public func setCell(_ cell: Cell) {
    guard cell != self.cell else { return }
    self.cell = cell
    fillInfluence()
  }

  /// Makes room for the charges of this rank and for `margin` (Å) of movement; on every rank together.
  public func prepare(positions: UnsafePointer<Vector3>, count: Int, margin_A: Double) throws {
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
    if region.pointCount > capacity {
      values.deallocate()
      capacity = region.pointCount
      values = .allocate(capacity: capacity)
    }
    try exchange.agree(region)
  }

  /// Adds this rank's forces and gives this rank's share of the energy (eV) and of the virial
  /// (−∂E/∂strain, eV).
  public func compute(
    positions: UnsafePointer<Vector3>, types: UnsafePointer<Int32>, count: Int,
    forces: UnsafeMutablePointer<Vector3>, wantsEnergy: Bool, clock: PhaseClock
  ) throws -> (energy: Double, virial: Virial) {
    clock.enter(.spread)
    charges.withUnsafeBufferPointer { spread(positions, types, $0, count) }
    clock.enter(.meshExchange)
    try exchange.fold(region: values, into: transform.real)
    clock.enter(.fourier)
    try transform.forward()
    var result = convolve(wantsEnergy)
    if wantsEnergy && communicator.isRoot { result.energy += selfEnergy }
    try transform.backward()
    clock.enter(.meshExchange)
    try exchange.unfold(slab: transform.real, into: values)
    clock.enter(.gather)
    charges.withUnsafeBufferPointer { gather(positions, types, $0, count, forces) }
    return result
  }

  private func spread(
    _ positions: UnsafePointer<Vector3>, _ types: UnsafePointer<Int32>,
    _ charges: UnsafeBufferPointer<Double>,
    _ count: Int
  ) {
    values.update(repeating: 0, count: region.pointCount)
    let p = parameters.order
    let rows = Int(region.count.y)
    let points = Int(region.count.z)
    withSplines { w, d in
      for i in 0..<count {
        let start = splines(positions[i], w, d)
        let q = charges[Int(types[i])]
        for a in 0..<p {
          let qa = q * w[a]
          for b in 0..<p {
            let qab = qa * w[8 + b]
            let line = values + ((start.x + a) * rows + start.y + b) * points + start.z
            for c in 0..<p { line[c] += qab * w[16 + c] }
          }
        }
      }
    }
  }

  private func gather(
    _ positions: UnsafePointer<Vector3>, _ types: UnsafePointer<Int32>,
    _ charges: UnsafeBufferPointer<Double>,
    _ count: Int, _ forces: UnsafeMutablePointer<Vector3>
  ) {
    let p = parameters.order
    let rows = Int(region.count.y)
    let points = Int(region.count.z)
    let alongA = cell.reciprocalA * Double(parameters.grid.x)
    let alongB = cell.reciprocalB * Double(parameters.grid.y)
    let alongC = cell.reciprocalC * Double(parameters.grid.z)
    withSplines { w, d in
      for i in 0..<count {
        let start = splines(positions[i], w, d)
        var gradient = Vector3()
        for a in 0..<p {
          for b in 0..<p {
            let line = values + ((start.x + a) * rows + start.y + b) * points + start.z
            var plain = 0.0
            var slope = 0.0
            for c in 0..<p {
              plain += line[c] * w[16 + c]
              slope += line[c] * d[16 + c]
            }
            gradient += Vector3(d[a] * w[8 + b] * plain, w[a] * d[8 + b] * plain, w[a] * w[8 + b] * slope)
          }
        }
        let q = charges[Int(types[i])]
        forces[i] -= (alongA * gradient.x + alongB * gradient.y + alongC * gradient.z) * q
      }
    }
  }

  /// Room for the weights and derivatives of one charge, eight for each direction.
  @inline(__always)
  private func withSplines(_ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Void) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 48) { buffer in
      if let base = buffer.baseAddress { body(base, base + 24) }
    }
  }

  /// Weights of a charge; gives its first grid point in the region.
  @inline(__always)
  private func splines(
    _ r: Vector3, _ w: UnsafeMutablePointer<Double>, _ d: UnsafeMutablePointer<Double>
  ) -> SIMD3<Int> {
    let grid = parameters.grid
    let p = parameters.order
    let u = cell.fractional(r) * Vector3(Double(grid.x), Double(grid.y), Double(grid.z))
    let whole = u.rounded(.down)
    let f = u - whole
    BSpline.fill(f.x, order: p, w, d)
    BSpline.fill(f.y, order: p, w + 8, d + 8)
    BSpline.fill(f.z, order: p, w + 16, d + 16)
    return SIMD3<Int>(
      Int(whole.x) - p + 1 - Int(region.low.x), Int(whole.y) - p + 1 - Int(region.low.y),
      Int(whole.z) - p + 1 - Int(region.low.z))
  }

  /// Coulomb's factor times exp(−π²m²/α²)/(π V m²) times the spline factors, for this rank's columns.
  private func fillInfluence() {
    let grid = parameters.grid
    let damping = Double.pi * Double.pi / (parameters.alpha * parameters.alpha)
    let factor = Constants.coulomb / (Double.pi * cell.volume)
    influence.removeAll(keepingCapacity: true)
    influence.reserveCapacity(grid.x * transform.columns.count * transform.halfCount)
    for i in 0..<grid.x {
      for j in transform.columns {
        for k in 0..<transform.halfCount {
          let m = waveVector(i, j, k)
          let square = dot(m, m)
          influence.append(
            square == 0
              ? 0 : factor * exp(-damping * square) / square * factors.x[i] * factors.y[j] * factors.z[k])
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

  private func convolve(_ wantsEnergy: Bool) -> (energy: Double, virial: Virial) {
    let transformed = transform.transformed
    guard wantsEnergy else {
      influence.withUnsafeBufferPointer { influence in
        for n in influence.indices {
          transformed[n].0 *= influence[n]
          transformed[n].1 *= influence[n]
        }
      }
      return (0, Virial())
    }
    var energy = 0.0
    var virial = Virial()
    let stretch = Double.pi * Double.pi / (parameters.alpha * parameters.alpha)
    var n = 0
    for i in 0..<parameters.grid.x {
      for j in transform.columns {
        for k in 0..<transform.halfCount {
          let q = transformed[n]
          // Each complex value with 0 < k < n/2 stands for itself and its conjugate.
          let weight = k == 0 || 2 * k == parameters.grid.z ? 0.5 : 1.0
          let term = weight * influence[n] * (q.0 * q.0 + q.1 * q.1)
          if term != 0 {
            let m = waveVector(i, j, k)
            energy += term
            virial.addIsotropic(term)
            virial.add(m, m * (-2 * term * (1 / dot(m, m) + stretch)))
          }
          transformed[n].0 *= influence[n]
          transformed[n].1 *= influence[n]
          n += 1
        }
      }
    }
    return (energy, virial)
  }
}
