/// What keeps the temperature of the particles: acts at the ends of a time step, in its middle, or both.
package protocol Thermostat: Sendable {
  /// Acts for `time_ps` at the beginning and at the end of a step.
  mutating func act(on motion: AtomPropagator, time_ps: Double)
  /// Acts for `time_ps` in the middle of the motion of the positions.
  /// - Parameter step: counts from the run's start; noise depends on it.
  mutating func actInMiddle(on motion: AtomPropagator, time_ps: Double, step: Int64)
  /// Whether `actInMiddle` does anything.
  var isInMiddle: Bool { get }
  /// Energy that left the particles otherwise than to the thermostat, eV: the same on every rank.
  mutating func count(removed_eV: Double, isRoot: Bool)
  /// What the thermostat adds to the conserved quantity, eV: the share of this rank (to be summed).
  func reservoirEnergy(_ motion: AtomPropagator) -> Double
  /// All that a continuation must know; `restore` takes the same numbers.
  var state: [Double] { get }
  mutating func restore(_ state: [Double])
  /// The state for a rank when the states come from another number of ranks.
  func redistribute(_ states: [[Double]], isRoot: Bool) -> [Double]
}

extension Thermostat {
  package mutating func act(on motion: AtomPropagator, time_ps: Double) {}
  package mutating func actInMiddle(on motion: AtomPropagator, time_ps: Double, step: Int64) {}
  package var isInMiddle: Bool { false }
  package mutating func count(removed_eV: Double, isRoot: Bool) {}
  /// Most thermostats have the same state on every rank.
  package func redistribute(_ states: [[Double]], isRoot: Bool) -> [Double] { states.first ?? [] }
}
