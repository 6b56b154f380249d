import Foundation
import SinglePoints
import Support

/// The folders in which an engine runs, one for each frame: `OUTPUT.work/frames/DIGEST`.
struct FrameFolders: Sendable {
  /// Of the labels.
  let folder: String
  let template: EngineTemplate

  init(in folder: String, _ template: EngineTemplate) {
    self.folder = folder
    self.template = template
  }

  private static let name = "frames"
  static func path(in folder: String) -> String { "\(folder)/\(name)" }

  /// The folder of a frame, from that of the labels. Twenty-four digits tell any frames apart.
  static func place(of frame: LabelFrame) -> String { "\(name)/\(frame.digest.prefix(24))" }

  /// What the command prints.
  static let logName = "engine.log"
  /// Written when the command has ended, with its exit code.
  static let exitName = "exit-code"
  /// The names of the input's files: all others are removed before the command is started again. Written last.
  static let inputsName = ".inputs"
  /// Files that no template has.
  static let results: Set<String> = [logName, exitName, "vasprun.xml", "OUTCAR"]

  func path(_ frame: LabelFrame) -> String { "\(folder)/\(Self.place(of: frame))" }

  /// Writes the input of a frame, unless it is there.
  /// - Throws: ``InputError`` for a frame that the template has no place for; ``FileError``.
  func prepare(_ frame: LabelFrame) throws {
    let folder = path(frame)
    let inputs = "\(folder)/\(Self.inputsName)"
    guard FileKind(at: inputs) == nil else { return }
    let files = try template.input.files(for: frame.frame)
    try OwnFolder.make(folder, in: self.folder)
    for (name, text) in files {
      try AtomicFile.write(Data(text.utf8), to: "\(folder)/\(name)", durably: false)
    }
    for name in template.copied {
      let source = "\(template.folder)/\(name)"
      try AtomicFile.replace("\(folder)/\(name)") { temporary in
        if !(try FileCopy.share(source, as: temporary, named: source)) {
          try FileCopy.copy(source, as: temporary, named: source)
        }
        // A script stays one.
        var status = stat()
        if stat(source, &status) == 0 { chmod(temporary, status.st_mode & 0o777 | 0o600) }
      }
    }
    let names = files.map(\.name) + template.copied + [Self.inputsName]
    try AtomicFile.write(names.joined(separator: "\n") + "\n", to: inputs)
  }

  /// What a frame's folder holds.
  enum Reading {
    /// The command has not ended, or not begun.
    case nothing
    case outcome(LabelOutcome)
    case failure(LabelFailure)
  }

  func read(_ frame: LabelFrame) -> Reading {
    let folder = path(frame)
    guard let text = FileContents.own("\(folder)/\(Self.exitName)", most: 100) else { return .nothing }
    let code = Int32(String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace })
    let log = "\(folder)/\(Self.logName)"
    let ended = LabelFailure.command(exitCode: code, lastLine: Self.lastLine(of: log), folder: folder)
    guard let path = template.input.resultPath(in: folder, log: log) else { return .failure(ended) }
    do {
      let output = try template.input.read(path)
      // Some programs end at once where their field does not converge.
      if case .failed(.line(let line)) = output.convergence {
        return .outcome(.refused(.notConverged(.line(line))))
      }
      guard output.isComplete else { return .failure(ended) }
      let check = OutputCheck(frame: frame.frame, order: template.input.order(of: frame.frame))
      return .outcome(check.outcome(output))
    } catch {
      return .failure(.output("\(error)"))
    }
  }

  /// The last line that is not empty.
  private static func lastLine(of path: String) -> String? {
    guard let data = FileContents.own(path) else { return nil }
    let text = String(decoding: data.suffix(4096), as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
      .map { visible(String($0.prefix(300))) }
  }
}
