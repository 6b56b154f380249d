import Foundation
import Support

extension StudyDirectory {
  /// Removes what killed processes have left half-written beside the runs.
  package func removeLeftOverFiles() {
    for folder in foldersOfFiles { TemporaryFile.removeLeftOver(in: folder) }
  }

  /// Removes what killed attempts have left half-written in a run's folder. Checkpoints are as large as the run's memory, and
  /// each start that is killed may leave one.
  /// - Parameter attempt: the one that begins: those below it have ended, also where their machine can't be seen.
  package func removeLeftOverFiles(of index: Int, below attempt: Int) {
    let records = attempts(at: index).records().filter { $0.attempt < attempt }
    let current = hostName()
    TemporaryFile.removeLeftOver(
      in: runPath(index), deadHosts: Set(records.map(\.host)).subtracting([current]))
  }

  /// What is left half-written, in the study or in one run: their number and bytes.
  package func leftOverFiles(of index: Int? = nil) -> (count: Int, bytes: Int) {
    let folders = index.map { [runPath($0)] } ?? foldersOfFiles + runs.indices.map(runPath)
    let files = folders.flatMap { TemporaryFile.all(in: $0) }.filter(\.isLeftOver)
    return (files.count, files.reduce(0) { $0 + $1.bytes })
  }

  private var foldersOfFiles: [String] {
    [
      path, "\(path)/at-work", "\(path)/submissions", "\(path)/extensions", resultsPath,
      "\(resultsPath)/density",
    ]
  }
}
