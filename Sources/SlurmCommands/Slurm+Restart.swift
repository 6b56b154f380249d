import Foundation
import StudyStore

extension Slurm {
  /// Requeues the job of this process and no other. Slurm ends this process soon after; until then the start time and the
  /// excluded nodes of the pending job can be set.
  /// - Parameters:
  ///   - delay_s: before it may start.
  ///   - nodes: that it is kept from, besides those of its site.
  /// - Returns: false where Slurm did not accept it.
  package func restart(
    _ job: SlurmJob, delay_s: Double = 0, avoiding nodes: [String] = [], besides site: [String] = []
  ) async -> Bool {
    do {
      try await requeue(job)
    } catch {
      log("can't be requeued (\(error)); the next submission resumes it")
      return false
    }
    let avoid = nodes.isEmpty ? "" : ", excluding \(nodes.joined(separator: ", "))"
    log("requeued\(delay_s > 0 ? " in \(Int(delay_s)) s" : "")\(avoid)")
    var settings: [String] = []
    if delay_s > 0 { settings.append("StartTime=now+\(Int(delay_s))") }
    if !nodes.isEmpty { settings.append("ExcNodeList=\((site + nodes).joined(separator: ","))") }
    if !settings.isEmpty {
      do { try await update(job, settings) } catch { log("\(error)") }
    }
    // Ended by Slurm's signal, or after a minute.
    try? await Task.sleep(for: .seconds(60))
    return true
  }
}
