import Foundation

/// The record files in a run's directory, opened on demand and kept open.
final class RunDirectory {
  let path: String
  /// Attempts with a file, for each block.
  package private(set) var attempts: [Int: Set<Int>] = [:]
  private(set) var merged: Set<Int> = []
  private var opened: [String: Result<RankFile, RecordProblem>] = [:]
  /// The name of the only file, for a run in a single file.
  private var loneName: String?

  /// A whole run in one file of any name, as `RecordCopy` writes it.
  init(file: String) {
    let url = URL(fileURLWithPath: file)
    path = url.deletingLastPathComponent().path
    loneName = url.lastPathComponent
    merged = [0]
  }

  init(_ path: String) throws {
    self.path = path
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw RecordError(file: path, message: "can't be listed: \(error.localizedDescription)")
    }
    for name in names {
      guard let (block, attempt) = RankFileName.parse(name) else { continue }
      if let attempt { attempts[block, default: []].insert(attempt) } else { merged.insert(block) }
    }
  }

  var blocks: [Int] { Set(attempts.keys).union(merged).sorted() }

  func mergedFile(_ block: Int) -> Result<RankFile, RecordProblem>? {
    merged.contains(block) ? open(loneName ?? RankFileName.merged(block: block), block: block) : nil
  }

  func attemptFile(_ block: Int, _ attempt: Int) -> Result<RankFile, RecordProblem>? {
    guard attempts[block]?.contains(attempt) ?? false else { return nil }
    return open(RankFileName.attempt(block: block, attempt: attempt), block: block, attempt: attempt)
  }

  private func open(_ name: String, block: Int, attempt: Int? = nil) -> Result<RankFile, RecordProblem> {
    if let known = opened[name] { return known }
    let full = path + "/" + name
    let result = Result { () throws(RecordProblem) in
      do {
        let file = try RankFile(full)
        guard file.header.block == block else {
          throw RecordProblem(
            kind: .mismatch, file: full, message: "holds block \(file.header.block), not \(block)")
        }
        guard file.header.attempt == attempt ?? file.header.attempt else {
          throw RecordProblem(
            kind: .mismatch, file: full, message: "holds attempt \(file.header.attempt), not \(attempt ?? 0)")
        }
        return file
      } catch let problem as RecordProblem {
        throw problem
      } catch {
        throw RecordProblem(kind: .damaged, file: full, message: "\(error)")
      }
    }
    opened[name] = result
    return result
  }

  /// A readable file of the run, of the latest attempt possible.
  ///
  /// - Throws: `RecordError` when there is none.
  func reference() throws -> RankFile {
    var latest: RankFile?
    var problem: RecordProblem?
    for block in blocks {
      let candidates =
        [mergedFile(block)] + (attempts[block] ?? []).sorted().map { attemptFile(block, $0) }
      for case .some(let candidate) in candidates {
        switch candidate {
        case .success(let file): if file.header.attempt > latest?.header.attempt ?? 0 { latest = file }
        case .failure(let failure): problem = problem ?? failure
        }
      }
    }
    guard let latest else {
      throw RecordError(
        file: path, message: problem.map { "no readable rank file: \($0)" } ?? "found no rank files")
    }
    return latest
  }

  /// Files of attempts after the given one: none is readable, else that attempt would be the newest.
  func unreadable(after attempt: Int) -> [RecordProblem] {
    blocks.flatMap { block in
      (attempts[block] ?? []).filter { $0 > attempt }.sorted().compactMap { newer in
        guard case .failure(let problem) = attemptFile(block, newer) else { return nil }
        return problem
      }
    }
  }
}

extension RunRecord {
  /// Whether a run's directory has files of a record: a run that has not begun has none.
  /// - Throws: `RecordError` for a directory that can't be listed.
  package static func exists(in path: String) throws -> Bool { try !RunDirectory(path).blocks.isEmpty }
}
