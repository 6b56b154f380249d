import Foundation
import Synchronization

/// Analyses the sets of a row that are not in the folder yet, on threads.
/// - Throws: the first error of a set; sets that were analysed before it are kept.
func evaluate(_ row: Row, sets: Int, jobs: Int, files: ResultFiles) throws {
  let done = Set(try files.read(row.id).map(\.set))
  let missing = (0..<sets).filter { !done.contains($0) }
  guard !missing.isEmpty else { return }
  let output = Output(try files.open(row.id))
  let next = Atomic(0)
  DispatchQueue.concurrentPerform(iterations: max(1, jobs)) { _ in
    while output.isHealthy {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < missing.count else { return }
      output.write { try ResultFiles.line(row.analyse(set: missing[index])) }
    }
  }
  try output.close()
}

/// The file of a row while threads append to it.
private final class Output: Sendable {
  private let state: Mutex<(handle: FileHandle, failure: (any Error)?)>

  init(_ handle: sending FileHandle) { state = Mutex((handle, nil)) }

  var isHealthy: Bool { state.withLock { $0.failure == nil } }

  /// Appends what a set gives, or keeps its error.
  func write(_ line: () throws -> Data) {
    let result = Result { try line() }
    state.withLock { state in
      do {
        try state.handle.write(contentsOf: result.get())
      } catch {
        state.failure = state.failure ?? error
      }
    }
  }

  func close() throws {
    try state.withLock { state in
      try state.handle.close()
      if let failure = state.failure { throw failure }
    }
  }
}
