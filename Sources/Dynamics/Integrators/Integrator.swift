/// One step of the equations of motion around the evaluation of forces.
///
/// `advance` takes velocities half a step and positions a whole one; then come the forces; `complete` takes
/// velocities the other half.
public protocol Integrator: Sendable {
  /// - Parameter step: counts from the run's start; noise depends on it.
  mutating func advance(_ motion: Motion, timestep_ps: Double, step: Int64)
  mutating func complete(_ motion: Motion, timestep_ps: Double) throws
  /// What the thermostat adds to the conserved quantity, eV: the share of this rank (to be summed).
  func reservoirEnergy(_ motion: Motion) -> Double
  /// All that a continuation must know; `restore` takes the same numbers.
  var state: [Double] { get }
  mutating func restore(_ state: [Double])
  /// The state for a rank when the states come from another number of ranks.
  func redistribute(_ states: [[Double]], isRoot: Bool) -> [Double]
}

extension Integrator {
  /// Most integrators have the same state on every rank.
  public func redistribute(_ states: [[Double]], isRoot: Bool) -> [Double] { states.first ?? [] }
}
