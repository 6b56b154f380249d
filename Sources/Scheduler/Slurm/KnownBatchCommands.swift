import Digest
import Foundation
import SlurmCommands
import Support

/// The commands of other batch systems that this user has submitted with.
///
/// A study's records name the commands that list and cancel its jobs, and a study may come from anybody. So only those are run
/// that stood in a site profile which the user has given to `submit`.
package enum KnownBatchCommands {
  /// A job of the user's has their digest in its environment: its node may not see the user's home.
  static let variable = "PADDLEWHEEL_BATCH_COMMANDS"

  private static func folder(_ environment: [String: String]) -> String? {
    if let path = environment["XDG_CONFIG_HOME"], path.hasPrefix("/") {
      return path + "/paddlewheel/batch-commands"
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.config/paddlewheel/batch-commands"
  }

  static func digest(_ templates: BatchTemplates) -> String {
    let lists = [
      templates.submit, templates.array, templates.after, [templates.separator], templates.list,
      templates.cancel, [templates.arrayName, templates.taskName], templates.waiting.sorted(),
      templates.ended.sorted(), [templates.jobVariable, templates.taskVariable],
    ]
    return SHA256.hexadecimal(of: lists.map { "\($0)" }.joined(separator: "\n"))
  }

  /// - Throws: ``FileError``.
  package static func remember(
    _ templates: BatchTemplates, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    guard !has(templates, environment: environment), let folder = folder(environment) else { return }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError(folder, .create)
    }
    let text = templates.list.joined(separator: " ") + "\n" + templates.cancel.joined(separator: " ") + "\n"
    try AtomicFile.write(text, to: "\(folder)/\(digest(templates))")
  }

  static func has(
    _ templates: BatchTemplates, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    let digest = digest(templates)
    if environment[variable] == digest { return true }
    return folder(environment).map { FileKind(at: "\($0)/\(digest)") == .file } ?? false
  }
}
