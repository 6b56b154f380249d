import Foundation
import Support
import Synchronization

/// A command that is at work on a study.
package struct StudyWorker: Equatable, Sendable {
  /// The subcommand: `run`.
  package var command: String
  /// Indices of its runs; nil for all.
  package var runs: [Int]?
  package var host: String
  package var pid: Int
  /// Whether its process can be seen from here, and lives.
  package var isSeen: Bool
  /// Of its file, which no other command has.
  package var name: String
  /// Grows while it lives.
  package var beats: Int

  package func has(_ run: Int) -> Bool { runs?.contains(run) ?? true }
}

/// Keeps a second command from the same work on a study at the same time: two drivers of its runs, two writers of its
/// results.
///
/// Each command creates a file of its own in the folder `at-work` of the study, and then looks at those of the others. A
/// file whose process is gone counts for nothing and is removed. No file is ever overwritten by another process, and no
/// lock of the file system is used: the runs themselves are guarded once more by their attempts.
package final class StudyHold: Sendable {
  /// What a command is at work on.
  package enum Work: String, Codable, Sendable {
    /// Starts or submits runs.
    case runs
    /// Computes results or draws the report.
    case results
  }

  /// What a file says.
  struct Entry: Codable, Equatable, Sendable {
    var work: Work
    /// The subcommand: `run`.
    var command: String
    /// Indices of the runs; nil for all.
    var runs: [Int]?
    var host: String
    var pid: Int
    var process: ProcessIdentity.Origin?
    /// Whether it has looked at the others, and found none.
    var isEstablished = false
    /// Grows for as long as the process lives.
    var beats = 0

    enum CodingKeys: String, CodingKey {
      case work, command, runs, host, pid, process, beats
      case isEstablished = "established"
    }

    var identity: ProcessIdentity { ProcessIdentity(host: host, pid: pid, origin: process) }

    /// Whether both want the same.
    func collides(with other: Entry) -> Bool {
      guard work == other.work else { return false }
      guard let runs, let others = other.runs else { return true }
      return !Set(runs).isDisjoint(with: others)
    }
  }

  private let path: String
  private let folder: String
  private let entry: Mutex<Entry>
  private let isEnded = Atomic(false)

  private static let folderName = "at-work"
  /// Seconds between two beats.
  private static let interval_s = 4.0
  /// How long the file of a process that can't be seen is watched, s.
  private static let watch_s = 15.0

  /// Takes the work.
  /// - Parameters:
  ///   - study: its directory.
  ///   - command: the subcommand, for the message of others.
  ///   - runs: indices; nil for all.
  ///   - wait_s: how long to wait for another that has it, s.
  /// - Throws: ``IncompleteError`` that says who has it; ``RunFailure``, ``FileError``.
  package init(
    _ work: Work, of study: String, command: String, runs: [Int]? = nil, wait_s: Double = 0,
    identity: ProcessIdentity = .current
  ) throws {
    folder = "\(study)/\(Self.folderName)"
    let name =
      "\(work.rawValue).\(identity.pid)-\(identity.origin?.start ?? 0)-\(UInt32.random(in: 0...UInt32.max)).json"
    path = "\(folder)/\(name)"
    let own = Entry(
      work: work, command: command, runs: runs, host: identity.host, pid: identity.pid,
      process: identity.origin)
    entry = Mutex(own)
    let waited = Stopwatch()
    while true {
      try write(own)
      guard let other = try holder(among: own, name) else { break }
      unlink(path)
      guard waited.elapsed_s < wait_s else {
        removeFolder()
        throw IncompleteError(
          "paddlewheel \(other.command) is at work on this study on \(other.host) as process \(other.pid)")
      }
      usleep(200_000)
    }
    try entry.withLock {
      $0.isEstablished = true
      try write($0)
    }
    Thread.detachNewThread { self.beat() }
  }

  deinit { end() }

  /// Gives the work back.
  package func end() {
    guard isEnded.exchange(true, ordering: .relaxed) == false else { return }
    entry.withLock { _ in _ = unlink(path) }
    removeFolder()
  }

  /// Fails, as it is meant to, where others are at work.
  private func removeFolder() { rmdir(folder) }

  private func write(_ entry: Entry) throws {
    let data = try fileJSON(entry)
    for attempt in 1... {
      guard mkdir(folder, 0o777) == 0 || errno == EEXIST else { throw FileError(folder, .create) }
      do { return try AtomicFile.write(data, to: path) } catch let error as FileError
        where error.code == ENOENT && attempt < 100
      {
        // Another command has just removed the folder, as it was empty.
      }
    }
  }

  private func beat() {
    while !isEnded.load(ordering: .relaxed) {
      Thread.sleep(forTimeInterval: Self.interval_s)
      entry.withLock {
        guard !isEnded.load(ordering: .relaxed) else { return }
        $0.beats += 1
        // Where it can't be written the others take this process for dead; the runs have guards of their own.
        try? write($0)
      }
    }
  }

  /// The commands that have some work of a study, as far as can be seen at once: one on another machine may be dead. Nothing
  /// is removed.
  package static func workers(_ work: Work, of study: String) -> [StudyWorker] {
    let folder = "\(study)/\(folderName)"
    // None where the folder can't be listed: this is for a look at the study.
    return ((try? folderContents(folder)) ?? []).sorted().compactMap { name in
      guard !name.hasPrefix("."), name.hasSuffix(".json"), let entry = read("\(folder)/\(name)"),
        entry.work == work, entry.isEstablished, entry.identity != .current
      else { return nil }
      let presence = entry.identity.presence()
      guard presence != .gone else { return nil }
      return StudyWorker(
        command: entry.command, runs: entry.runs, host: entry.host, pid: entry.pid,
        isSeen: presence == .alive, name: name, beats: entry.beats)
    }
  }

  // MARK: others

  /// The command that has the work, or gets it; nil for this one.
  ///
  /// Of two that look at the same time each finds the other's file. The one whose name comes first gives way, and the
  /// other waits until it has.
  private func holder(among own: Entry, _ name: String) throws -> Entry? {
    let waited = Stopwatch()
    while true {
      let others = try entries(besides: name).filter { own.collides(with: $0.entry) }
      if let holder = others.first(where: { $0.entry.isEstablished || name < $0.name }) {
        return holder.entry
      }
      // One that has not looked yet, and will find this one's file.
      guard let slow = others.first else { return nil }
      if waited.elapsed_s > Self.watch_s { return slow.entry }
      usleep(20_000)
    }
  }

  /// The living.
  private func entries(besides own: String) throws -> [(name: String, entry: Entry)] {
    try folderContents(folder).sorted().compactMap { name in
      guard name != own, !name.hasPrefix("."), name.hasSuffix(".json") else { return nil }
      let file = "\(folder)/\(name)"
      guard let entry = Self.read(file) else {
        // Removed at this moment; or damaged, and then it names nobody.
        unlink(file)
        return nil
      }
      switch entry.identity.presence() {
      case .alive: return (name, entry)
      case .gone: break
      case .unseen: if Self.moves(file, entry) { return (name, entry) }
      }
      // No process has this name again.
      unlink(file)
      return nil
    }
  }

  private static func read(_ path: String) -> Entry? {
    FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(Entry.self, from: $0) }
  }

  private static func moves(_ path: String, _ first: Entry) -> Bool {
    let waited = Stopwatch()
    while waited.elapsed_s < watch_s {
      usleep(500_000)
      guard let now = read(path) else { return false }
      if now != first { return true }
    }
    return false
  }
}
