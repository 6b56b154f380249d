import Decomposition
import Mathematics

/// The environment of one atom: its neighbours within the cut-offs, and the functions of their places that have no
/// parameters.
final class NEPSurroundings<V: SIMDVector> {
  let radial: NEPSphere<V>
  let angular: NEPSphere<V>
  /// Neighbours in the range of the repulsion.
  var close: [(atom: Int32, type: Int)] = []

  init(_ weights: NEPWeights<V>) {
    radial = NEPSphere(typeCount: weights.typeCount, basisCount: weights.radial.basisCount, extra: 1)
    angular = NEPSphere(
      typeCount: weights.typeCount, basisCount: weights.angular.basisCount,
      extra: AngularArrays(weights.basis, functions: weights.angular.count).count)
  }
}

/// Energy and forces of one atom by one model: descriptors, network, and the forces of its energy on each neighbour. The
/// data of one atom stay in the nearest cache.
///
/// The force on a pair is the derivative of one atom's energy (Fan et al., Phys. Rev. B 104, 104309, eq. 27 ff.):
/// a rank needs the neighbours of its own atoms, and returns forces on its halo. Registers hold several neighbours,
/// sorted by type so that they share coefficients; several functions n; or several neurons.
final class NEPKernel<V: SIMDVector> {
  typealias Number = V.Number

  let weights: NEPWeights<V>
  private let surroundings: NEPSurroundings<V>
  let radial: NEPSphere<V>
  let angular: NEPSphere<V>
  let scratch: NEPScratch<V>
  /// Whether the surroundings are those of the model before, which has found them.
  let sharesSurroundings: Bool
  private let zblSquares: [Double]

  /// - Parameter other: a model whose surroundings are taken where they are the same.
  init(_ model: NEPModel, elements: [String], sharing other: NEPKernel? = nil) throws {
    weights = try NEPWeights(model, elements: elements)
    let w = weights
    zblSquares = w.repulsions.map { $0.outer_A * $0.outer_A }
    if let other, other.zblSquares == zblSquares, other.weights.hasSurroundings(of: w) {
      surroundings = other.surroundings
      sharesSurroundings = true
    } else {
      surroundings = NEPSurroundings(w)
      sharesSurroundings = false
    }
    radial = surroundings.radial
    angular = surroundings.angular
    scratch = NEPScratch(w)
  }

  /// Finds the neighbours of an atom, and the functions of their places.
  @inline(__always)
  func survey(_ rows: NeighbourRows, _ atom: Int, _ type: Int, _ positions: UnsafePointer<Vector3>) {
    collect(rows, atom, type, positions)
    evaluateHarmonics()
  }

  /// Adds a factor times the repulsion's forces.
  /// - Returns: this atom's half of its energies, eV.
  @inline(__always)
  func repel(
    _ atom: Int, _ type: Int, _ positions: UnsafePointer<Vector3>, _ forces: UnsafeMutablePointer<Vector3>,
    factor: Double
  ) -> Double {
    guard !surroundings.close.isEmpty else { return 0 }
    var force = Vector3()
    let energy = repel(atom, type, positions, forces, &force, factor)
    forces[atom] += force
    return energy
  }

  /// Finds the neighbours within the cut-offs.
  @inline(__always)
  func collect(
    _ rows: NeighbourRows, _ atom: Int, _ type: Int, _ positions: UnsafePointer<Vector3>
  ) {
    radial.begin()
    angular.begin()
    surroundings.close.removeAll(keepingCapacity: true)
    let origin = positions[atom]
    let first = rows.starts + atom * rows.typeCount
    for other in 0..<rows.typeCount {
      let pair = type * weights.typeCount + other
      radial.beginType(other)
      angular.beginType(other)
      let radialLimit = weights.radial.cutoffSquares[pair]
      let angularLimit = weights.angular.cutoffSquares[pair]
      let zblLimit = zblSquares.isEmpty ? 0 : zblSquares[pair]
      for entry in Int(first[other])..<Int(first[other + 1]) {
        let index = rows.atoms[entry]
        let d = positions[Int(index)] - origin
        let square = dot(d, d)
        radial.appendIfInside(d, index, square < radialLimit)
        angular.appendIfInside(d, index, square < angularLimit)
        if square < zblLimit { surroundings.close.append((index, other)) }
      }
    }
    let row = type * weights.typeCount
    weights.radial.perCutoff.withUnsafeBufferPointer { rates in
      if let base = rates.baseAddress { radial.finish(perCutoff: base + row) }
    }
    weights.angular.perCutoff.withUnsafeBufferPointer { rates in
      if let base = rates.baseAddress { angular.finish(perCutoff: base + row) }
    }
    radial.measure()
    angular.measure()
  }

  private func repel(
    _ atom: Int, _ type: Int, _ positions: UnsafePointer<Vector3>, _ forces: UnsafeMutablePointer<Vector3>,
    _ own: inout Vector3, _ factor: Double
  ) -> Double {
    var energy = 0.0
    for neighbour in surroundings.close {
      let d = positions[Int(neighbour.atom)] - positions[atom]
      let r = length(d)
      let pair = weights.repulsions[type * weights.typeCount + neighbour.type].evaluate(r)
      energy += pair.energy / 2
      let f = d * (factor * pair.slope / (2 * r))
      own += f
      forces[Int(neighbour.atom)] -= f
    }
    return energy
  }

  /// Descriptors, and the network with its derivatives by them.
  @inline(__always)
  func evaluateEnergy(_ type: Int) -> Double {
    computeRadialDescriptors(type)
    computeAngularDescriptors(type)
    return evaluateNetwork(type)
  }

  /// out[c] = Σ_r factors[r] rows[r][c] for whole registers of columns; added to `out` if `isAdded`.
  @inline(__always)
  func combine(
    _ rows: UnsafePointer<Number>, count: Int, columns: Int, _ factors: UnsafePointer<Number>,
    onto out: UnsafeMutablePointer<Number>, isAdded: Bool
  ) {
    let w = V.width
    var column = 0
    while column + 4 * w <= columns {
      let place = out + column
      var (a, b, c, d) = (V.zero, V.zero, V.zero, V.zero)
      if isAdded { (a, b, c, d) = (V(place), V(place + w), V(place + 2 * w), V(place + 3 * w)) }
      var row = rows + column
      for r in 0..<count {
        let factor = V(repeating: factors[r])
        a = a.addingProduct(V(row), factor)
        b = b.addingProduct(V(row + w), factor)
        c = c.addingProduct(V(row + 2 * w), factor)
        d = d.addingProduct(V(row + 3 * w), factor)
        row += columns
      }
      a.store(place)
      b.store(place + w)
      c.store(place + 2 * w)
      d.store(place + 3 * w)
      column += 4 * w
    }
    while column < columns {
      var sum = isAdded ? V(out + column) : .zero
      var row = rows + column
      for r in 0..<count {
        sum = sum.adding(V(row), times: factors[r])
        row += columns
      }
      sum.store(out + column)
      column += w
    }
  }
}
