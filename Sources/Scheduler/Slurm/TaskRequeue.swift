import SlurmCommands
import StudyStore

/// Puts a task of a job array back into Slurm's queue, from within the task.
struct TaskRequeue {
  let job: SlurmJob
  let site: SiteProfile
  let slurm: Slurm
  let log: @Sendable (String) -> Void

  /// Nodes to exclude, unless that is most of the partition, whose size Slurm has to tell: where every node fails, the
  /// cause is another.
  func allowedToAvoid(_ failed: Set<String>) async -> [String] {
    let nodes = failed.subtracting(site.exclude)
    let count = await slurm.nodeCount(partition: site.partition) ?? 0
    return (nodes.count + site.exclude.count) * 2 <= count ? nodes.sorted() : []
  }

  /// Requeues this task and no other.
  /// - Returns: nil where Slurm did not accept it.
  func requeue(delay_s: Double, avoiding nodes: [String]) async -> ArrayTask.End? {
    await slurm.restart(job, delay_s: delay_s, avoiding: nodes, besides: site.exclude)
      ? .stopped("requeued") : nil
  }
}
