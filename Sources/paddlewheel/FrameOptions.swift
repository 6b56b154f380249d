import ArgumentParser
import Crystal
import Exchange
import Foundation
import Selection
import StudyStore
import Support
import Trajectory
import TrajectoryImport

/// What files with frames do not say themselves.
struct FrameOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Structure file with the atoms of a trajectory that does not name them (DCD, XTC).", valueName: "file"),
    completion: .file())
  var topology: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Elements of numbered types, of names (Na1=Na), or of the atoms in order: Na*4,B*24,H*24.",
      valueName: "1=Na,2=B,…"))
  var elements: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Cell, for files without one: edges in Å, with angles in degrees, or three vectors.",
      valueName: "a b c [α β γ]"))
  var cell: String?

  /// - Throws: ``InputError``.
  func hints() throws -> ImportHints {
    var hints = ImportHints()
    hints.topology = topology
    hints.elements = try elements.map(ElementsOption.elements)
    hints.cell = try cell.map {
      guard let cell = CellText.cell($0) else {
        throw InputError(key: "--cell", found: "'\($0.prefix(120))'", wanted: CellText.wanted)
      }
      return cell
    }
    return hints
  }
}

/// Opens files and folders with frames; a study's folder stands for its runs that have a record.
/// - Throws: ``InputError``.
func frameInputs(
  _ names: [String], every: Int = 1, hints: ImportHints = ImportHints(), spool: SpooledInputs
) throws -> [FrameInput] {
  try names.flatMap { name in
    try foldersOfRuns(name).map { try FrameInput($0, every: every, hints: hints, spool: spool) }
  }
}

/// The name itself where it is no study's.
private func foldersOfRuns(_ name: String) throws -> [String] {
  guard isFolder(name), FileManager.default.fileExists(atPath: "\(name)/\(StudyDirectory.manifestName)")
  else { return [name] }
  let study = try StudyDirectory(opening: name)
  let folders = try study.runs.indices.map { "\(name)/runs/\(study.runs[$0].directoryName)" }.filter {
    do { return try RunRecord.exists(in: $0) } catch let error as RecordError {
      throw InputError(place: SourcePlace(file: error.file), message: error.message)
    }
  }
  guard !folders.isEmpty else {
    throw InputError(
      place: SourcePlace(file: name), found: "no run with a record",
      wanted: "the study of runs that have begun")
  }
  return folders
}

/// Shows how many frames have been read on standard error: on a terminal one line that is updated, in a log a line every ten seconds.
final class FrameCounter {
  private let verb: String
  private let isTerminal = isatty(STDERR_FILENO) != 0
  private var last_s = ProcessInfo.processInfo.systemUptime
  private var hasOpenLine = false

  init(_ verb: String) { self.verb = verb }

  func show(_ count: Int) {
    let now_s = ProcessInfo.processInfo.systemUptime
    guard now_s - last_s >= (isTerminal ? 0.2 : 10) else { return }
    last_s = now_s
    hasOpenLine = isTerminal
    let text = "\(verb): \(count) frames read"
    if isTerminal { StandardError.replaceLine(by: text) } else { StandardError.print(text) }
  }

  /// Clears the line.
  func end() {
    if hasOpenLine { StandardError.replaceLine() }
    hasOpenLine = false
  }
}
