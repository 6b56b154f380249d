import ArgumentParser
import Foundation
import MPI
import Manifest
import Report
import Scheduler
import StudyStore
import Support
import Training
import TrainingReport

struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a machine-learned potential (NEP) on frames with energies, forces and stresses.",
    discussion: """
      MODEL is a recipe in YAML, or GPUMD's nep.in beside train.xyz and test.xyz. The model is written to DIR/nep.txt, with the errors \
      after each epoch (loss.out), the predictions for all frames (energy_train.out, …), training.json and a report, \
      training.html. After an interruption the same command goes on from the last checkpoint. Under mpirun all ranks train together.
      """)

  @Argument(help: ArgumentHelp("Recipe: YAML, or nep.in.", valueName: "model"), completion: .file())
  var model: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Folder for the results.", valueName: "dir"),
    completion: .directory)
  var output: String

  @Option(parsing: .unconditional, help: "MPI ranks of this machine.") var ranks = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("NEP model with whose parameters training starts.", valueName: "file"),
    completion: .file())
  var initial: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The same for a model with more elements, or energies of another reference.", valueName: "file"),
    completion: .file())
  var fineTune: String?

  func validate() throws {
    guard ranks >= 1 else { throw ValidationError("--ranks: found \(ranks), wanted at least 1") }
    guard initial == nil || fineTune == nil else {
      throw ValidationError("--initial or --fine-tune, not both")
    }
  }

  func run() async throws {
    if MPISession.isLaunched(ProcessInfo.processInfo.environment) { return try await train() }
    if ranks == 1 {
      let hold = try hold()
      defer { hold.end() }
      return try await train()
    }
    // What is wrong with the recipe is said once, before there are ranks.
    _ = try request()
    let hold = try hold()
    defer { hold.end() }
    var words = ["train", model, "--output", output]
    if let initial { words += ["--initial", initial] }
    if let fineTune { words += ["--fine-tune", fineTune] }
    let code = try await LocalRanks.run(ranks, words, stop: StopRequest(listening: true)) {
      printToStandardError($0)
    }
    if code != 0 { throw ExitCode(code) }
  }

  private func hold() throws -> StudyHold {
    do { try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true) } catch {
      throw FileError(output, .create)
    }
    return try StudyHold(.runs, of: output, command: "train")
  }

  /// - Throws: ``InputError``.
  private func request() throws -> TrainingRequest {
    var recipe = try TrainingRecipe(contentsOf: model)
    try recipe.findData(beside: model)
    var request = TrainingRequest(recipe, output: output)
    request.initial = initial ?? fineTune
    request.isFineTuning = fineTune != nil
    return request
  }

  /// On the main thread: the threads of the pool do not have the process's niceness.
  /// - Returns: whether this is the rank that writes files.
  @MainActor private func trainOnRanks() throws -> Bool {
    StopSignal.listen()
    let request = try request()
    return try MPISession.runJob(
      failure: { error in
        JobFailure(
          message: visible(oneLine("\(error)")), exitCode: (error as? any ExitingError)?.exitCode ?? 1)
      }
    ) { communicator in
      let run = try TrainingRun(request, communicator: communicator) { event in
        if communicator.isRoot { printToStandardError(event.text) }
      }
      try run.train()
      return communicator.isRoot
    }
  }

  private func train() async throws {
    guard try await trainOnRanks() else { return }
    do {
      printToStandardError("report: \(try await writeTrainingReport(folder: output))")
    } catch let error as ReportError {
      // The training is done, and compute nodes often have no gnuplot.
      guard error.hasPage else { throw RunFailure("\(error)") }
      printToStandardError("\(error)")
    }
  }
}

extension TrainCommand: FileProducing {
  var producesFilesOnly: Bool { true }
}

extension TrainingEvent {
  /// A line for the terminal.
  fileprivate var text: String {
    switch self {
    case .data(let training, let validation, let atoms, let elements, let parameters):
      "\(training) frames to train, \(atoms) atoms, \(validation) to validate; "
        + "\(elements.joined(separator: " ")), \(parameters) parameters"
    case .resumed(let member, let epoch): "model \(member) goes on after epoch \(epoch)"
    case .epoch(let member, let record, let total, let seconds):
      "model \(member), epoch \(record.epoch) of \(total): \(record.errorText), \(String(format: "%.1f", seconds)) s"
        + (record.wentBackTo.map { "; far above epoch \($0): goes on from there with half the learning rate" }
          ?? "")
    case .finished(let member, let model, let errors): "model \(member): \(model): \(errors.errorText)"
    }
  }
}

extension EpochRecord {
  /// R.m.s. errors.
  fileprivate var errorText: String {
    let parts = [("training", training)] + (validation.map { [("validation", $0)] } ?? [])
    return parts.map { name, sums in
      let errors = [
        sums.plainEnergy.root.map { String(format: "%.2f meV/atom", 1000 * $0) },
        sums.plainForce.root.map { String(format: "%.4f eV/Å", $0) },
        sums.plainVirial.root.map { String(format: "virial %.2f meV/atom", 1000 * $0) },
      ]
      return "\(name) \(errors.compactMap { $0 }.joined(separator: ", "))"
    }.joined(separator: "; ")
  }
}
