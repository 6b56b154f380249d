/// Velocity Verlet: constant number, volume and energy.
public struct ConstantEnergy: Integrator {
  public init() {}

  public mutating func advance(_ motion: Motion, timestep_ps: Double, step: Int64) {
    motion.kick(timestep_ps / 2)
    motion.drift(timestep_ps)
  }

  public mutating func complete(_ motion: Motion, timestep_ps: Double) throws {
    motion.kick(timestep_ps / 2)
    try motion.settle()
  }

  public func reservoirEnergy(_ motion: Motion) -> Double { 0 }
  public var state: [Double] { [] }
  public mutating func restore(_ state: [Double]) {}
}
