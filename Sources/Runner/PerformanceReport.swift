import Decomposition
import Dynamics
import Foundation

/// The cost of a series of steps: pace, phases, messages.
struct PerformanceReport {
  /// One quantity a line.
  let lines: [String]

  /// - Parameter seconds: wall-clock time of the steps on this rank. Every rank must call.
  init(_ simulation: Simulation, steps: Int, seconds: Double) throws {
    let communicator = simulation.domain.communicator
    let atoms = simulation.domain.topology.atomCount
    let pace = Double(steps) / seconds
    let phases = try StepPhase.allCases.map { phase in
      // Summed over the ranks; only the shares are reported.
      (phase.name, try communicator.reduced(simulation.forceEvaluator.clock.seconds[phase.rawValue], .sum))
    }.filter { $0.1 > 0 }.sorted { $0.1 > $1.1 }
    let whole = phases.reduce(0) { $0 + $1.1 }
    let traffic = simulation.forceEvaluator.trafficPerStep
    let messages = try communicator.reduced(traffic.halo.messages + traffic.mesh.messages, .max)
    let halo = try communicator.reduced(traffic.halo.bytes, .max)
    let mesh = try communicator.reduced(traffic.mesh.bytes, .max)
    let atomSteps = pace * Double(atoms) / 1e6
    var lines = [
      String(
        format: "%.1f steps/s, %.2f ns/day, %.3f million atom-steps/s", pace,
        pace * simulation.timestep_ps * 86.4, atomSteps)
    ]
    lines.append(
      "of the time: "
        + phases.map { String(format: "%@ %.1f %%", $0.0, 100 * $0.1 / whole) }.joined(separator: ", "))
    lines.append(
      "\(simulation.rebuilds) neighbour lists, \(simulation.forceEvaluator.prunings) prunings, "
        + "\(simulation.dangerousBuilds) steps repeated with new lists")
    if communicator.size > 1 {
      lines.append(
        "the busiest rank sends \(messages) messages a step and joins 1 reduction: "
          + "\(halo) bytes for the halo, \(mesh) for the mesh")
    }
    self.lines = lines
  }
}
