/// What the files do not say themselves.
public struct ImportHints: Equatable, Sendable {
  /// LAMMPS's `units`.
  public enum Units: String, CaseIterable, Sendable { case metal, real }

  /// How a file names the elements of its atoms.
  public enum Elements: Equatable, Sendable {
    /// The element of each numbered type.
    case ofTypes([Int: String])
    /// Runs of atoms in the file's order.
    case inOrder([(element: String, count: Int)])

    /// The same elements in the same order.
    public static func == (left: Elements, right: Elements) -> Bool {
      switch (left, right) {
      case (.ofTypes(let a), .ofTypes(let b)): a == b
      case (.inOrder(let a), .inOrder(let b)):
        a.map(\.element) == b.map(\.element) && a.map(\.count) == b.map(\.count)
      default: false
      }
    }
  }

  /// nil where the file names them.
  public var elements: Elements?
  /// nil where the file names them; metal if it does not.
  public var units: Units?
  /// The time from frame to frame, ps.
  public var frameInterval_ps: Double?
  /// The time from step to step, ps.
  public var timestep_ps: Double?
  /// Positions are unwrapped whatever the file says.
  public var isUnwrapped = false
  /// Element of the diffusing ions: tells atomic numbers from types.
  public var mobile: String?

  /// No hints.
  public init() {}
}
