import EngineSocket
import Foundation
import SinglePoints
import Support

/// VASP, CP2K or Quantum ESPRESSO as the engine: each frame has a folder with the input from a template, in which a command
/// runs, here or as a task of a Slurm array. Results of earlier commands are taken first.
package final class TemplateEngine: LabelEngine {
  package enum Mode: Equatable, Sendable {
    /// Takes the results that are there.
    case collect
    /// Runs the command on this machine, so many at a time.
    case local(Int)
    /// Writes the folders of the missing frames, for ``prepared``.
    /// - Parameter elsewhere: digests of frames at which tasks are at work, or will be.
    case prepare(elsewhere: Set<String>)
  }

  package let identity: EngineIdentity
  package var mode: Mode
  /// Frames whose folders wait for the command, in their order.
  package private(set) var prepared: [LabelFrame] = []
  private let template: EngineTemplate
  private let command: String

  /// - Parameters:
  ///   - folder: of the template.
  ///   - command: a line of a shell, which runs in the folder of a frame; nil for the template's own script.
  /// - Throws: ``InputError``, also where a command is needed and there is none.
  package init(template folder: String, command: String?, mode: Mode) throws {
    template = try EngineTemplate(folder: folder)
    self.mode = mode
    let line = command ?? template.ownCommand
    guard line != nil || mode == .collect else {
      throw InputError(
        key: "--command", found: "nothing",
        wanted:
          "how the program is run in the folder of a frame, or \(EngineTemplate.scriptName) in the template")
    }
    self.command = try withoutControlCharacters(line ?? "", "a line of a shell")
    identity = EngineIdentity(
      kind: template.input.kind, name: (template.folder as NSString).lastPathComponent,
      digest: template.digest)
  }

  package func label(_ frames: [LabelFrame], _ session: LabelSession) throws {
    let folders = FrameFolders(in: session.folder, template)
    prepared = []
    var missing: [LabelFrame] = []
    for frame in frames {
      if case .prepare(let elsewhere) = mode, elsewhere.contains(frame.digest) {
        session.isUnderWay(frame)
        continue
      }
      switch folders.read(frame) {
      case .nothing: missing.append(frame)
      case .outcome(let outcome): try session.record(outcome, for: frame)
      case .failure(let failure):
        if mode == .collect { session.note(failure, frame) }
        missing.append(frame)
      }
    }
    if mode == .collect { return }
    for frame in missing { try folders.prepare(frame) }
    try RunScript(command: command).write(in: session.folder)
    if case .local(let count) = mode {
      try LocalCommands(folders, count: count, script: "\(session.folder)/\(RunScript.fileName)").run(
        missing, session)
    } else {
      prepared = missing
    }
  }
}
