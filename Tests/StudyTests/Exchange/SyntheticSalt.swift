import Foundation

@testable import Crystal
@testable import Mathematics

/// A synthetic salt over time: sodium ions on a random walk of known diffusivity, BH4 anions that rotate and
/// vibrate about fixed positions, and a drift of everything. The unwrapped paths are the truth; dumps are
/// made from it in several ways.
struct SyntheticSalt {
  static let diffusivity_A2_per_ps = 0.2
  static let interval_ps = 0.1
  let elements: [String]
  let cell: Cell
  /// `[frame][atom]`, Å, unwrapped.
  private(set) var frames: [[Vector3]] = []
  /// Of each frame; `cell` by itself.
  private(set) var cells: [Cell] = []

  /// - Parameters:
  ///   - cells: of each frame.
  ///   - frames: `[frame][atom]`, Å, unwrapped.
  init(elements: [String], cells: [Cell], frames: [[Vector3]]) {
    self.elements = elements
    self.cells = cells
    self.frames = frames
    cell = cells[0]
  }

  /// - Parameters:
  ///   - breathing: how much the cell changes from frame to frame, relative.
  ///   - diffusivity_A2_per_ps: of the sodium ions.
  ///   - drift_A: of everything, in one frame.
  init(
    frames count: Int, seed: UInt64, ions: Int = 8, breathing: Double = 0,
    diffusivity_A2_per_ps: Double = Self.diffusivity_A2_per_ps, drift_A: Vector3 = [0.03, -0.02, 0.01]
  ) {
    var random = SplitMix64(seed: seed)
    func uniform() -> Double { Double(random.next(below: 1 << 40)) / Double(1 << 40) }
    func gauss() -> Double {
      (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
    }
    func gauss3() -> Vector3 { [gauss(), gauss(), gauss()] }
    let cell = Cell(a: [11, 0, 0], b: [3, 10, 0], c: [-2, 1, 12])
    self.cell = cell
    let anion = ["B", "H", "H", "H", "H"]
    elements = (0..<ions).map { _ in "Na" } + (0..<ions).flatMap { _ in anion }
    // Sites half a cell apart, so that there are no bonds between anions.
    func half(_ bit: Int) -> Double { bit == 0 ? 0 : 0.5 }
    var sites: [Vector3] = []
    for ion in 0..<ions { sites.append(Vector3(half(ion & 1), half(ion & 2), half(ion & 4))) }
    let offset = Vector3(repeating: 0.25)
    var sodium = sites.map { $0 + offset }
    let edge = 1.2 / 3.0.squareRoot()
    let corners = [
      Vector3(edge, edge, edge), Vector3(edge, -edge, -edge), Vector3(-edge, edge, -edge),
      Vector3(-edge, -edge, edge),
    ]
    var angles = (0..<ions).map { _ in gauss3() * 2 }
    let step = (2 * diffusivity_A2_per_ps * Self.interval_ps).squareRoot()
    for frame in 0..<count {
      let factor = 1 + breathing * sin(Double(frame) * 0.7)
      let now = Cell(a: cell.a * factor, b: cell.b * factor, c: cell.c * factor)
      cells.append(now)
      let drift = drift_A * Double(frame)
      var atoms = sodium.map { now.cartesian($0) + drift }
      for ion in 0..<ions {
        let centre = now.cartesian(sites[ion]) + gauss3() * 0.05 + drift
        atoms.append(centre)
        for corner in corners { atoms.append(centre + turned(corner, by: angles[ion])) }
        angles[ion] += gauss3() * 0.4
      }
      frames.append(atoms)
      sodium = sodium.map { $0 + cell.fractional(gauss3() * step) }
    }
  }

  private func turned(_ v: Vector3, by angle: Vector3) -> Vector3 {
    let size = max(length(angle), 1e-12)
    let axis = angle / size
    let along = axis * (dot(axis, v) * (1 - cos(size)))
    return v * cos(size) + cross(axis, v) * sin(size) + along
  }

  enum Style: CaseIterable { case wrapped, images, unwrapped }

  /// A LAMMPS dump of some frames; the general box, since the cell has any shape.
  /// - Parameter only: the elements to write; nil for all.
  func dump(_ style: Style, frames range: Range<Int>? = nil, only: Set<String>? = nil) -> String {
    let columns =
      [
        .wrapped: "element x y z id", .images: "id element x y z ix iy iz", .unwrapped: "yu id xu zu element",
      ][style] ?? ""
    let count = elements.count { only?.contains($0) ?? true }
    var text = ""
    for frame in range ?? frames.indices {
      let cell = cells[frame]
      text += "ITEM: TIMESTEP\n\(100 * frame)\nITEM: NUMBER OF ATOMS\n\(count)\n"
      text += "ITEM: BOX BOUNDS abc origin pp pp pp\n"
      for v in cell.vectors { text += "\(v.x) \(v.y) \(v.z) 0\n" }
      text += "ITEM: ATOMS \(columns)\n"
      for (atom, r) in frames[frame].enumerated().reversed() where only?.contains(elements[atom]) ?? true {
        let image = cell.fractional(r).rounded(.down)
        let w = r - cell.cartesian(image)
        let (id, e) = (atom + 1, elements[atom])
        switch style {
        case .wrapped: text += "\(e) \(w.x) \(w.y) \(w.z) \(id)\n"
        case .images:
          text += "\(id) \(e) \(w.x) \(w.y) \(w.z) \(Int(image.x)) \(Int(image.y)) \(Int(image.z))\n"
        case .unwrapped: text += "\(r.y) \(id) \(r.x) \(r.z) \(e)\n"
        }
      }
    }
    return text
  }
}
