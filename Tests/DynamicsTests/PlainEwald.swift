import Crystal
import Foundation
import Mathematics
import Units

/// The Coulomb energy of point charges in a periodic cell by the textbook Ewald sum: no mesh, no tables, no
/// cut-off that matters. Slow, but the reference for everything else.
struct PlainEwald {
  var energy = 0.0
  var forces: [Vector3]
  /// −∂E/∂strain, eV.
  var virial = [[Double]](repeating: [0, 0, 0], count: 3)

  /// - Parameters:
  ///   - moleculeOfAtom: pairs of one molecule in the same image do not count; nil counts all.
  ///   - alpha: any value must give the same, 1/Å.
  init(
    cell: Cell, positions: [Vector3], charges: [Double], moleculeOfAtom: [Int]? = nil, alpha: Double = 0.45
  ) {
    forces = [Vector3](repeating: .zero, count: positions.count)
    // erfc(6) = 2e-17 and exp(−36) = 2e-16: nothing is left of either sum beyond.
    addReal(cell, positions, charges, alpha, reach: 6 / alpha)
    addReciprocal(cell, positions, charges, alpha, reach: 12 * alpha)
    energy -= Constants.coulomb * alpha / Double.pi.squareRoot() * charges.reduce(0) { $0 + $1 * $1 }
    if let moleculeOfAtom { removeMolecules(moleculeOfAtom, positions, charges) }
  }

  private mutating func addVirial(_ r: Vector3, _ f: Vector3) {
    for i in 0..<3 { for j in 0..<3 { virial[i][j] += r[i] * f[j] } }
  }

  private mutating func addReal(
    _ cell: Cell, _ r: [Vector3], _ q: [Double], _ alpha: Double, reach: Double
  ) {
    let heights = cell.heights
    let n = (0..<3).map { Int((reach / heights[$0]).rounded(.up)) + 2 }
    var shifts: [Vector3] = []
    for i in -n[0]...n[0] {
      for j in -n[1]...n[1] {
        for k in -n[2]...n[2] { shifts.append(cell.cartesian([Double(i), Double(j), Double(k)])) }
      }
    }
    let wrapped = r.map { position -> Vector3 in
      let s = cell.fractional(position)
      return cell.cartesian(s - s.rounded(.down))
    }
    for i in r.indices {
      for j in i..<r.count {
        let apart = wrapped[i] - wrapped[j]
        for shift in shifts {
          let d = apart - shift
          let square = dot(d, d)
          guard square > 1e-12, square < reach * reach else { continue }
          let distance = square.squareRoot()
          // An atom meets each of its own images twice, each time with a factor of one half.
          let strength = Constants.coulomb * q[i] * q[j] * (i == j ? 0.5 : 1)
          let screened = erfc(alpha * distance) / distance
          let slope = 2 * alpha / Double.pi.squareRoot() * exp(-alpha * alpha * square)
          energy += strength * screened
          let f = d * (strength * (screened + slope) / square)
          addVirial(d, f)
          guard i != j else { continue }
          forces[i] += f
          forces[j] -= f
        }
      }
    }
  }

  private mutating func addReciprocal(
    _ cell: Cell, _ r: [Vector3], _ q: [Double], _ alpha: Double, reach: Double
  ) {
    let b = [cell.reciprocalA, cell.reciprocalB, cell.reciprocalC].map { $0 * (2 * Double.pi) }
    let n = cell.vectors.map { Int((reach * length($0) / (2 * Double.pi)).rounded(.up)) }
    for i in 0...n[0] {
      for j in -n[1]...n[1] {
        for k in -n[2]...n[2] where i > 0 || (j, k) > (0, 0) {
          let wave = b[0] * Double(i) + b[1] * Double(j) + b[2] * Double(k)
          let square = dot(wave, wave)
          guard square < reach * reach else { continue }
          let phases = r.map { dot(wave, $0) }
          let waves = zip(q, phases).map { (cosine: $0 * cos($1), sine: $0 * sin($1)) }
          let cosine = waves.reduce(0) { $0 + $1.cosine }
          let sine = waves.reduce(0) { $0 + $1.sine }
          // Twice, for −k.
          let factor =
            2 * Constants.coulomb * 2 * Double.pi / cell.volume * exp(-square / (4 * alpha * alpha)) / square
          let term = factor * (cosine * cosine + sine * sine)
          energy += term
          let stretch = 2 / square + 1 / (2 * alpha * alpha)
          for x in 0..<3 {
            for y in 0..<3 { virial[x][y] += term * ((x == y ? 1 : 0) - stretch * wave[x] * wave[y]) }
          }
          for a in r.indices {
            forces[a] += wave * (2 * factor * (waves[a].sine * cosine - waves[a].cosine * sine))
          }
        }
      }
    }
  }

  private mutating func removeMolecules(_ moleculeOfAtom: [Int], _ r: [Vector3], _ q: [Double]) {
    for i in r.indices {
      for j in r.indices where j > i && moleculeOfAtom[i] == moleculeOfAtom[j] {
        let d = r[i] - r[j]
        let distance = length(d)
        let strength = Constants.coulomb * q[i] * q[j]
        energy -= strength / distance
        let f = d * (-strength / (distance * distance * distance))
        forces[i] += f
        forces[j] -= f
        addVirial(d, f)
      }
    }
  }
}
