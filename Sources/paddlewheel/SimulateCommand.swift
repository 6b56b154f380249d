import ArgumentParser
import Foundation
import Manifest
import Runner
import StudyStore
import Support

struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "What each rank runs: mpirun -np 64 paddlewheel simulate DIR 7.")

  @Argument(help: "The study's directory.", completion: .directory) var directory: String

  @Argument(help: "The run's index.") var index: Int

  func run() async throws {
    let options = SimulationOptions(command: CommandLine.arguments)
    let code = try simulate(directory: directory, index: index, options: options)
    if code != 0 { throw ExitCode(code) }
  }
}

/// A short benchmark of one run, for `submit` and `extend`, which start it on one rank.
struct PaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "pace", shouldDisplay: false)

  @Argument(help: "The study's directory.", completion: .directory) var directory: String

  @Argument(help: "The run's index.") var index: Int

  @Option(help: "How long to step.") var seconds = 3.0

  func run() throws {
    // A study that has not been written yet is known by its manifest.
    let study =
      directory.hasSuffix(".yaml")
      ? try StudyPlan(manifestAt: directory).runs : try StudyDirectory(opening: directory).runs
    guard study.indices.contains(index) else { throw InputError("there is no run \(index)") }
    guard let pace = try PaceMeasurement(study[index], seconds: seconds) else { return }
    print(String(decoding: try JSONEncoder().encode(pace), as: UTF8.self))
  }
}
