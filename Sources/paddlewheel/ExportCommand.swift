import ArgumentParser
import Exchange
import StudyStore

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract:
      "Export the trajectory of a run to one file: H5MD for MDAnalysis, extXYZ for OVITO and ASE."
  )

  @Argument(help: "Directory of the study.", completion: .directory) var directory: String

  @Argument(help: "Index of the run.") var index: Int

  @Option(parsing: .unconditional, help: "Format: h5md or extxyz.") var format: ExportRequest.Format

  @Option(
    parsing: .unconditional, help: ArgumentHelp("File to write.", valueName: "file"), completion: .file())
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Group: all, anions or mobile, of another stage stage.NAME.all …; by default every group in H5MD, all atoms in extXYZ.",
      valueName: "group"
    ))
  var group: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Frames of the group: first:end:step, counted from 0.", valueName: "a:b:c"))
  var frames: String?

  func run() throws {
    let study = try StudyDirectory(opening: directory)
    let request = ExportRequest(format: format, output: output, group: group, frames: frames)
    printToStandardError("wrote " + (try export(study: study, index: index, request)))
  }
}

extension ExportRequest.Format: ExpressibleByArgument {}

extension ExportCommand: FileProducing {}
