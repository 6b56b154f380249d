import Crystal
import Mathematics

/// The species whose motion is correlated, and its reference.
package struct CorrelatedSystem: Sendable {
  /// Names of the kinds of molecules that are followed.
  package var tracked: Set<String>
  /// Names of the kinds whose centre of mass displacements are measured against; none for the frame of the simulation.
  package var reference: Set<String>

  package init(tracked: Set<String>, reference: Set<String>) {
    self.tracked = tracked
    self.reference = reference
  }
}

/// One correlation function.
struct CorrelatedSeries: Hashable {
  var quantity: String
  var species: String
  var unit: String
  /// Sums of each lag: 1, or the moments that give the function (`FractionalMoments`).
  var rows = 1
}

/// The functions of each molecule of a template, and the layout of its slot of memory.
struct CorrelatedTemplate {
  /// A run of vectors of one series in a sample of velocities, padded to whole eights.
  struct Group {
    var series: Int
    /// Floats from the start of the sample.
    var first: Int
    var count: Int
    /// The molecule's atoms; empty for the molecule as a whole.
    var atoms: [Int] = []
  }

  /// Row of the sums for |Δr|² or the first moment of it; those for |Δr|⁴ follow. −1 for a molecule that is not tracked.
  var displacement = -1
  /// Row of C1; that of C2 is the next. −1 for molecules that can't rotate.
  var rotation = -1
  var bodyVectors: [Vector3] = []
  /// amu; 0 for a molecule outside of the reference.
  var referenceMass = 0.0

  /// Velocity of the centre, angular velocity, velocities and angular velocities of atoms: all in this order.
  var groups: [Group] = []
  var hasSpin = false
  /// How many of the last groups are angular velocities of atoms.
  var atomSpins = 0
  /// Whether all its atoms lie on a line.
  var isLinear = false
  /// Floats of a sample of velocities.
  var velocityWidth = 0

  /// Bytes from the start of the slot: three floats for each place; four; a sample of velocities for each place.
  var positionOffset = 0
  var orientationOffset = 0
  var velocityOffset = 0
  /// 8-byte words of the slot.
  var words = 0

  mutating func layOut(bodyPlaces: Int, velocityPlaces: Int) {
    var at = 0
    func take(_ bytes: Int) -> Int {
      defer { at += (bytes + 15) / 16 * 16 }
      return at
    }
    positionOffset = take(displacement >= 0 ? 12 * bodyPlaces : 0)
    orientationOffset = take(rotation >= 0 ? 16 * bodyPlaces : 0)
    velocityOffset = take(4 * velocityWidth * velocityPlaces)
    words = at / 8
  }
}
