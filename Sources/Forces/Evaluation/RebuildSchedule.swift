import Decomposition
import Mathematics

/// The largest squared displacements of atoms since the neighbour lists were built, Å².
package struct SquaredDisplacements: Sendable {
  /// At the present positions.
  package var now: Double
  /// After one more time step, or as long as the lists must last, at the present velocities.
  package var next: Double

  package init(now: Double, next: Double) {
    self.now = now
    self.next = next
  }
}

/// Decides when the neighbour lists are rebuilt.
///
/// The lists hold every pair within the cut-off plus the skin. They are complete until an atom has moved by the
/// remaining skin: half of the skin, less what a shrinking cell takes away. At the end of each step the ranks
/// exchange the largest displacement, and the one predicted for the next step, in the reduction that the step
/// needs anyway. A prediction beyond the remaining skin schedules a rebuild before the forces of the next step.
/// An atom that is beyond it already moved further than predicted: LAMMPS counts that as a dangerous build. Pairs
/// may be missing from the forces of that step, and they are computed again with new lists.
package struct RebuildSchedule: Sendable {
  /// A displacement that no stable motion reaches between two rebuilds, Å.
  private static let largestDisplacement_A = 4.0
  /// Å/ps²: what forces and thermostats may add to a predicted displacement, as an acceleration over the time
  /// step. That of the stiffest bonds.
  private static let predictionError_A_per_ps2 = 2e4

  private let cutoff_A: Double
  private let skin_A: Double
  /// Whether the lists are rebuilt before the forces of the next step.
  package private(set) var isRebuildDue = false

  init(_ settings: ForceSettings) {
    cutoff_A = settings.longestCutoff_A
    skin_A = settings.skin_A
  }

  /// The largest squared displacements of the own atoms of a domain. The change of the cell since the lists were
  /// built moves all atoms alike and does not count.
  package func displacements(in domain: Domain, timestep_ps: Double) -> SquaredDisplacements {
    let deformation = domain.deformation
    let position = domain.atoms.position
    let reference = domain.atoms.reference
    let velocity = domain.atoms.velocity
    var largest = 0.0
    var largestNext = 0.0
    var sum = 0.0
    for i in 0..<domain.atoms.count {
      let d = position[i] - (deformation.map { $0 * reference[i] } ?? reference[i])
      let next = d + velocity[i] * timestep_ps
      let square = dot(d, d)
      let nextSquare = dot(next, next)
      largest = max(largest, square)
      largestNext = max(largestNext, nextSquare)
      sum += square + nextSquare
    }
    // The larger of a number and NaN is the number: only the sum shows a NaN.
    return sum.isFinite
      ? SquaredDisplacements(now: largest, next: largestNext)
      : SquaredDisplacements(now: .infinity, next: .infinity)
  }

  /// How far an atom may move, Å, before a pair that is not listed can come within the cut-off. A deformation brings
  /// no two points closer than its smallest singular value, which is not below 1 − ‖strain‖.
  func remainingSkin(under deformation: Matrix3?) -> Double {
    guard let deformation else { return skin_A / 2 }
    let smallest = 1 - (deformation - .identity).squareSum.squareRoot()
    return min(skin_A / 2, (smallest * (cutoff_A + skin_A) - cutoff_A) / 2)
  }

  /// Schedules a rebuild for the next step if an atom is predicted to move beyond the remaining skin.
  /// - Parameter largest: over all ranks.
  /// - Returns: whether the lists of this step were too old: a dangerous build.
  /// - Throws: `DecompositionError` for a displacement that no stable motion reaches.
  mutating func schedule(
    _ largest: SquaredDisplacements, deformation: Matrix3?, timestep_ps: Double
  ) throws -> Bool {
    let remaining = remainingSkin(under: deformation)
    let margin = min(Self.predictionError_A_per_ps2 * timestep_ps * timestep_ps, remaining / 4)
    let limit = remaining - margin
    isRebuildDue = limit <= 0 || largest.next > limit * limit
    return try isBeyondSkin(largest.now, deformation: deformation)
  }

  /// Whether the lists are too old for a displacement.
  /// - Parameter square: Å², over all ranks.
  /// - Throws: `DecompositionError` for a displacement that no stable motion reaches.
  func isBeyondSkin(_ square: Double, deformation: Matrix3?) throws -> Bool {
    try checkMotion(square)
    let remaining = remainingSkin(under: deformation)
    return remaining <= 0 || square > remaining * remaining
  }

  /// - Throws: `DecompositionError` for a displacement that no stable motion reaches: atoms may be anywhere, and no
  ///   lists can be built.
  func checkMotion(_ square: Double) throws {
    guard square.isFinite, square < Self.largestDisplacement_A * Self.largestDisplacement_A else {
      throw DecompositionError(
        "the motion has become unstable: an atom moved \(square.squareRoot()) Å between two steps; "
          + "try a shorter timestep or a relax stage")
    }
  }

  /// Schedules a rebuild before the next forces.
  mutating func require() { isRebuildDue = true }

  /// The lists have been built for the present positions.
  mutating func listsWereBuilt() { isRebuildDue = false }

  /// Continues from a snapshot.
  mutating func restore(isRebuildDue: Bool) { self.isRebuildDue = isRebuildDue }
}
