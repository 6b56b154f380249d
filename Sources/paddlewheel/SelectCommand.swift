import ArgumentParser
import Forces
import MPI
import Manifest
import Model
import NEP
import Selection
import SinglePoints
import Support
import TrajectoryImport

struct SelectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "select",
    abstract: "Choose frames that cover descriptor space, to be labelled for training a potential.",
    discussion: """
      CANDIDATES are extXYZ files (a run's candidates.extxyz, for instance), directories of studies or of runs, and trajectories \
      of other programs. The chosen frames keep their entries, with source and source_frame. Without candidates, \
      --active-set writes the active set of a NEP model whose training set is --labelled.
      """)

  @Argument(
    help: ArgumentHelp("Files and directories with frames.", valueName: "candidates"), completion: .file())
  var candidates: [String] = []

  @Option(parsing: .unconditional, help: ArgumentHelp("Frames to choose.", valueName: "N"))
  var count: Int?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("extXYZ file for the chosen frames.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "NEP model, or a potential.yaml that names one, whose descriptors are used; by default generic ones.",
      valueName: "file"), completion: .file())
  var potential: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Frames that exist already: what they cover is not chosen again. May be given several times.",
      valueName: "file"), completion: .file())
  var labelled: [String] = []

  @Option(
    parsing: .unconditional,
    help:
      "direct: clusters of the principal components, and the frame next to the centre of each; maxvol: frames of the largest volume."
  )
  var method = SelectedFrames.Method.direct

  @Option(parsing: .unconditional, help: ArgumentHelp("Use every N-th candidate.", valueName: "N"))
  var every = 1

  @OptionGroup var frames: FrameOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "File for the active set (.asi) of the model --potential, whose training set is --labelled.",
      valueName: "file"), completion: .file())
  var activeSet: String?

  @Option(
    parsing: .unconditional, help: "How FILE.asi writes the inverse: rows, as GPUMD reads it, or columns.")
  var activeSetOrder = ActiveSetOrder.rows

  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard every > 0 else { throw ValidationError("--every must be 1 or more") }
    if candidates.isEmpty {
      guard activeSet != nil else { throw ValidationError("wanted candidates, or --active-set") }
      guard count == nil, output == nil else {
        throw ValidationError("--count and --output are for candidates, and there are none")
      }
    } else {
      guard let count, count > 0 else { throw ValidationError("wanted --count N, 1 or more") }
      guard output != nil else { throw ValidationError("wanted --output, a file for the chosen frames") }
    }
    if activeSet != nil {
      guard potential != nil else { throw ValidationError("--active-set needs --potential, a NEP model") }
      guard !labelled.isEmpty else {
        throw ValidationError("--active-set needs --labelled, the training set")
      }
    }
  }

  func run() throws {
    let report = try MPISession.run { try results(on: $0) }
    if json { try printJSON(report) } else { print(report.text) }
    if let warning = report.warning { printToStandardError("warning: \(warning)") }
  }

  private func results(on communicator: Communicator) throws -> SelectionReport {
    let inputs = (candidates + labelled).flatMap { $0.split(separator: "+").map(String.init) + [$0] }
    for (path, key) in [(output, "--output"), (activeSet, "--active-set")] {
      guard let path else { continue }
      try OutputFile.refuse([path], replacing: inputs + [potential].compactMap(\.self), key: key)
    }
    let models = try potential.map { try Self.models($0) }
    let spool = SpooledInputs()
    let known = try frameInputs(labelled, spool: spool)
    let selection = try select(models?.first, known, spool, communicator)
    if let output { try selection?.write(to: output) }
    let hull = try activeSet.map { try writeActiveSet($0, models ?? [], known, communicator) }
    return SelectionReport(selection, hull, wanted: count)
  }

  /// - Throws: ``InputError`` for a potential that is no NEP model.
  private static func models(_ text: String) throws -> [NEPModel] {
    guard case .nep(let models, _) = try LoadedPotential(PotentialSpecification(argument: text)),
      !models.isEmpty
    else {
      throw InputError(
        key: "--potential", found: "'\(text)', which has no descriptors", wanted: "a NEP model")
    }
    return models
  }

  private func select(
    _ model: NEPModel?, _ known: [FrameInput], _ spool: SpooledInputs, _ communicator: Communicator
  ) throws -> SelectedFrames? {
    guard let count, !candidates.isEmpty else { return nil }
    let request = SelectedFrames.Request(
      candidates: try frameInputs(candidates, every: every, hints: frames.hints(), spool: spool),
      labelled: known, count: count, method: method, basis: model.map { .model($0) } ?? .generic)
    let counter = FrameCounter("select")
    defer { counter.end() }
    return try SelectedFrames(request, on: communicator, progress: counter.show)
  }

  private func writeActiveSet(
    _ path: String, _ models: [NEPModel], _ known: [FrameInput], _ communicator: Communicator
  ) throws -> TrainedHull {
    guard models.count == 1, let model = models.first else {
      throw InputError(
        key: "--active-set", found: "\(models.count) models", wanted: "the single NEP model of the active set"
      )
    }
    let counter = FrameCounter("active set")
    defer { counter.end() }
    let hull = try TrainedHull(model, training: known, on: communicator, progress: counter.show)
    try hull.set.write(to: path, order: activeSetOrder)
    return hull
  }
}

extension SelectedFrames.Method: ExpressibleByArgument {}
