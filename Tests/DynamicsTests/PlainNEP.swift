import Crystal
import Foundation
import Mathematics
import NEP

/// The energy of a NEP model straight from its definition: every image within the cut-off, sums over pairs of
/// neighbours, Legendre polynomials. Slow, and it shares nothing with the kernel but the file's numbers.
struct PlainNEP {
  let model: NEPModel
  /// One cut-off for all pairs: what these models have.
  var radialCutoff_A: Double { model.radial.cutoffs_A[0] }
  var angularCutoff_A: Double { model.angular.cutoffs_A[0] }

  /// eV; without ZBL.
  func energy(_ structure: Structure) -> Double {
    let types = structure.elements.map { model.elements.firstIndex(of: $0) ?? -1 }
    return structure.positions.indices.reduce(0) { $0 + energy(of: $1, structure, types) }
  }

  private struct Neighbour {
    var type: Int
    var r: Double
    var u: Vector3
  }

  /// The descriptors of an atom, times their scaling.
  func descriptors(of atom: Int, _ structure: Structure) -> [Double] {
    let types = structure.elements.map { model.elements.firstIndex(of: $0) ?? -1 }
    return zip(descriptors(of: atom, structure, types), model.scaling).map(*)
  }

  private func descriptors(of atom: Int, _ structure: Structure, _ types: [Int]) -> [Double] {
    let near = neighbours(of: atom, structure, types)
    let type = types[atom]
    var q: [Double] = []
    for n in 0..<model.radial.count {
      q.append(near.reduce(0) { $0 + g(model.radial, n, type, $1, radialCutoff_A) })
    }
    let close = near.filter { $0.r < angularCutoff_A }
    let weights = (0..<model.angular.count).map { n in
      close.map { g(model.angular, n, type, $0, angularCutoff_A) }
    }
    for l in stride(from: 1, through: model.largestDegree, by: 1) {
      for g in weights {
        var sum = 0.0
        for (a, ga) in zip(close, g) {
          for (b, gb) in zip(close, g) { sum += ga * gb * legendre(l, (a.u * b.u).sum()) }
        }
        q.append(sum * Double(2 * l + 1) / (4 * .pi))
      }
    }
    if model.hasFourBodies { q += weights.map { fourBodies(close, $0) } }
    if model.hasFiveBodies {
      for g in weights {
        var dipole = Vector3()
        for (a, ga) in zip(close, g) { dipole += a.u * ga }
        let square = (dipole * dipole).sum()
        q.append(0.026596810706114 * square * square)
      }
    }
    for triple in model.triples { q += weights.map { coupled(triple, close, $0) } }
    return q
  }

  private func energy(of atom: Int, _ structure: Structure, _ types: [Int]) -> Double {
    let q = descriptors(of: atom, structure, types)
    let type = types[atom]
    let network = model.networks[model.networks.count == 1 ? 0 : type]
    var energy = -model.bias_eV - network.bias_eV
    for neuron in 0..<model.neuronCount {
      var x = -network.b0[neuron]
      for (d, value) in q.enumerated() {
        x += network.w0[neuron * q.count + d] * model.scaling[d] * value
      }
      energy += network.w1[neuron] * tanh(x)
    }
    return energy
  }

  /// In terms of s_m = Σ g (3z² − 1, xz, yz, x² − y², 2xy), with the coefficients of the format's own
  /// program.
  private func fourBodies(_ close: [Neighbour], _ g: [Double]) -> Double {
    var s = [Double](repeating: 0, count: 5)
    for (a, w) in zip(close, g) {
      let u = a.u
      let b = [3 * u.z * u.z - 1, u.x * u.z, u.y * u.z, u.x * u.x - u.y * u.y, 2 * u.x * u.y]
      for m in 0..<5 { s[m] += w * b[m] }
    }
    return -0.007499480826664 * s[0] * s[0] * s[0] - 0.134990654879954 * s[0] * (s[1] * s[1] + s[2] * s[2])
      + 0.067495327439977 * s[0] * (s[3] * s[3] + s[4] * s[4])
      + 0.404971964639861 * s[3] * (s[2] * s[2] - s[1] * s[1]) - 0.809943929279723 * s[1] * s[2] * s[4]
  }

  /// Three directions coupled to a scalar by contracting traceless symmetric tensors, with the value that one neighbour along
  /// z gives: Π √((2l + 1)/(4π)) (l₁ l₂ l₃; 0 0 0), where the symbols are from tables.
  private func coupled(_ triple: NEPTriple, _ close: [Neighbour], _ g: [Double]) -> Double {
    let (l, symbol): ([Int], Double) =
      switch triple {
      case .q112: ([1, 1, 2], (2.0 / 15).squareRoot())
      case .q123: ([1, 2, 3], -(3.0 / 35).squareRoot())
      case .q233: ([2, 3, 3], (4.0 / 105).squareRoot())
      case .q134: ([1, 3, 4], (4.0 / 63).squareRoot())
      }
    func contraction(_ vectors: [(Vector3, Double)]) -> Double {
      let t = l.map { degree in
        vectors.reduce(into: [Double](repeating: 0, count: 81)) { sum, one in
          for (k, x) in Self.traceless(degree, one.0).enumerated() { sum[k] += one.1 * x }
        }
      }
      var total = 0.0
      for index in 0..<81 {
        let (i, j, k, m) = (index / 27, index / 9 % 3, index / 3 % 3, index % 3)
        switch triple {
        case .q112: if k == 0, m == 0 { total += t[0][i] * t[1][j] * t[2][3 * i + j] }
        case .q123: if m == 0 { total += t[0][i] * t[1][3 * j + k] * t[2][9 * i + 3 * j + k] }
        case .q233: total += t[0][3 * i + j] * t[1][9 * i + 3 * k + m] * t[2][9 * j + 3 * k + m]
        case .q134: total += t[0][i] * t[1][9 * j + 3 * k + m] * t[2][index]
        }
      }
      return total
    }
    let one = contraction([([0, 0, 1], 1)])
    let norm = symbol * l.reduce(1) { $0 * (Double(2 * $1 + 1) / (4 * .pi)).squareRoot() }
    return contraction(zip(close, g).map { ($0.u, $1) }) * norm / one
  }

  /// The traceless part of u ⊗ … ⊗ u, by rows, of a unit vector.
  private static func traceless(_ degree: Int, _ u: Vector3) -> [Double] {
    func d(_ i: Int, _ j: Int) -> Double { i == j ? 1 : 0 }
    let count = [1, 3, 9, 27, 81][degree]
    return (0..<count).map { index in
      let digits = [index / 27, index / 9 % 3, index / 3 % 3, index % 3].suffix(degree)
      let a = Array(digits)
      let product = a.reduce(1) { $0 * u[$1] }
      switch degree {
      case 2: return product - d(a[0], a[1]) / 3
      case 3:
        return product - (d(a[0], a[1]) * u[a[2]] + d(a[0], a[2]) * u[a[1]] + d(a[1], a[2]) * u[a[0]]) / 5
      case 4:
        var pairs = 0.0
        for i in 0..<4 {
          for j in (i + 1)..<4 {
            let rest = (0..<4).filter { $0 != i && $0 != j }
            pairs += d(a[i], a[j]) * u[a[rest[0]]] * u[a[rest[1]]]
          }
        }
        let doubles =
          d(a[0], a[1]) * d(a[2], a[3]) + d(a[0], a[2]) * d(a[1], a[3]) + d(a[0], a[3]) * d(a[1], a[2])
        return product - pairs / 7 + doubles / 35
      default: return product
      }
    }
  }

  private func g(
    _ functions: NEPModel.RadialFunctions, _ n: Int, _ type: Int, _ neighbour: Neighbour, _ cutoff_A: Double
  ) -> Double {
    let y = neighbour.r / cutoff_A
    guard y < 1 else { return 0 }
    let x = 2 * (y - 1) * (y - 1) - 1
    let fade = 0.5 * (1 + cos(.pi * y))
    let count = functions.cutoffs_A.count
    return (0..<functions.basisCount).reduce(0) { sum, k in
      let c =
        functions.coefficients[((n * functions.basisCount + k) * count + type) * count + neighbour.type]
      return sum + c * 0.5 * (cos(Double(k) * acos(min(max(x, -1), 1))) + 1) * fade
    }
  }

  private func legendre(_ l: Int, _ x: Double) -> Double {
    var (before, p) = (1.0, x)
    for k in stride(from: 2, through: l, by: 1) {
      (before, p) = (p, (Double(2 * k - 1) * x * p - Double(k - 1) * before) / Double(k))
    }
    return l == 0 ? 1 : p
  }

  private func neighbours(of atom: Int, _ structure: Structure, _ types: [Int]) -> [Neighbour] {
    var result: [Neighbour] = []
    let reach = structure.cell.heights
    let n = (0..<3).map { Int(radialCutoff_A / reach[$0]) + 2 }
    for other in structure.positions.indices {
      for i in -n[0]...n[0] {
        for j in -n[1]...n[1] {
          for k in -n[2]...n[2] where other != atom || i != 0 || j != 0 || k != 0 {
            let shift = structure.cell.cartesian([Double(i), Double(j), Double(k)])
            let d = structure.positions[other] + shift - structure.positions[atom]
            let r = length(d)
            if r < radialCutoff_A { result.append(Neighbour(type: types[other], r: r, u: d / r)) }
          }
        }
      }
    }
    return result
  }
}
