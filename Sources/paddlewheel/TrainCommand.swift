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
      training.html. After an interruption the same command goes on from the last checkpoint. Under mpirun all ranks train together. With \
      --site it is a job of Slurm, which requeues itself at its time limit.
      """)

  @Argument(help: ArgumentHelp("Recipe: YAML, or nep.in.", valueName: "model"), completion: .file())
  var model: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Folder for the results.", valueName: "dir"),
    completion: .directory)
  var output: String

  @Option(
    parsing: .unconditional,
    help: "MPI ranks, of this machine or of the job; by default 1, with --site those of a node.")
  var ranks: Int?

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

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Submit to Slurm, by this site profile.", valueName: "cluster/SITE.yaml"),
    completion: .file(extensions: ["yaml", "yml"]))
  var site: String?

  @Flag(help: "With --site: print the script; submit nothing.") var dryRun = false

  @Flag(help: "With --site: skip the confirmation.") var yes = false

  func validate() throws {
    if let ranks, ranks < 1 { throw ValidationError("--ranks: found \(ranks), wanted at least 1") }
    guard site != nil || !(dryRun || yes) else {
      throw ValidationError("--dry-run and --yes belong to --site")
    }
    guard initial == nil || fineTune == nil else {
      throw ValidationError("--initial or --fine-tune, not both")
    }
  }

  func run() async throws {
    if let site { return try await submit(SiteProfile(contentsOf: site)) }
    if MPISession.isLaunched(ProcessInfo.processInfo.environment) { return try await train() }
    let ranks = ranks ?? 1
    if ranks == 1 {
      let hold = try hold()
      defer { hold.end() }
      return try await train()
    }
    // What is wrong with the recipe is said once, before there are ranks.
    _ = try request()
    let hold = try hold()
    defer { hold.end() }
    let words = words { $0 } + ["--output", output]
    let code = try await LocalRanks.run(ranks, words, stop: StopRequest(listening: true)) {
      printToStandardError($0)
    }
    if code != 0 { throw ExitCode(code) }
  }

  /// The words that rank are started with, but for the folder.
  private func words(_ path: (String) -> String) -> [String] {
    var words = ["train", path(model)]
    if let initial { words += ["--initial", path(initial)] }
    if let fineTune { words += ["--fine-tune", path(fineTune)] }
    return words
  }

  /// Submits the training as a job of Slurm.
  private func submit(_ site: SiteProfile) async throws {
    let request = try request()
    let here = FileManager.default.currentDirectoryPath
    let folder = absolutePath(output, from: here)
    let job = TrainingJob(
      folder: folder, site: site, ranks: ranks ?? site.ranksPerNode ?? 1,
      words: words { absolutePath($0, from: here) },
      checkpoints: request.folders.map { absolutePath($0.checkpoint, from: here) })
    if dryRun { return print(try job.preview(), terminator: "") }
    if yes == false { try confirmation("Submit?") }
    let hold = try hold()
    defer { hold.end() }
    guard let number = try await job.submit() else {
      return print("nothing to submit: a job of this training waits or runs")
    }
    print("submitted as job \(number); its output: \(folder)/submissions")
  }

  private func hold() throws -> StudyHold {
    try OwnFolder.makeNamed(output)
    return try StudyHold(.runs, of: output, command: "train")
  }

  /// - Throws: ``InputError``.
  private func request() throws -> TrainingRequest {
    var recipe = try TrainingRecipe(contentsOf: model)
    try recipe.findData(beside: model)
    var request = TrainingRequest(recipe, output: output)
    request.initial = initial ?? fineTune
    request.isFineTuning = fineTune != nil
    try request.checkFiles()
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
      if communicator.isRoot, !request.recipe.unusedKeys.isEmpty {
        printToStandardError(
          "warning: \(model): without effect here: \(request.recipe.unusedKeys.joined(separator: ", "))")
      }
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
  var producesFilesOnly: Bool { !dryRun }
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
