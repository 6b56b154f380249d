/// A job of Slurm's, or an element of an array.
package struct SlurmJob: Codable, Hashable, Sendable {
  /// Of the array, or of the job where it is none.
  package var job: Int
  /// The element's index in its array.
  package var task: Int?
  /// How often Slurm has started it again.
  package var restart: Int

  /// As Slurm's commands take it: `123_4`, `123`.
  package var name: String { task.map { "\(job)_\($0)" } ?? "\(job)" }

  package init(job: Int, task: Int?, restart: Int = 0) {
    self.job = job
    self.task = task
    self.restart = restart
  }

  /// The job that this process is part of; nil outside of Slurm.
  package init?(environment: [String: String]) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    guard let job = number("SLURM_ARRAY_JOB_ID") ?? number("SLURM_JOB_ID") else { return nil }
    self.init(job: job, task: number("SLURM_ARRAY_TASK_ID"), restart: number("SLURM_RESTART_COUNT") ?? 0)
  }

  /// Whether it is the same element, started again or not.
  package func isSame(as other: SlurmJob?) -> Bool { other?.job == job && other?.task == task }
}
