import Crystal

/// Whether the anions of a run form one lattice at rest: their motion about their mean places, and the lattice at the
/// beginning and at the end.
public struct FrameworkState: Codable, Sendable, Equatable {
  /// Root of the mean squared distance of an anion from its mean place, relative to the centre of all anions, Å.
  public var rms_A: Double
  /// (V/N)^(1/3) of N anions, Å.
  public var spacing_A: Double
  /// Anions.
  public var count: Int
  /// Anions whose mean places in the first and the last fifth of the run are more than half of `spacing_A` apart.
  public var movedCount: Int
  /// The largest distance between the centres of all anions in two fifths of the run, Å: what the drift that was
  /// subtracted, if any, has left.
  public var centreMotion_A: Double
  /// Space groups of the mean places in the unit cell, in the first and the last fifth of the run, where they differ
  /// within each of two tolerances; nil where they do not, or none is found.
  public var symmetryChange: SymmetryChange?

  /// Two space groups.
  public struct SymmetryChange: Codable, Sendable, Equatable {
    /// In the first fifth.
    public var first: SpaceGroup
    /// In the last fifth.
    public var last: SpaceGroup
  }

  /// Beyond this share of `spacing_A` the root mean square is that of a melt (Lindemann).
  public static let lindemannLimit = 0.15
  /// Å: beyond this, mean places and densities are smeared.
  public static let motionLimit_A = 0.3

  /// Whether the anions leave their places: by their mean square, or because one in twenty, at least two, sits elsewhere
  /// at the end.
  public var isMelted: Bool {
    rms_A > Self.lindemannLimit * spacing_A || movedCount >= max(2, (count + 19) / 20)
  }

  /// Whether the framework as a whole moves so far that its mean places are smeared.
  public var isMoving: Bool { centreMotion_A > Self.motionLimit_A }
}
