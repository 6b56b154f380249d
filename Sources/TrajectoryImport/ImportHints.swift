import Crystal
import Trajectory

/// Information that the files do not contain themselves.
public struct ImportHints: Equatable, Sendable {
  /// LAMMPS's `units`.
  public enum Units: String, CaseIterable, Sendable { case metal, real }

  /// How a file names the elements of its atoms.
  public enum Elements: Equatable, Sendable {
    /// The element of each numbered type.
    case ofTypes([Int: String])
    /// Runs of equal atoms: by rising ids where the file has them, else in its order.
    case inOrder([(element: String, count: Int)])
    /// The element of each name that the file has for atoms; names that are symbols need none.
    case ofLabels([String: String])

    /// Whether both name the same elements in the same order.
    public static func == (left: Elements, right: Elements) -> Bool {
      switch (left, right) {
      case (.ofTypes(let a), .ofTypes(let b)): a == b
      case (.ofLabels(let a), .ofLabels(let b)): a == b
      case (.inOrder(let a), .inOrder(let b)):
        a.map(\.element) == b.map(\.element) && a.map(\.count) == b.map(\.count)
      default: false
      }
    }
  }

  /// Which of the frames to use.
  public enum Every: Equatable, Sendable {
    /// Each frame with a number that this divides, from 0.
    case frames(Int)
    /// Frames so far apart, ps: a multiple of the interval between frames.
    case time(Double)
  }

  /// nil to use the names in the file.
  public var elements: Elements?
  /// nil to use the units of the file; metal if it names none.
  public var units: Units?
  /// The time between frames, ps.
  public var frameInterval_ps: Double?
  /// The time step, ps.
  public var timestep_ps: Double?
  /// Treat positions as unwrapped, whatever the file says.
  public var isUnwrapped = false
  /// Element of the diffusing ions: distinguishes atomic numbers from atom types.
  public var mobile: String?

  /// Frames before this time from the first one are left out, ps.
  public var skip_ps: Double?
  /// Frames after this time from the first one are left out, ps.
  public var until_ps: Double?
  /// nil to use every frame.
  public var every: Every?
  /// Used in place of the files' cells.
  public var cell: Cell?
  /// The path of a structure file, for trajectories without names of their atoms.
  public var topology: String?

  /// No hints.
  public init() {}

  /// Whether nothing is to be read otherwise than the file has it.
  package var changesNothing: Bool {
    skip_ps == nil && until_ps == nil && every == nil && frameInterval_ps == nil && timestep_ps == nil
      && elements == nil
      && cell == nil
  }
}
