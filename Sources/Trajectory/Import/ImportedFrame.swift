import Crystal
import Mathematics
import Support

/// The atoms of another program's trajectory, in the order of their ids or of the file.
public struct ImportedAtoms: Equatable, Sendable {
  /// As the file gives them, rising; 1, 2, … where it gives none.
  public var ids: [Int]
  public var elements: [String]
  /// amu; nil where the file holds none.
  public var masses_amu: [Double]?
}

/// One configuration of another program's trajectory.
public struct ImportedFrame: Sendable {
  /// The program's own count; nil where the file has none that goes on from file to file.
  public var step: Int?
  public var time_ps: Double?
  public var cell = Cell(cubic: 1)
  /// Å, in the order of `ImportedAtoms`, from the cell's corner.
  public var positions: [Vector3] = []
  /// Positions go on through the cell's faces, by the program's own account.
  public var isUnwrapped = false
  /// Whether the frame is the first of its file.
  public var beginsFile = false
  /// For messages: the file and the frame's number there, from 1.
  public var file = ""
  public var number = 0

  public init() {}
}

/// Reads the frames of one file, one at a time.
protocol TrajectoryReader: AnyObject {
  var path: String { get }
  var atoms: ImportedAtoms { get }
  /// Reads the next frame.
  /// - Returns: false where the file ends; a last frame that is cut short is left out and in `remarks`.
  /// - Throws: `TrajectoryProblem`.
  func read(into frame: inout ImportedFrame) throws -> Bool
  /// What the user should know of the file.
  var remarks: [String] { get }
}

/// What the files do not say themselves.
public struct ImportHints: Equatable, Sendable {
  public enum Units: String, CaseIterable, Sendable { case metal, real }

  /// How a file names the elements of its atoms.
  public enum Elements: Equatable, Sendable {
    /// The element of each numbered type.
    case ofTypes([Int: String])
    /// Runs of atoms in the file's order.
    case inOrder([(element: String, count: Int)])

    public static func == (left: Elements, right: Elements) -> Bool {
      switch (left, right) {
      case (.ofTypes(let a), .ofTypes(let b)): a == b
      case (.inOrder(let a), .inOrder(let b)):
        a.map(\.element) == b.map(\.element) && a.map(\.count) == b.map(\.count)
      default: false
      }
    }
  }

  public var elements: Elements?
  public var units: Units?
  /// The time from frame to frame, ps.
  public var frameInterval_ps: Double?
  /// The time from step to step, ps.
  public var timestep_ps: Double?
  /// Positions are unwrapped whatever the file says.
  public var isUnwrapped = false
  /// Element of the diffusing ions: tells atomic numbers from types.
  public var mobile: String?

  public init() {}
}

/// Puts the atoms of every frame into the order of the first one.
struct AtomOrder {
  private(set) var ids: [Int] = []
  private var slotOfID: [Int: Int] = [:]
  private var isContiguous = false
  private var seen: [UInt32] = []
  private var generation: UInt32 = 0

  init() {}

  /// - Returns: the order of the ids, nil where one stands twice.
  static func sorting(_ ids: [Int]) -> (order: AtomOrder, places: [Int])? {
    let places = ids.indices.sorted { ids[$0] < ids[$1] }
    var result = AtomOrder()
    result.ids = places.map { ids[$0] }
    guard zip(result.ids, result.ids.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
    if let first = result.ids.first, let last = result.ids.last {
      let (span, overflow) = last.subtractingReportingOverflow(first)
      result.isContiguous = !overflow && span == result.ids.count - 1
    }
    if !result.isContiguous {
      result.slotOfID = Dictionary(uniqueKeysWithValues: result.ids.enumerated().map { ($1, $0) })
    }
    result.seen = [UInt32](repeating: 0, count: ids.count)
    return (result, places)
  }

  mutating func beginFrame() { generation &+= 1 }

  /// The place of an id; nil for one that the first frame lacks or that this frame has already had.
  mutating func take(_ id: Int) -> Int? {
    let slot: Int
    if isContiguous {
      guard let first = ids.first, let last = ids.last, (first...last).contains(id) else { return nil }
      slot = id - first
    } else {
      guard let known = slotOfID[id] else { return nil }
      slot = known
    }
    guard seen[slot] != generation else { return nil }
    seen[slot] = generation
    return slot
  }
}
