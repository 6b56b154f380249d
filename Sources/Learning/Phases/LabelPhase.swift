import Foundation
import Labelling
import MPI
import Scheduler
import SinglePoints
import Support

/// Labels the frames of a generation, and deals them to training and to the held-out frames.
struct LabelPhase {
  let recipe: LearningRecipe
  let folder: LearningFolder
  let generation: Generation
  let earlier: [Generation]
  let log: @Sendable (String) -> Void

  private var files: GenerationFolder { folder.generation(generation.number) }
  private var isGiven: Bool { generation.number == 0 && recipe.start.rattle == nil }

  /// Writes `labelled.extxyz`, `train.extxyz` and `test.extxyz`.
  /// - Throws: ``StoppedError`` after a signal; ``RunFailure`` where the engine can't be used; ``InputError``, ``FileError``.
  func run(on communicator: Communicator) async throws -> LabelRecord {
    var record = LabelRecord()
    if !isGiven {
      if generation.selected?.chosen ?? 0 == 0 {
        try AtomicFile.write("", to: files.labelled)
      } else {
        let report = try await label(communicator)
        record.refused = report.refused.count
        record.reasons = report.refused.prefix(Self.mostReasons).map { "\($0.source): \($0.text)" }
      }
    }
    try deal(&record)
    if generation.number > 0, record.labelled > 0, let last = earlier.last(where: { $0.trained != nil }) {
      record.errors = try CommitteeErrors.evaluate(
        folder.generation(last.number).potential, files.labelled, on: communicator)
    }
    return record
  }

  private static let mostReasons = 10
  /// How often frames at which an engine has failed are tried.
  private static let attempts = 3
  /// Between two looks at a queue, s.
  private static let polling_s = 30.0

  private func label(_ communicator: Communicator) async throws -> LabelReport {
    var request = LabelRequest(files: [files.selected], output: files.labelled)
    request.rules = recipe.label.rules
    request.shouldStop = { StopSignal.count > 0 }
    let engine = try recipe.label.engine(on: communicator)
    if let template = engine as? TemplateEngine, let site = recipe.label.site {
      return try await label(request, template, SiteProfile(contentsOf: site.path))
    }
    var attempt = 1
    while true {
      let report = try Labeller(request, engine: engine).run()
      if report.wasStopped { throw stopped }
      if !report.hasFailures || attempt == Self.attempts { return report }
      attempt += 1
    }
  }

  private var stopped: StoppedError {
    StoppedError("stopped while frames are labelled; the same command goes on from here")
  }

  /// By a Slurm array: submits what is missing, and waits.
  private func label(
    _ request: LabelRequest, _ engine: TemplateEngine, _ site: SiteProfile
  ) async throws -> LabelReport {
    let batch = BatchLabelling(
      folder: request.folder, site: site, ranks: recipe.label.ranks ?? site.ranksPerNode ?? 1, log: log)
    var submissions = 0
    while true {
      let labeller = try Labeller(request, engine: engine)
      engine.mode = .prepare(elsewhere: try await batch.underWay(labeller.missing))
      let report = try labeller.run()
      if report.wasStopped { throw stopped }
      if report.underWay == 0 {
        if engine.prepared.isEmpty || submissions == Self.attempts { return report }
        let jobs = try await batch.submit(engine.prepared)
        log("submitted \(engine.prepared.count) frames as \(jobs.map(String.init).joined(separator: ", "))")
        submissions += 1
      }
      let waited = Stopwatch()
      while waited.elapsed_s < Self.polling_s {
        if StopSignal.count > 0 { throw stopped }
        try await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// Deals the labelled frames: of all generations every n-th is held out, where no other frames are.
  private func deal(_ record: inout LabelRecord) throws {
    let before = earlier.reduce(0) { $0 + ($1.labelled?.labelled ?? 0) }
    let sources = isGiven ? recipe.start.frames.map(\.path) : [files.labelled]
    let every = recipe.heldOut.frames == nil ? recipe.heldOut.every : nil
    var (training, test) = ("", "")
    for source in sources {
      try CandidateFile.forEachText(source) { text in
        record.labelled += 1
        if let every, (before + record.labelled) % every == 0 {
          record.heldOut += 1
          test += text
        } else {
          record.training += 1
          training += text
        }
      }
    }
    try AtomicFile.write(training, to: files.training)
    try AtomicFile.write(test, to: files.test)
    guard generation.number == 0, record.training == 0 else { return }
    throw RunFailure(
      (["no frame of the start has a label"] + record.reasons).joined(separator: "\n  "))
  }
}

extension LabelReport {
  /// Whether the engine has failed at frames that it may label when it is asked again.
  fileprivate var hasFailures: Bool {
    refused.contains { if case .failure = $0.reason { true } else { false } }
  }
}
