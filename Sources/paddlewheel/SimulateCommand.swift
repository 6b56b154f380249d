import ArgumentParser
import Study

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
