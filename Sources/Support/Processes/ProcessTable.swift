import Foundation
import Synchronization

/// The processes of this machine, from /proc.
package enum ProcessTable {
  package struct Entry: Equatable, Sendable {
    package var pid: Int
    package var parent: Int
    /// The program's name, at most 15 bytes of it.
    package var name: String
    /// One letter: `R`, `S`, `D`, `T`, `Z`, …
    package var state: Character
    /// In clock ticks since the machine was booted.
    package var start: UInt64
    /// What it has computed, its ended children included, in clock ticks.
    package var work: UInt64 = 0

    /// Whether nothing runs any more and only its parent's look at the exit code is missing.
    package var hasEnded: Bool { state == "Z" || state == "X" }
  }

  /// Nil where there is no such process, or it is hidden.
  package static func entry(of pid: Int) -> Entry? {
    guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
    return entry(String(decoding: data, as: UTF8.self))
  }

  /// Parses `pid (name) state parent …`, where the name may hold anything, parentheses too.
  static func entry(_ text: String) -> Entry? {
    guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close,
      let pid = Int(text[..<open].trimmingCharacters(in: .whitespaces))
    else { return nil }
    let fields = text[text.index(after: close)...].split(separator: " ")
    // The start is the 22nd field of the line, the state the third.
    guard fields.count > 19, let state = fields[0].first, let parent = Int(fields[1]),
      let start = UInt64(fields[19])
    else { return nil }
    return Entry(
      pid: pid, parent: parent, name: String(text[text.index(after: open)..<close]), state: state,
      start: start, work: fields[11...14].reduce(0) { $0 &+ (UInt64($1) ?? 0) })
  }

  /// Every process that can be seen.
  package static func all() -> [Entry] {
    // Without /proc nothing can be seen.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int($0) }.compactMap(entry(of:))
  }

  private static let last = Mutex<(entries: [Entry], read_s: Double)>(([], -.infinity))

  /// Every process that can be seen, as of not longer ago than a time: many that look at once read them once.
  package static func recent(within_s age_s: Double) -> [Entry] {
    last.withLock { last in
      if Stopwatch.now_s - last.read_s > age_s { last = (all(), Stopwatch.now_s) }
      return last.entries
    }
  }

  /// The descendants of a process, parents before children.
  package static func descendants(of pid: Int, in entries: [Entry] = all()) -> [Entry] {
    let children = Dictionary(grouping: entries, by: \.parent)
    var found: [Entry] = []
    var known: Set<Int> = [pid]
    var open = [pid]
    while let parent = open.popLast() {
      for child in children[parent] ?? [] where known.insert(child.pid).inserted {
        found.append(child)
        open.append(child.pid)
      }
    }
    return found
  }

  /// The words that a process was started with; none for one that has ended.
  package static func words(of pid: Int) -> [String] {
    guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return [] }
    return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }
}
