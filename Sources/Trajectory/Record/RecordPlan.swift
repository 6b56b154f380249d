/// The contents of a run's files, decided at its first start and kept by every later attempt, whatever its
/// number of ranks.
public struct RecordPlan: Codable, Sendable, Equatable {
  /// What one member of a group is.
  public enum Kind: String, Codable, Sendable {
    /// An atom: its position.
    case atoms
    /// A molecule: the position of its centre of mass and its orientation.
    case bodies
  }

  /// A set of atoms or molecules that are recorded together.
  package struct Group: Codable, Sendable, Equatable {
    /// The name under `/particles`.
    package var name: String
    package var kind: Kind
    /// Steps between two records.
    package var intervalSteps: Int
    /// Ids of the atoms, or of the molecules for bodies.
    package var members: [Int]
    /// The species of each member.
    package var species: [String]
    /// The members that each block holds, as ranges of indices into `members`.
    package var blocks: [Range<Int>]

    /// A group whose members are distributed evenly over the blocks.
    package init(
      name: String, kind: Kind, intervalSteps: Int, members: [Int], species: [String], blockCount: Int
    ) {
      self.name = name
      self.kind = kind
      self.intervalSteps = intervalSteps
      self.members = members
      self.species = species
      blocks = RecordPlan.deal(members.count, blockCount: blockCount)
    }
  }

  package var groups: [Group]
  /// The number of files of each attempt: the ranks of the first start.
  package var blockCount: Int
  /// ps
  package var timestep_ps: Double
  /// Distinguishes runs that record the same data: a file of another run must not pass for one of this run.
  package var identity: String
  /// Elements and kinds of ions for which the disagreement of a committee of models is recorded; none without one.
  package var deviations: [String]
  /// Elements and kinds of ions for which extrapolation grades are recorded; none without an active set.
  package var extrapolation: [String]

  package init(
    groups: [Group], blockCount: Int, timestep_ps: Double, identity: String = "", deviations: [String] = [],
    extrapolation: [String] = []
  ) {
    self.identity = identity
    self.deviations = deviations
    self.extrapolation = extrapolation
    self.groups = groups
    self.blockCount = blockCount
    self.timestep_ps = timestep_ps
  }

  /// Contiguous ranges that cover `0..<count`, with sizes that differ by at most one, the larger first, so
  /// that the first block is empty only when all are.
  package static func deal(_ count: Int, blockCount: Int) -> [Range<Int>] {
    guard blockCount > 0 else { return [] }
    let (size, extra) = count.quotientAndRemainder(dividingBy: blockCount)
    return (0..<blockCount).map { block in
      let first = block * size + min(block, extra)
      return first..<(first + size + (block < extra ? 1 : 0))
    }
  }
}
