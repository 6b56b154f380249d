/// A thermostat of the particles: acts at both ends of a time step, in its middle, or both.
package protocol Thermostat: Sendable {
  /// Acts for `time_ps` at the beginning and at the end of a step.
  mutating func act(on propagator: AtomPropagator, time_ps: Double)
  /// Acts for `time_ps` in the middle of the drift.
  /// - Parameter step: since the start of the run; noise is a function of it.
  mutating func actInMiddle(on propagator: AtomPropagator, time_ps: Double, step: Int64)
  /// Whether `actInMiddle` does anything.
  var isInMiddle: Bool { get }
  /// Changes the target, for a ramp.
  mutating func setTemperature(_ temperature_K: Double)
  /// Accounts for kinetic energy that was removed from the particles, eV: the same on every rank.
  mutating func count(removed_eV: Double, isRoot: Bool)
  /// The contribution to the conserved quantity, eV: this rank's part, to be summed.
  func reservoirEnergy(_ propagator: AtomPropagator) -> Double
  /// The state that a snapshot keeps; `restore` takes the same numbers.
  var state: [Double] { get }
  mutating func restore(_ state: [Double])
  /// The state of this rank from the states of another number of ranks.
  func redistribute(_ states: [[Double]], isRoot: Bool) -> [Double]
}

extension Thermostat {
  package mutating func act(on propagator: AtomPropagator, time_ps: Double) {}
  package mutating func actInMiddle(on propagator: AtomPropagator, time_ps: Double, step: Int64) {}
  package var isInMiddle: Bool { false }
  package mutating func count(removed_eV: Double, isRoot: Bool) {}
  /// Most thermostats have the same state on every rank.
  package func redistribute(_ states: [[Double]], isRoot: Bool) -> [Double] { states.first ?? [] }
}
