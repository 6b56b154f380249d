import Scheduler
import Support

/// A Slurm array over the frames that a template's command has not run for.
package struct BatchLabelling: Sendable {
  private let arrays: TaskArrays
  private let folder: String

  /// - Parameters:
  ///   - folder: of the labels, ``LabelRequest/folder``.
  ///   - ranks: of each frame.
  ///   - log: called with each failure of Slurm that is retried.
  package init(
    folder: String, site: SiteProfile, ranks: Int, log: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.folder = folder
    arrays = TaskArrays(folder: folder, site: site, ranks: ranks, log: log)
  }

  private var command: [String] { ["/bin/sh", "\(folder)/\(RunScript.fileName)"] }

  /// Of the frames those at which tasks are at work, or will be: their digests.
  /// - Throws: ``RunFailure`` where Slurm does not answer.
  package func underWay(_ frames: [LabelFrame]) async throws -> Set<String> {
    let active = try await arrays.active()
    return Set(frames.filter { active.contains(FrameFolders.place(of: $0)) }.map(\.digest))
  }

  /// Submits frames that ``TemplateEngine/prepared`` has.
  /// - Returns: the arrays' job ids.
  /// - Throws: ``RunFailure`` with the error of sbatch.
  package func submit(_ frames: [LabelFrame]) async throws -> [Int] {
    try await arrays.submit(frames.map(FrameFolders.place), command: command, name: "label")
  }

  /// The script that would be submitted.
  /// - Throws: ``InputError`` for a value of the site profile that can't stand in it.
  package func preview() throws -> String { try arrays.preview(command) }

  /// Writes an array script without the settings of any site, `array.sh`, to be submitted by hand.
  /// - Returns: its path.
  /// - Throws: ``FileError``.
  package static func writeScript(_ frames: [LabelFrame], in folder: String) throws -> String {
    let path = "\(folder)/array.sh"
    try AtomicFile.write(
      frames.map(FrameFolders.place).joined(separator: "\n") + "\n", to: "\(folder)/array.txt")
    try AtomicFile.write(
      """
      #!/bin/bash
      #SBATCH --array=0-\(frames.count - 1)
      #SBATCH --output=/dev/null
      cd \(shellQuoted(folder)) || exit 1
      exec /bin/sh \(RunScript.fileName) "$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" array.txt)"

      """, to: path)
    return path
  }
}
