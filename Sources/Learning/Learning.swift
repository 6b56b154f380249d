import Foundation
import Manifest
import Runner
import Scheduler
import StudyStore
import Support
import Training

/// What a loop tells while it goes on.
package enum LearningEvent: Sendable {
  case began(Generation)
  case phase(Generation.Phase, generation: Int)
  /// Of a run of an exploration.
  case run(RunEvent, StudyDirectory)
  /// For the user, from a step.
  case line(String)
  case ended(Generation.Phase, Generation)
}

/// The loop: explore with a committee, select frames, label them, train the next committee.
///
/// Everything that it knows is on disk, and what it does next follows from that (``LearningDecision``).
package struct Learning: Sendable {
  package let recipe: LearningRecipe
  package let folder: LearningFolder
  let file: String
  let ranks: Int
  let stop: StopRequest
  let observer: @Sendable (LearningEvent) -> Void

  /// Reads the recipe and everything that it names, and takes the folder.
  /// - Parameters:
  ///   - ranks: of trainings, and of all runs that go on at the same time.
  ///   - stop: asks for the end after checkpoints.
  /// - Throws: ``InputError``, also for a folder of another loop; ``FileError``.
  package init(
    file: String, output: String, ranks: Int, stop: StopRequest,
    observer: @escaping @Sendable (LearningEvent) -> Void = { _ in }
  ) throws {
    self.file = file
    self.ranks = ranks
    self.stop = stop
    self.observer = observer
    recipe = try LearningRecipe(contentsOf: file)
    folder = LearningFolder(output)
    // Every rung is looked at before anything is computed.
    let plans = try recipe.rungs.indices.map { try recipe.bareStudy(rung: $0) }
    try recipe.checkFrames(systems: try recipe.systems().map(\.structure.elements))
    if let site = recipe.label.site { _ = try SiteProfile(contentsOf: site.path) }
    guard let plan = plans.first else { throw InputError("a recipe without a study") }
    try LearningRecord.claim(folder, recipe, input: try recipe.digest(plan))
  }

  /// Goes on until the loop ends.
  /// - Throws: ``StoppedError`` on request; ``RunFailure`` or ``StepFailure`` where a part fails; ``IncompleteError`` where
  ///   another command is at work on the loop.
  package func run() async throws -> LearningOutcome {
    let hold = try StudyHold(.runs, of: folder.path, command: "learn")
    defer { hold.end() }
    let clock = try LearningClock(folder)
    do {
      let outcome = try await loop(clock)
      try clock.end(outcome)
      return outcome
    } catch {
      try clock.end(nil)
      throw error
    }
  }

  private func loop(_ clock: LearningClock) async throws -> LearningOutcome {
    let decision = LearningDecision(recipe)
    while true {
      let done = try folder.generations()
      let action = decision.next(done, spent_s: clock.spent_s)
      var outcome: LearningOutcome?
      if case .finish(let reason) = action { outcome = reason }
      try TrainedPotential(recipe, folder, done, outcome).publish()
      switch action {
      case .begin(let number, let rung):
        let generation = Generation(number: number, rung: rung)
        try OwnFolder.make(folder.generation(number).path, in: folder.path)
        try generation.write(to: folder.generation(number))
        observer(.began(generation))
      case .phase(let phase):
        guard let last = done.last else { continue }
        guard stop.count == 0 else { throw StoppedError("stopped; the same command goes on from here") }
        try await perform(phase, last, done.dropLast(), clock)
      case .finish(let outcome): return outcome
      }
    }
  }

  private func perform(
    _ phase: Generation.Phase, _ generation: Generation, _ earlier: [Generation], _ clock: LearningClock
  ) async throws {
    try clock.begin(phase, of: generation.number)
    observer(.phase(phase, generation: generation.number))
    let files = folder.generation(generation.number)
    switch phase {
    case .explore:
      var found = generation
      found.explored = try await explore(generation, earlier)
      try found.write(to: files)
    case .select: try await step(.select, 1)
    case .label: try await step(.label, 1)
    case .train:
      try await step(.train, ranks)
      try await step(.assess, 1)
    }
    guard var after = try Generation.load(files), after.next != phase else {
      throw RunFailure("\(phase.rawValue) of generation \(generation.number) has left no record")
    }
    after.seconds[phase] = try clock.endPhase()
    try after.write(to: files)
    observer(.ended(phase, after))
  }

  // MARK: steps

  private func step(_ kind: LearningStep.Kind, _ ranks: Int) async throws {
    let own = ProcessIdentity.current
    var words = ["learn-step", kind.rawValue, file, "--output", folder.path]
    if let origin = own.origin { words += ["--driver", "\(own.pid):\(origin.start)"] }
    let code = try await LocalRanks.run(ranks, words, isComputing: kind != .label, stop: stop) {
      observer(.line($0))
    }
    if stop.count > 0, code != 0 { throw StoppedError("stopped; the same command goes on from here") }
    guard code == 0 else { throw StepFailure(kind: kind, exitCode: code) }
  }

  // MARK: exploration

  private func explore(_ generation: Generation, _ earlier: [Generation]) async throws -> Exploration {
    guard let trained = earlier.last(where: { $0.trained != nil }) else {
      throw RunFailure("there is no committee to explore with")
    }
    let committee = folder.generation(trained.number).committee
    let models = (1...recipe.train.recipe.committee).map {
      "\(committee.path)/\(TrainingFolder.copyName($0))"
    }
    let plan = try recipe.study(rung: generation.rung, generation: generation.number, models: models)
    let study = try StudyDirectory(
      creating: folder.generation(generation.number).study, plan: plan, command: "learn")
    while true {
      let left = study.runs.indices.filter { ExplorationReader.end(study.state(of: $0)) == nil }
      if left.isEmpty { break }
      try await run(left, of: study)
    }
    return try ExplorationReader(study: study, bound_eV_A: recipe.until.deviation_eV_A).read()
  }

  /// Several runs at the same time, among which the ranks are dealt.
  private func run(_ indices: [Int], of study: StudyDirectory) async throws {
    let jobs = min(recipe.explore.atOnce, ranks, indices.count)
    let each = max(1, ranks / jobs)
    let schedule = RunSchedule(
      order: indices, ranks: Dictionary(uniqueKeysWithValues: indices.map { ($0, each) }), jobs: .atMost(jobs)
    )
    let summary = try await StudyRunner(
      study: study, launcher: MPILauncher.local, schedule: schedule, stop: stop
    ) { observer(.run($0, study)) }.run()
    if stop.count > 0 { throw StoppedError("stopped; the same command goes on from here") }
    for (index, outcome) in summary.failed.sorted(by: { $0.key < $1.key }) {
      guard ExplorationReader.end(study.state(of: index)) == nil, case .failed(_, let message) = outcome
      else { continue }
      throw RunFailure(
        "\(study.runs[index].directoryName) failed: \(message)\nthe same command goes on from here")
    }
    // The ranks of a killed command may still be at work.
    if !summary.held.isEmpty { try await Task.sleep(for: .seconds(2)) }
  }
}

/// A step has ended with an error, which it has printed.
package struct StepFailure: ExitingError {
  package let kind: LearningStep.Kind
  package let exitCode: Int32

  package var description: String {
    switch kind {
    case .select: "frames were not selected"
    case .label: "frames were not labelled"
    case .train: "the training has failed"
    case .assess: "the errors were not computed"
    }
  }
}
