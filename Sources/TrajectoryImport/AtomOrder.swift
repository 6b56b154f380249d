import Trajectory

/// Sorts the atoms of every frame into the order of the first one.
struct AtomOrder {
  private(set) var ids: [Int] = []
  private var slotOfID: [Int: Int] = [:]
  private var isContiguous = false
  private var seen: [UInt32] = []
  private var generation: UInt32 = 0

  init() {}

  /// - Returns: the order of the ids; nil where an id occurs twice.
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

  /// The index of an id; nil for one that the first frame lacks or that has already occurred in this frame.
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
