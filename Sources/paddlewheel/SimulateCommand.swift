import ArgumentParser
import Foundation
import Manifest
import Runner
import StudyStore
import Support

struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Simulate one run; started on each rank: mpirun -np 64 paddlewheel simulate DIR 7.")

  @Argument(help: "Directory of the study.", completion: .directory) var directory: String

  @Argument(help: "Index of the run.") var index: Int

  /// Internal: attempts up to this number have been found dead by whoever starts the ranks.
  @Option(parsing: .unconditional, help: .hidden) var replacing: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Set aside what an attempt and later ones have written, and go on from what is older.",
      valueName: "attempt"))
  var discardAttempt: Int?

  func run() async throws {
    RankBinding.bindThisProcess()
    let options = SimulationOptions(
      command: CommandLine.arguments, replacing: replacing, discarded: discardAttempt)
    let code = try simulate(directory: directory, index: index, options: options)
    if code != 0 { throw ExitCode(code) }
  }
}

/// Internal: a short benchmark of one run, which `submit` and `extend` start on one rank.
struct PaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "pace", shouldDisplay: false)

  @Argument(help: "Directory of the study.", completion: .directory) var directory: String

  @Argument(help: "Index of the run.") var index: Int

  @Option(parsing: .unconditional, help: "Duration of the benchmark, s.", transform: decimalOption)
  var seconds = 3.0

  func run() throws {
    RankBinding.bindThisProcess()
    // A study that does not exist yet is given by its manifest.
    let study =
      FileKind(at: directory) == .file
      ? try StudyPlan(manifestAt: directory).runs : try StudyDirectory(opening: directory).runs
    guard study.indices.contains(index) else { throw InputError("there is no run \(index)") }
    guard let pace = try PaceMeasurement(study[index], seconds: seconds) else { return }
    print(String(decoding: try JSONEncoder().encode(pace), as: UTF8.self))
  }
}

extension SimulateCommand: FileProducing {}
