import SlurmCommands
import StudyStore

/// The output of `status --json`.
package struct StudyStatus: Codable, Equatable, Sendable {
  package struct Run: Codable, Equatable, Sendable {
    package var index: Int
    package var directory: String
    package var point: [String: String]
    package var state: RunState.Phase
    package var stage: RunStage?
    package var step: Int
    package var steps: Int
    package var time_ps: Double
    package var ns_per_day: Double?
    package var stepsPerSecond: Double?
    package var timeLeft_s: Double?
    package var temperature_K: Double?
    package var attempts: Int
    package var message: String?
    /// Its Slurm job, and the job's state.
    package var job: String?
    package var jobState: String?

    enum CodingKeys: String, CodingKey {
      case index, directory, point, state, stage, step, steps, time_ps, ns_per_day, temperature_K, attempts
      case message, job
      case jobState = "job_state"
      case stepsPerSecond = "steps_per_second"
      case timeLeft_s = "time_left_s"
    }

    /// Writes every key; what is not known is null.
    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(index, forKey: .index)
      try container.encode(directory, forKey: .directory)
      try container.encode(point, forKey: .point)
      try container.encode(state, forKey: .state)
      try container.encode(stage, forKey: .stage)
      try container.encode(step, forKey: .step)
      try container.encode(steps, forKey: .steps)
      try container.encode(time_ps, forKey: .time_ps)
      try container.encode(ns_per_day, forKey: .ns_per_day)
      try container.encode(stepsPerSecond, forKey: .stepsPerSecond)
      try container.encode(timeLeft_s, forKey: .timeLeft_s)
      try container.encode(temperature_K, forKey: .temperature_K)
      try container.encode(attempts, forKey: .attempts)
      try container.encode(message, forKey: .message)
      try container.encode(job, forKey: .job)
      try container.encode(jobState, forKey: .jobState)
    }
  }

  /// A command that starts runs of the study.
  package struct Worker: Codable, Equatable, Sendable {
    package var command: String
    package var host: String
    package var pid: Int
    /// Whether its process can be seen from here.
    package var isSeen: Bool

    enum CodingKeys: String, CodingKey {
      case command, host, pid
      case isSeen = "seen"
    }
  }

  package var study: String
  package var runs: [Run]
  package var atWork: [Worker]
  /// How busy packs have kept their cores, by submission.
  package var packs: [PackEfficiency]
  /// Why Slurm did not answer; nil where it did, or nothing was submitted to it.
  package var slurmProblem: String?

  enum CodingKeys: String, CodingKey {
    case study, runs, packs
    case atWork = "at_work"
    case slurmProblem = "slurm_problem"
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(study, forKey: .study)
    try container.encode(runs, forKey: .runs)
    try container.encode(atWork, forKey: .atWork)
    try container.encode(packs, forKey: .packs)
    try container.encode(slurmProblem, forKey: .slurmProblem)
  }

  /// Reads the state of every run, and queries Slurm for those that were submitted to it.
  /// - Throws: ``RunFailure`` where a submission can't be read.
  package init(_ directory: StudyDirectory) async throws {
    // A status must come soon, and can do without Slurm.
    let slurm = Slurm(timeout_s: 15)
    self.init(directory, queue: try await QueueSnapshot(directory, slurm: slurm))
  }

  init(_ directory: StudyDirectory, queue: QueueSnapshot) {
    slurmProblem = queue.problem
    study = directory.manifest.study
    packs = directory.packEfficiencies()
    let local = LocalQueue(directory)
    atWork = local.workers.map {
      Worker(command: $0.command, host: $0.host, pid: $0.pid, isSeen: $0.isSeen)
    }
    runs = zip(directory.runs, directory.states()).map { run, read in
      let state = local.corrected(queue.corrected(read, run: run.index), run: run.index)
      let queued = queue[run.index]
      return Run(
        index: run.index, directory: run.directoryName,
        point: Dictionary(run.point.map { ($0.axis, $0.value) }) { first, _ in first },
        state: state.state, stage: state.stage, step: state.step, steps: state.steps, time_ps: state.time_ps,
        ns_per_day: state.ns_per_day, stepsPerSecond: state.stepsPerSecond,
        timeLeft_s: state.state == .running ? state.timeLeft_s : nil, temperature_K: state.temperature_K,
        attempts: state.attempt, message: state.message,
        job: queued?.job?.name ?? state.job, jobState: queued?.entry?.state)
    }
  }
}
