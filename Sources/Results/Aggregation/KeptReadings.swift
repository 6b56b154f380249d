import Digest
import Foundation
import StudyStore
import Support

/// What was read from the runs of each temperature, kept in `results/readings/` for the next time.
///
/// A reading counts as long as the manifest, the program, and the names, sizes and times of all files that it was made from
/// are the same. Where anything is in doubt the runs are read again.
struct KeptReadings {
  private let study: StudyDirectory
  private let groups: [RunGroup]
  /// By group; nil for runs whose files have just changed, and may change again within the clock's resolution.
  private let keys: [String?]

  private var folder: String { "\(study.resultsPath)/readings" }

  /// Looks at the files of all runs, before any is read.
  init(_ study: StudyDirectory, groups: [RunGroup]) {
    self.study = study
    self.groups = groups
    guard let program = Self.program() else {
      keys = groups.map { _ in nil }
      return
    }
    let common = SHA256.hexadecimal(of: "\(program)\n\(study.plan.resolvedYAML)")
    let latest_s = Date().timeIntervalSince1970 - Self.settled_s
    keys = groups.map { group in
      var parts = [common]
      for index in group.runs {
        let run = study.runs[index]
        guard let files = Self.files(in: study.runPath(index), before: latest_s) else { return nil }
        parts.append(
          "\(run.directoryName) \(run.seed) \(run.manifest.sample_ps ?? 0) \(run.manifest.steps) \(files)")
      }
      return SHA256.hexadecimal(of: parts.joined(separator: "\n"))
    }
  }

  /// Times of files of an active run are not told apart below the clock's tick, which some file systems have at 2 s.
  private static let settled_s = 2.0

  /// The size and time of the program, whose next version may read otherwise.
  private static func program() -> String? {
    FileMark(at: "/proc/self/exe").map { "\(paddlewheelVersion) \($0)" }
  }

  /// The names, sizes and times of the files that a run is read from; nil where one is newer than a time.
  private static func files(in folder: String, before latest_s: Double) -> String? {
    // A run without a folder has not begun; one that can't be listed is in doubt.
    guard FileManager.default.fileExists(atPath: folder) else { return "" }
    guard let names = try? folderContents(folder) else { return nil }
    var lines: [String] = []
    for name in names.sorted()
    where name.hasSuffix(".h5") && !name.hasPrefix("checkpoint") || name.hasSuffix(".json") {
      guard let mark = FileMark(at: "\(folder)/\(name)"), Double(mark.modified_s) < latest_s else {
        return nil
      }
      lines.append("\(name) \(mark)")
    }
    return lines.joined(separator: " ")
  }

  private func path(_ group: Int) -> String {
    "\(folder)/\(study.runs[groups[group].runs[0]].directoryName).json"
  }

  /// Of a group; nil where its runs have to be read.
  func reading(_ group: Int) -> GroupReading? {
    guard let key = keys[group], let data = FileContents.own(path(group)) else { return nil }
    let head = Self.head(key, of: data.dropFirst(Self.headLength))
    guard data.prefix(Self.headLength) == head else { return nil }
    // One that can't be decoded is made again.
    guard
      let reading = try? ResultCoding.decoder.decode(
        GroupReading.self, from: data.dropFirst(Self.headLength)),
      reading.fits(runs: groups[group].runs.count, species: groups[group].points.count)
    else { return nil }
    return reading
  }

  /// Keeps the reading of a group, unless its files were too new, or could not be read: that may pass.
  /// - Throws: `EncodingError`, ``FileError``, ``InputError`` for a link in place of the folder.
  func keep(_ reading: GroupReading, of group: Int) throws {
    guard let key = keys[group] else { return }
    for (part, run) in zip(reading.runs, groups[group].runs) where part.series == nil {
      guard !FileManager.default.fileExists(atPath: study.runPath(run)) else { return }
    }
    let data = try ResultCoding.encoder.encode(reading)
    try OwnFolder.make(folder, in: study.resultsPath)
    // A damaged one is noticed by its digest: nothing waits for the disk.
    try AtomicFile.write(Self.head(key, of: data) + data, to: path(group), durably: false)
  }

  /// Removes the readings of runs that the study does not have any more.
  func removeOthers() {
    // Nothing is removed where a link leads.
    guard FileKind(at: study.resultsPath) == .folder, FileKind(at: folder) == .folder else { return }
    let names = Set(groups.indices.map { (path($0) as NSString).lastPathComponent })
    for name in (try? folderContents(folder)) ?? [] where !names.contains(name) && name.contains(".json") {
      unlink("\(folder)/\(name)")
    }
  }

  private static let headLength = 2 * 65

  /// The key, and the digest of what follows.
  private static func head(_ key: String, of data: Data) -> Data {
    let hash = SHA256()
    data.withUnsafeBytes { hash.update($0) }
    return Data("\(key)\n\(SHA256.hexadecimal(hash.finish()))\n".utf8)
  }
}
