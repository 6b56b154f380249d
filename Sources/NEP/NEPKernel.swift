import Decomposition
import Mathematics

/// Energies and forces of the own atoms of a rank, one atom after the other: its neighbours within the cut-offs,
/// descriptors, network, and the forces of its energy on each neighbour. The data of one atom stay in the nearest cache.
///
/// The force on a pair is the derivative of one atom's energy (Fan et al., Phys. Rev. B 104, 104309, eq. 27 ff.):
/// a rank needs the neighbours of its own atoms, and returns forces on its halo. Registers hold several neighbours,
/// sorted by type so that they share coefficients; several functions n; or several neurons.
final class NEPKernel<V: SIMDVector> {
  typealias Number = V.Number

  let weights: NEPWeights<V>
  let radial: NEPSphere<V>
  let angular: NEPSphere<V>
  let scratch: NEPScratch<V>
  private let zblSquares: [Double]
  private var close: [(atom: Int32, type: Int)] = []

  init(_ model: NEPModel, elements: [String]) throws {
    weights = try NEPWeights(model, elements: elements)
    let w = weights
    radial = NEPSphere(typeCount: w.typeCount, basisCount: w.radial.basisCount, extra: 1)
    angular = NEPSphere(
      typeCount: w.typeCount, basisCount: w.angular.basisCount,
      extra: AngularArrays(w.basis, functions: w.angular.count).count)
    scratch = NEPScratch(w)
    zblSquares = w.repulsions.map { $0.outer_A * $0.outer_A }
  }

  /// Adds the forces that the own atoms' energies exert to all atoms, halo included.
  /// - Returns: the energy of the own atoms, eV.
  func compute(
    _ rows: NeighbourRows, positions: UnsafePointer<Vector3>, types: UnsafePointer<Int32>,
    species: UnsafePointer<Int32>, forces: UnsafeMutablePointer<Vector3>
  ) -> Double {
    radial.reserve(rows.longest)
    angular.reserve(rows.longest)
    var energy = 0.0
    for atom in 0..<rows.count {
      let type = Int(species[Int(types[atom])])
      collect(rows, atom, type, positions)
      var force = Vector3()
      if !close.isEmpty { energy += repel(atom, type, positions, forces, &force) }
      energy += evaluateEnergy(type) - weights.bias_eV
      computeRadialForces(type)
      force += radial.scatter(forces)
      computeAngularForces()
      force += angular.scatter(forces)
      forces[atom] += force
    }
    return energy
  }

  /// Finds the neighbours within the cut-offs.
  @inline(__always)
  private func collect(
    _ rows: NeighbourRows, _ atom: Int, _ type: Int, _ positions: UnsafePointer<Vector3>
  ) {
    radial.begin()
    angular.begin()
    close.removeAll(keepingCapacity: true)
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
        if square < zblLimit { close.append((index, other)) }
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

  /// This atom's half of the repulsion energies.
  private func repel(
    _ atom: Int, _ type: Int, _ positions: UnsafePointer<Vector3>, _ forces: UnsafeMutablePointer<Vector3>,
    _ own: inout Vector3
  ) -> Double {
    var energy = 0.0
    for neighbour in close {
      let d = positions[Int(neighbour.atom)] - positions[atom]
      let r = length(d)
      let pair = weights.repulsions[type * weights.typeCount + neighbour.type].evaluate(r)
      energy += pair.energy / 2
      let f = d * (pair.slope / (2 * r))
      own += f
      forces[Int(neighbour.atom)] -= f
    }
    return energy
  }

  /// Descriptors, and the network with its derivatives by them.
  @inline(__always)
  private func evaluateEnergy(_ type: Int) -> Double {
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
