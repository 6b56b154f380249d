import Foundation

@testable import Crystal
@testable import Mathematics

extension SyntheticSalt {
  /// A kind of ion of ``walking(_:edge_A:frames:seed:drift_A:)``.
  struct Kind {
    var element: String
    var count: Int
    /// Of a random walk, Å²/ps; 0 for ions that vibrate about their places.
    var diffusivity_A2_per_ps = 0.0
    /// Whether each is a tetrahedron with four H at 1.2 Å, which turns as it walks.
    var isTetrahedron = false
  }

  /// Ions of several kinds on random walks of known diffusivity, on a grid that keeps their places apart at the start, and a
  /// drift of everything.
  /// - Parameter drift_A: in one frame.
  static func walking(
    _ kinds: [Kind], edge_A: Double = 12, frames count: Int = 250, seed: UInt64,
    drift_A: Vector3 = [0.03, -0.02, 0.01]
  ) -> SyntheticSalt {
    var random = SplitMix64(seed: seed)
    func uniform() -> Double { Double(random.next(below: 1 << 40)) / Double(1 << 40) }
    func gauss() -> Double { (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform()) }
    func gauss3() -> Vector3 { [gauss(), gauss(), gauss()] }
    let total = kinds.reduce(0) { $0 + $1.count }
    let side = Int(pow(Double(total), 1.0 / 3).rounded(.up) + 1e-9)
    // Off the grid by a little: symmetry would only cost time.
    var centres = (0..<total).map { ion -> Vector3 in
      let place = Vector3(Double(ion % side), Double(ion / side % side), Double(ion / side / side))
      return place * (edge_A / Double(side)) + Vector3(uniform(), uniform(), uniform()) * 0.4
    }
    let each = kinds.flatMap { kind in (0..<kind.count).map { _ in kind } }
    var turns = each.map { _ in [1, 0, 0, 0] as SIMD4<Double> }
    let corner = 1.2 / 3.0.squareRoot()
    let corners: [Vector3] = [
      [corner, corner, corner], [corner, -corner, -corner], [-corner, corner, -corner],
      [-corner, -corner, corner],
    ]
    var frames: [[Vector3]] = []
    for frame in 0..<count {
      var atoms: [Vector3] = []
      for (ion, kind) in each.enumerated() {
        let r = centres[ion] + drift_A * Double(frame)
        guard kind.isTetrahedron else {
          atoms.append(kind.diffusivity_A2_per_ps > 0 ? r : r + gauss3() * 0.05)
          continue
        }
        // Boron lies at the centre of mass.
        let turn = Matrix3(rotation: turns[ion])
        atoms += [r] + corners.map { r + turn * $0 }
        let q = turns[ion] + SIMD4(0, gauss(), gauss(), gauss()) * 0.1
        turns[ion] = q / (q * q).sum().squareRoot()
      }
      frames.append(atoms)
      for (ion, kind) in each.enumerated() {
        centres[ion] += gauss3() * (2 * kind.diffusivity_A2_per_ps * interval_ps).squareRoot()
      }
    }
    let elements = each.flatMap { $0.isTetrahedron ? [$0.element, "H", "H", "H", "H"] : [$0.element] }
    return SyntheticSalt(
      elements: elements, cells: frames.map { _ in Cell(cubic: edge_A) }, frames: frames)
  }
}
