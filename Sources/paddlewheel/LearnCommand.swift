import ArgumentParser
import Foundation
import Learning
import MPI
import Report
import Scheduler
import Support
import Training
import TrainingReport

struct LearnCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn",
    abstract:
      "Train a potential by active learning: explore with a committee, select frames, label them, train again.",
    discussion: """
      STUDY is a recipe in YAML: the study in which committees are tried, the first frames, the engine that labels, the training, \
      the bound of the deviation and the budget. Each generation has a folder in DIR; DIR/potential.yaml names the newest \
      committee. After an interruption the same command goes on where it was. It ends with 0 where the deviation stays below \
      the bound, and with 3 where the budget is spent before; `paddlewheel status DIR` shows where it is.
      """)

  @Argument(
    help: ArgumentHelp("Recipe of the loop, YAML.", valueName: "study"),
    completion: .file(extensions: ["yaml", "yml"]))
  var study: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Folder of the loop.", valueName: "dir"),
    completion: .directory)
  var output: String

  @Option(parsing: .unconditional, help: "MPI ranks of this machine, for runs and trainings.") var ranks = 1

  @Flag(name: .shortAndLong, help: "Print the progress of runs.") var verbose = false

  func validate() throws {
    guard ranks >= 1 else { throw ValidationError("--ranks: found \(ranks), wanted at least 1") }
  }

  func run() async throws {
    let isVerbose = verbose
    let learning = try Learning(
      file: study, output: output, ranks: ranks, stop: StopRequest(listening: true)
    ) { event in
      for line in event.lines(isVerbose: isVerbose) { printToStandardError(line) }
    }
    let outcome = try await learning.run()
    try await writeReport(learning.folder)
    print(LearningTable(try LearningStatus(learning.folder)).text)
    guard outcome != .converged else { return }
    throw IncompleteError(outcome.text)
  }

  /// Of the newest committee.
  private func writeReport(_ folder: LearningFolder) async throws {
    guard let last = try folder.generations().last(where: { $0.trained != nil }) else { return }
    do {
      printToStandardError(
        "report: \(try await writeTrainingReport(folder: folder.generation(last.number).committee.path))")
    } catch let error as ReportError {
      // The potential is there, and compute nodes often have no gnuplot.
      printToStandardError("\(error)")
    }
  }
}

extension LearnCommand: FileProducing {}

/// A phase of `learn` in a process of its own.
struct LearnStepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "learn-step", shouldDisplay: false)

  @Argument var kind: LearningStep.Kind

  @Argument var study: String

  @Option(parsing: .unconditional) var output: String

  @Option(parsing: .unconditional, help: "The process and its start, with which this one ends.") var driver:
    String?

  func run() async throws {
    if let driver {
      let numbers = driver.split(separator: ":").compactMap { UInt64($0) }
      guard numbers.count == 2, let pid = Int(exactly: numbers[0]) else {
        throw ValidationError("--driver: found '\(driver)', wanted PID:START")
      }
      DriverWatch.follow(pid: pid, start: numbers[1])
    }
    let step = try LearningStep(kind, file: study, output: output)
    StopSignal.listen()
    if kind == .train { return try await train(step) }
    let communicator = try MPISession.start()
    defer { MPISession.end() }
    try await step.run(on: communicator) { printToStandardError($0) }
  }

  /// On the main thread: the threads of the pool do not have the process's niceness.
  @MainActor private func train(_ step: LearningStep) throws {
    try MPISession.runJob(
      failure: { error in
        JobFailure(
          message: visible(oneLine("\(error)")), exitCode: (error as? any ExitingError)?.exitCode ?? 1)
      }
    ) { communicator in
      try step.train(on: communicator) { printToStandardError($0) }
    }
  }
}

extension LearningStep.Kind: ExpressibleByArgument {}

extension LearningOutcome {
  /// For the end of the command.
  fileprivate var text: String {
    switch self {
    case .converged: "the deviation stays below the bound"
    case .generations: "the budget of generations is spent before the deviation stays below the bound"
    case .labels: "the budget of labels is spent before the deviation stays below the bound"
    case .time: "the budget of time is spent before the deviation stays below the bound"
    case .nothingToLabel:
      "the deviation is above the bound, or ions broke, and there is no new frame that is worth a label: see select in the recipe"
    }
  }
}
