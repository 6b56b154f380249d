import ArgumentParser
import Support

struct StructureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "structure",
    abstract: "Build, convert and describe structures; energy landscapes of cations, phonons.",
    subcommands: [
      StructureBuildCommand.self, StructureConvertCommand.self, StructureDescribeCommand.self,
      StructureLandscapeCommand.self, StructurePhononsCommand.self, StructureRattleCommand.self,
    ])

  func run() throws {
    throw InputError(
      found: "structure without a subcommand",
      wanted: "one of build, convert, describe, landscape, phonons, rattle")
  }
}
