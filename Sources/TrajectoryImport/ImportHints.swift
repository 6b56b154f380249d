import Trajectory

/// Information that the files do not contain themselves.
public struct ImportHints: Equatable, Sendable {
  /// LAMMPS's `units`.
  public enum Units: String, CaseIterable, Sendable { case metal, real }

  /// How a file names the elements of its atoms.
  public enum Elements: Equatable, Sendable {
    /// The element of each numbered type.
    case ofTypes([Int: String])
    /// Runs of equal atoms in the file's order.
    case inOrder([(element: String, count: Int)])

    /// Whether both name the same elements in the same order.
    public static func == (left: Elements, right: Elements) -> Bool {
      switch (left, right) {
      case (.ofTypes(let a), .ofTypes(let b)): a == b
      case (.inOrder(let a), .inOrder(let b)):
        a.map(\.element) == b.map(\.element) && a.map(\.count) == b.map(\.count)
      default: false
      }
    }
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

  /// No hints.
  public init() {}
}
