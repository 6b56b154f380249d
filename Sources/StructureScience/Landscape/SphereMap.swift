import Foundation
import Mathematics

/// The energy minimum in each direction, and the path between the two lowest basins.
package struct SphereMap: Sendable {
  /// The minimum-energy path from the global minimum to the next one.
  package struct Passage: Sendable {
    package var minimum: CationLandscape.Point
    /// The minimum beyond the lowest saddle point.
    package var next: CationLandscape.Point
    package var saddle: CationLandscape.Point
    /// Saddle minus minimum, eV.
    package var barrier_eV: Double { saddle.energy_eV - minimum.energy_eV }
  }

  package let points: [CationLandscape.Point]
  package let passage: Passage?

  /// - Parameter points: of `directions(count)`.
  package init(_ points: [CationLandscape.Point]) {
    self.points = points
    passage = Self.passage(points)
  }

  /// Directions evenly distributed over the sphere: a Fibonacci lattice.
  package static func directions(_ count: Int) -> [Vector3] {
    let golden = Double.pi * (3 - 5.0.squareRoot())
    return (0..<count).map { k in
      let z = 1 - (2 * Double(k) + 1) / Double(count)
      let radius = (1 - z * z).squareRoot()
      return [radius * cos(golden * Double(k)), radius * sin(golden * Double(k)), z]
    }
  }

  /// The minimum near a direction by pattern search: six steps on the sphere, halved when none lowers the energy, to
  /// 1e-3 rad.
  package static func refined(
    _ start: CationLandscape.Point, _ evaluate: (Vector3) -> CationLandscape.Point
  ) -> CationLandscape.Point {
    var best = start
    var step = 0.05
    while step > 1e-3 {
      let u = best.direction
      let side = abs(u.z) < 0.9 ? cross(u, [0, 0, 1]) : cross(u, [1, 0, 0])
      let a = side / length(side)
      let b = cross(u, a)
      let tries = (0..<6).map { k in
        let angle = Double(k) * .pi / 3
        let d = u + (a * cos(angle) + b * sin(angle)) * step
        return evaluate(d / length(d))
      }
      if let lower = tries.min(by: { $0.energy_eV < $1.energy_eV }), lower.energy_eV < best.energy_eV - 1e-9 {
        best = lower
      } else {
        step /= 2
      }
    }
    return best
  }

  /// Watershed: points join basins by rising energy, until two basins with minima of their own meet at their saddle point.
  private static func passage(_ points: [CationLandscape.Point]) -> Passage? {
    guard points.count > 8 else { return nil }
    // Neighbouring directions are √(4π/n) apart.
    let reach = cos(1.8 * (4 * Double.pi / Double(points.count)).squareRoot())
    let order = points.indices.sorted { points[$0].energy_eV < points[$1].energy_eV }
    guard let lowest = order.first else { return nil }
    var basin = [Int](repeating: -1, count: points.count)
    var assigned: [Int] = []
    func root(_ i: Int) -> Int { basin[i] == i ? i : root(basin[i]) }
    for index in order {
      let near = assigned.filter { dot(points[$0].direction, points[index].direction) > reach }
      assigned.append(index)
      let basins = Set(near.map(root))
      basin[index] = index
      guard !basins.isEmpty else { continue }
      let energy = points[index].energy_eV
      // A basin shallower than the resolution of the map has no minimum.
      let deep = basins.filter { energy - points[$0].energy_eV > 1e-3 }
      if let home = deep.first(where: { $0 == root(lowest) }), deep.count > 1 {
        let others = deep.filter { $0 != home }.sorted { points[$0].energy_eV < points[$1].energy_eV }
        if let next = others.first {
          return Passage(minimum: points[lowest], next: points[next], saddle: points[index])
        }
      }
      let deepest = basins.min { points[$0].energy_eV < points[$1].energy_eV } ?? index
      for other in basins { basin[other] = deepest }
      basin[index] = deepest
    }
    return nil
  }
}

extension CationLandscape {
  /// The site in a direction: over an atom of the anion's outer shell, or between two, three, … of them.
  package func site(_ direction: Vector3) -> String {
    let outermost = geometry.map { length($0) }.max() ?? 0
    let outer = geometry.filter { length($0) > 0.8 * outermost }
    let angles = outer.map { acos(max(-1, min(1, dot($0, direction) / length($0)))) }.sorted()
    guard let nearest = angles.first else { return "" }
    let count = angles.count { $0 < nearest + 0.15 }
    switch count {
    case 1: return "over an atom"
    case 2: return "over an edge"
    default: return "over a face of \(count) atoms"
    }
  }
}
