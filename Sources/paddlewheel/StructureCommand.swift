import ArgumentParser

struct StructureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "structure", abstract: "Build, convert and describe structures.",
    subcommands: [StructureBuildCommand.self, StructureConvertCommand.self, StructureDescribeCommand.self])
}
