import Crystal
import Mathematics

/// The species whose motion is correlated, and its reference.
package struct CorrelatedSystem: Sendable {
  /// Displacements are measured against the centre of mass of these molecules.
  package enum Reference: Sendable, Equatable {
    /// The frame of the simulation.
    case none
    /// All anions, or those of one kind.
    case anions(String?)
    /// Anions and mobile ions.
    case all
  }

  /// The kind of the mobile ions.
  package var mobile: String
  package var reference: Reference

  package init(mobile: String, reference: Reference) {
    self.mobile = mobile
    self.reference = reference
  }

  func isReference(_ kind: MoleculeKind) -> Bool {
    switch reference {
    case .none: false
    case .anions(let name): !kind.isCation && (name == nil || name == kind.name)
    case .all: !kind.isCation || kind.name == mobile
    }
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
