import Foundation

/// The parts of the time of a step, in their order.
package enum StepPhase: Int, CaseIterable, Sendable {
  case other, integration, neighbours, pruning, halo, spread, pairs, molecules, manyBodies, meshExchange,
    fourier,
    gather, reduction, recording

  package var name: String {
    switch self {
    case .other: "other"
    case .integration: "integration"
    case .neighbours: "neighbour lists"
    case .pruning: "pruning"
    case .halo: "halo"
    case .spread: "charge spreading"
    case .pairs: "pairs"
    case .molecules: "bonds and exclusions"
    case .manyBodies: "many-body forces"
    case .meshExchange: "mesh exchange"
    case .fourier: "Fourier transforms"
    case .gather: "mesh forces"
    case .reduction: "reductions"
    case .recording: "recording"
    }
  }
}

/// Adds up the time that this rank spends in each phase; waiting for other ranks counts for the phase that waits.
package final class PhaseClock {
  package private(set) var seconds = [Double](repeating: 0, count: StepPhase.allCases.count)
  private var current = StepPhase.other
  private var since = PhaseClock.now

  package init() {}

  /// Ends the present phase and begins another.
  @inline(__always)
  package func enter(_ phase: StepPhase) {
    let now = Self.now
    seconds[current.rawValue] += now - since
    since = now
    current = phase
  }

  package func reset() {
    enter(current)
    seconds = seconds.map { _ in 0 }
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
