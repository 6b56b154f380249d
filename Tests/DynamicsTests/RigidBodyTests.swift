import Foundation
import Testing

@testable import Crystal
@testable import Dynamics
@testable import Mathematics

@Suite struct RigidBodyTests {
  /// Three different moments of inertia.
  private let body = MoleculeBody(
    masses: [3, 1, 2, 1.5], positions: [[0, 0, 0], [1, 0.2, 0], [-0.3, 1.4, 0.1], [0.2, -0.4, 0.9]])

  private func spinEnergy(_ q: SIMD4<Double>, _ momentum: Vector3) -> Double {
    let l = Matrix3(rotation: q).transposedTimes(momentum)
    return 0.5 * (l * l * body.inverseInertia).sum()
  }

  /// The reference geometry, rotated to the laboratory frame, is the given one.
  @Test func principalAxes() {
    #expect(abs(zip(body.masses, body.rest).reduce(into: Vector3()) { $0 += $1.1 * $1.0 }.x) < 1e-12)
    for (a, b) in [(0, 1), (1, 2), (2, 0)] {
      let product = zip(body.masses, body.rest).reduce(0) { $0 + $1.0 * $1.1[a] * $1.1[b] }
      #expect(abs(product) < 1e-12)
    }
    #expect(body.inertia.x != body.inertia.y && body.inertia.y != body.inertia.z)
    #expect(body.rotations == 3)
    let rod = MoleculeBody(masses: [14, 1], positions: [[0, 0, 0], [0.3, 0.4, 0.5]])
    #expect(rod.rotations == 2)
  }

  /// A free asymmetric top: the fluctuation of its energy decreases with the square of the step, and so does
  /// the difference of its final orientation from that of a hundred times finer steps.
  @Test func freeTopTurnsAsEulerSays() {
    let momentum = Vector3(0.7, -1.1, 0.4)
    func end(_ steps: Int) -> (q: SIMD4<Double>, worst: Double) {
      var q = SIMD4<Double>(0.5, 0.5, -0.5, 0.5)
      let start = spinEnergy(q, momentum)
      var worst = 0.0
      for _ in 0..<steps {
        q = body.rotated(q, momentum: momentum, time_ps: 10 / Double(steps))
        worst = max(worst, abs(spinEnergy(q, momentum) - start))
      }
      return (q, worst)
    }
    func distance(_ a: SIMD4<Double>, _ b: SIMD4<Double>) -> Double {
      let d = a * (a * b).sum().sign(of: 1) - b
      return (d * d).sum().squareRoot()
    }
    let exact = end(40_000).q
    let coarse = end(200)
    let fine = end(400)
    #expect(distance(coarse.q, exact) < 0.05)
    // A factor of four for halved steps, to the next order of the step.
    #expect(abs(distance(coarse.q, exact) / distance(fine.q, exact) - 4) < 0.2)
    #expect(abs(coarse.worst / fine.worst - 4) < 0.2)
  }

  /// About a principal axis the rotation angle is exactly ω t, for any step.
  @Test func turnAboutAnAxisIsExact() {
    for axis in 0..<3 {
      var l = Vector3()
      l[axis] = 0.8
      let q = body.rotated([1, 0, 0, 0], momentum: l, time_ps: 1.3)
      let angle = 0.8 * body.inverseInertia[axis] * 1.3
      #expect(abs(abs(q.x) - abs(cos(angle / 2))) < 1e-12)
      #expect(abs(abs(q[axis + 1]) - abs(sin(angle / 2))) < 1e-12)
    }
  }

  @Test func quaternionsAndMatricesAgree() {
    let q = SIMD4<Double>(0.2, -0.5, 0.7, 0.1) / (0.04 + 0.25 + 0.49 + 0.01).squareRoot()
    let p = SIMD4<Double>(0.9, 0.1, 0.3, -0.3) / (0.81 + 0.01 + 0.09 + 0.09).squareRoot()
    let both = Matrix3(rotation: q) * Matrix3(rotation: p)
    #expect((both - Matrix3(rotation: product(q, p))).squareSum < 1e-28)
    let v: [Vector3] = [[1, 0, 0], [0, 1.5, 0.2], [-0.4, 0.3, 1.1], [-0.6, -1.8, -1.3]]
    let fitted = OrientationFit.turn(v.map { Matrix3(rotation: q) * $0 }, to: v)
    #expect((Matrix3(rotation: fitted) - Matrix3(rotation: q)).squareSum < 1e-20)
  }

  @Test func matrixExponential() {
    let m = Matrix3([0.01, 0.02, -0.03], [0.02, -0.015, 0.01], [-0.03, 0.01, 0.02])
    // (1 + m/n)^n with n so large that its error, m²/2n, is below the tolerance, and rounding, n·1e-16, too.
    let doublings = 20
    var product = Matrix3.identity + m * (1 / Double(1 << doublings))
    for _ in 0..<doublings { product = product * product }
    #expect((product - m.exponential).squareSum.squareRoot() < 1e-8)
    #expect(((m.exponential - .identity) - m * m.exponentialMean).squareSum.squareRoot() < 1e-15)
    #expect((m.exponential * (m * -1).exponential - .identity).squareSum.squareRoot() < 1e-15)
  }
}

extension Double {
  fileprivate func sign(of magnitude: Double) -> Double { self < 0 ? -magnitude : magnitude }
}
