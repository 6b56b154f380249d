import Foundation

@testable import Crystal
@testable import Mathematics

/// A made salt over time: mobile ions on a random walk of known diffusivity, and ions that turn by small random steps
/// about fixed places, so that their C_l(t) = exp(-l(l + 1) D_r t).
struct TurningSalt {
  static let diffusivity_A2_per_ps = 0.3
  static let rotation_per_ps = 0.1
  static let interval_ps = 0.1
  let cell: Cell
  let elements: [String]
  /// `[frame][atom]`, Å, unwrapped.
  private(set) var frames: [[Vector3]] = []

  /// - Parameters:
  ///   - mobile: the symbol of the ions that walk, eight of them.
  ///   - ions: the atoms of each of eight ions that turn, about their centre of mass.
  ///   - others: single ions at fixed places.
  init(
    mobile: String, ions: [(element: String, position: Vector3)], others: [String] = [], frames count: Int,
    seed: UInt64
  ) {
    let spacing = 9.0
    cell = Cell(cubic: 2 * spacing)
    var random = SplitMix64(seed: seed)
    func uniform() -> Double { Double(random.next(below: 1 << 40)) / Double(1 << 40) }
    func gauss() -> Double { (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform()) }
    func gauss3() -> Vector3 { [gauss(), gauss(), gauss()] }
    let sites = (0..<8).map { Vector3(Double($0 & 1), Double($0 >> 1 & 1), Double($0 >> 2)) * spacing }
    elements =
      (0..<8).map { _ in mobile } + (0..<8).flatMap { _ in ions.map(\.element) } + others
    let step = (2 * Self.diffusivity_A2_per_ps * Self.interval_ps).squareRoot()
    let turn = (2 * Self.rotation_per_ps * Self.interval_ps).squareRoot()
    var walkers = sites.map { $0 + Vector3(repeating: spacing / 2) }
    var bodies = sites.map { _ in ions.map(\.position) }
    for _ in 0..<count {
      var atoms = walkers
      for (site, body) in zip(sites, bodies) { atoms += body.map { $0 + site + [0.3, 0.2, 0.1] } }
      for index in others.indices { atoms.append([4.8 + 0.1 * gauss(), 4.8, 0.1 + spacing * Double(index)]) }
      frames.append(atoms)
      for index in walkers.indices { walkers[index] += gauss3() * step }
      for index in bodies.indices {
        let angle = gauss3() * turn
        bodies[index] = bodies[index].map { Self.turned($0, by: angle) }
      }
    }
  }

  private static func turned(_ v: Vector3, by angle: Vector3) -> Vector3 {
    let size = max(length(angle), 1e-12)
    let axis = angle / size
    return v * cos(size) + cross(axis, v) * sin(size) + axis * (dot(axis, v) * (1 - cos(size)))
  }

  /// Frames as extXYZ with wrapped positions.
  /// - Parameter label: what a column `mol_id` has for each atom; nil for no column.
  func extXYZ(label: ((Int) -> Int)? = nil, symbol: (Int) -> String? = { _ in nil }) -> String {
    var text = ""
    let edge = cell.a.x
    for (number, frame) in frames.enumerated() {
      text += """
        \(frame.count)
        Lattice="\(edge) 0 0 0 \(edge) 0 0 0 \(edge)" Properties=species:S:1:pos:R:3\(label == nil ? "" : ":mol_id:I:1") \
        time_ps=\(Double(number) * Self.interval_ps) pbc="T T T"

        """
      for (atom, r) in frame.enumerated() {
        let s = cell.fractional(r)
        let w = cell.cartesian(s - s.rounded(.down))
        text +=
          "\(symbol(atom) ?? elements[atom]) \(w.x) \(w.y) \(w.z)\(label.map { " \($0(atom))" } ?? "")\n"
      }
    }
    return text
  }
}

extension TurningSalt {
  typealias Atoms = [(element: String, position: Vector3)]

  static func tetrahedron(_ centre: String, _ ligand: String, _ distance_A: Double) -> Atoms {
    let corners: [Vector3] = [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]
    return [(centre, Vector3())] + corners.map { (ligand, $0 * (distance_A / 3.0.squareRoot())) }
  }

  /// CB11H12: an icosahedron, of which one corner is carbon.
  static var carborane: Atoms {
    let t = (1 + 5.0.squareRoot()) / 2
    let corners = [-1.0, 1].flatMap { a in
      [-t, t].flatMap { b -> [Vector3] in [[0, a, b], [a, b, 0], [b, 0, a]] }
    }.map { $0 / length($0) }
    return corners.enumerated().map { ($0 == 0 ? "C" : "B", $1 * 1.69) } + corners.map { ("H", $0 * 2.87) }
  }
}
