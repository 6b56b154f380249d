/// A Slurm job, or a task of a job array.
package struct SlurmJob: Codable, Hashable, Sendable {
  /// Of the array, or of the single job.
  package var job: Int
  /// The task's index in its array; nil for a single job.
  package var task: Int?
  /// How often Slurm has restarted it.
  package var restart: Int

  /// - Throws: ``RecordFault`` for numbers that Slurm has not given.
  func check(_ key: String) throws(RecordFault) {
    for (name, value) in [("job", job), ("task", task ?? 0), ("restart", restart)]
    where !(0...Int(UInt32.max)).contains(value) {
      throw RecordFault(key: "\(key).\(name)", found: "\(value)", wanted: "0 to \(UInt32.max)")
    }
  }

  /// As Slurm's commands take it: `123_4`, `123`.
  package var name: String { task.map { "\(job)_\($0)" } ?? "\(job)" }

  package init(job: Int, task: Int?, restart: Int = 0) {
    self.job = job
    self.task = task
    self.restart = restart
  }

  /// The job that this process is part of; nil outside of a batch system.
  package init?(environment: [String: String]) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    // Scripts for other batch systems set it.
    if let job = number("PADDLEWHEEL_JOB") {
      self.init(job: job, task: number("PADDLEWHEEL_TASK"))
      return
    }
    guard let job = number("SLURM_ARRAY_JOB_ID") ?? number("SLURM_JOB_ID") else { return nil }
    self.init(job: job, task: number("SLURM_ARRAY_TASK_ID"), restart: number("SLURM_RESTART_COUNT") ?? 0)
  }

  /// Whether it is the same job or array task, restarted or not.
  package func isSame(as other: SlurmJob?) -> Bool { other?.job == job && other?.task == task }
}
