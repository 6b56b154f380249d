import Synchronization

private let work = Atomic(0)

/// Counts what this process gets done, in pieces that take seconds at most: whoever watches it sees whether it stands still.
public enum WorkCounter {
  @inline(__always)
  public static func advance() { work.add(1, ordering: .relaxed) }

  public static var value: Int { work.load(ordering: .relaxed) }
}
