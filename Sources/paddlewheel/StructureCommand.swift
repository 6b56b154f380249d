import ArgumentParser
import Study

struct StructureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "structure", abstract: "Build, convert and describe structures.",
    subcommands: [StructureBuildCommand.self, StructureConvertCommand.self, StructureDescribeCommand.self])

  func run() throws {
    throw InputError(found: "structure alone", wanted: "one of its commands: build, convert, describe")
  }
}
