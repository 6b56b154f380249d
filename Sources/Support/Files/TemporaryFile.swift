import Foundation

/// The temporary files of ``AtomicFile``: `.state.json.node1.4711-9876.r1k9x.tmp` in the folder of the file that they become. One
/// that its process could not rename, as it was killed, is removed by a later start.
package struct TemporaryFile: Equatable, Sendable {
  package var name: String
  /// Whether the process that its name tells of is there.
  package var owner: ProcessIdentity.Presence
  package var bytes: Int
  /// How much older it is than a file that is written now, by the clock of the file system, s.
  package var age_s: Double

  /// The end of the name of this process's files, before `.tmp`. Processes on two hosts may have the same number, and one
  /// after the other on the same host.
  package static let owner: String = {
    let process = ProcessIdentity.current
    return "\(process.host).\(process.pid)" + (process.origin.map { "-\($0.start)" } ?? "")
  }()

  /// Before `.tmp` too: a name that can't be foreseen. The letter tells it from a process.
  package static func unique() -> String { "r" + String(UInt64.random(in: 0...UInt64.max), radix: 36) }

  private static let ending = ".tmp"

  /// A day: no process works on one file for so long, s.
  private static let oldAge_s = 86_400.0

  /// The temporary files in a folder, none where it can't be listed.
  package static func all(in folder: String) -> [TemporaryFile] {
    let names = ((try? folderContents(folder)) ?? []).filter { isOne($0) }.sorted()
    guard !names.isEmpty else { return [] }
    let now_s = fileSystemTime_s(of: folder)
    return names.compactMap { name in
      var information = stat()
      guard lstat("\(folder)/\(name)", &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
        return nil
      }
      let written_s = Double(information.st_mtim.tv_sec)
      return TemporaryFile(
        name: name, owner: presence(name), bytes: Int(information.st_size),
        age_s: now_s.map { $0 - written_s } ?? 0)
    }
  }

  /// Removes those whose process is surely gone, and those of other machines that are a day old.
  /// - Parameter hosts: machines whose processes in this folder are known to be dead.
  package static func removeLeftOver(in folder: String, deadHosts hosts: Set<String> = []) {
    for file in all(in: folder) where file.isLeftOver || hosts.contains(where: { file.isOf(host: $0) }) {
      unlink("\(folder)/\(file.name)")
    }
  }

  /// Whether nobody finishes it.
  package var isLeftOver: Bool { owner == .gone || owner == .unseen && age_s > Self.oldAge_s }

  /// Whether it belongs to a process that can't be seen, on this machine.
  private func isOf(host: String) -> Bool { owner == .unseen && name.contains(".\(host).") }

  /// Whether a name is that of a temporary file of this program, also of its older versions.
  package static func isOne(_ name: String) -> Bool { parts(name) != nil }

  /// `….HOST.PID-START.RANDOM.tmp`, and of older versions `….HOST.PID.tmp` and `….HOST.PID.NUMBER.tmp`: the numbers at the
  /// end, and what stands before them.
  private static func parts(_ name: String) -> (stem: String, pid: Int, start: UInt64?)? {
    guard name.hasSuffix(ending) else { return nil }
    var fields = name.dropLast(ending.count).split(separator: ".", omittingEmptySubsequences: false)
    func process(_ field: Substring) -> (pid: Int, start: UInt64?)? {
      let numbers = field.split(separator: "-", omittingEmptySubsequences: false)
      guard let pid = numbers.first.flatMap({ Int($0) }), numbers.count < 3 else { return nil }
      guard numbers.count == 2 else { return (pid, nil) }
      return UInt64(numbers[1]).map { (pid, $0) }
    }
    if fields.count > 3, fields.last?.first == "r" { fields.removeLast() }
    guard fields.count > 2, var found = process(fields.removeLast()) else { return nil }
    // A random number stands after the process of a claim.
    if found.start == nil, fields.count > 2, fields.contains("claim"), let last = fields.last,
      let other = process(last)
    {
      fields.removeLast()
      found = other
    }
    return (fields.joined(separator: "."), found.pid, found.start)
  }

  /// Of the process that a name tells of; of a name that is none of this host's, that it can't be seen.
  package static func presence(_ name: String) -> ProcessIdentity.Presence {
    let own = ProcessIdentity.current
    guard let parts = parts(name), parts.stem.hasSuffix(".\(own.host)") else { return .unseen }
    // A start of another boot is that of no living process.
    let origin = parts.start.flatMap { start in
      own.origin.map {
        ProcessIdentity.Origin(start: start, boot: $0.boot, machine: $0.machine, space: $0.space)
      }
    }
    return ProcessIdentity(host: own.host, pid: parts.pid, origin: origin).presence()
  }

  /// What the file system takes for now: its clock may be another's.
  private static func fileSystemTime_s(of folder: String) -> Double? {
    let probe = "\(folder)/.probe.\(owner)\(ending)"
    let descriptor = open(probe, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { return nil }
    defer {
      close(descriptor)
      unlink(probe)
    }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { return nil }
    return Double(information.st_mtim.tv_sec)
  }
}
