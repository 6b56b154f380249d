import Foundation
import Mathematics

extension Cell {
  /// α between b and c, β between a and c, γ between a and b, degrees.
  public var angles_degrees: [Double] {
    [(b, c), (a, c), (a, b)].map { u, v in
      // Less rounding than the arc cosine near 0, 90 and 180°, and no argument outside −1…1.
      atan2(length(cross(u, v)), dot(u, v)) * 180 / .pi
    }
  }
}
