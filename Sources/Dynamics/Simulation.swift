import Crystal
import Decomposition
import MPI
import Potentials

/// What is measured at a step: the whole cell, the same on every rank.
public struct Observables: Sendable {
  public var potentialEnergy_eV = 0.0
  public var kineticEnergy_eV = 0.0
  public var conservedEnergy_eV = 0.0
  public var temperature_K = 0.0
  /// Compression positive, by rows.
  public var pressure_GPa = Virial()
  public var volume_A3 = 0.0
}

/// The step loop: one system, its forces and its integrator, over all ranks.
public final class Simulation {
  public let interactions: Interactions
  public let motion: Motion
  public var integrator: any Integrator
  public let timestep_ps: Double
  /// Steps since the velocities were drawn; noise is a function of it.
  public internal(set) var step: Int64 = 0
  /// How often the neighbour lists have been built since the start of this process.
  public internal(set) var rebuilds = 0
  private var lastForces = ForceResult()
  private var hasForces = false

  public var domain: Domain { interactions.domain }

  public init(
    structure: Structure, topology: Topology, settings: ForceSettings, integrator: any Integrator,
    timestep_ps: Double, communicator: Communicator
  ) throws {
    interactions = try Interactions(
      structure: structure, topology: topology, settings: settings, communicator: communicator)
    motion = Motion(domain: interactions.domain)
    self.integrator = integrator
    self.timestep_ps = timestep_ps
    try interactions.rebuild()
  }

  /// Maxwell velocities at a temperature, and the forces of the first step.
  public func start(temperature_K: Double, seed: UInt64) throws {
    try motion.draw(temperature_K: temperature_K, seed: seed)
    try computeForces(wantsEnergy: true)
  }

  /// Takes one time step.
  /// - Parameter wantsObservables: whether `observables()` may be called after it.
  public func advance(wantsObservables: Bool) throws {
    step += 1
    integrator.advance(motion, timestep_ps: timestep_ps, step: step)
    if try interactions.follow() { rebuilds += 1 }
    try computeForces(wantsEnergy: wantsObservables)
    try integrator.complete(motion, timestep_ps: timestep_ps)
  }

  func computeForces(wantsEnergy: Bool) throws {
    lastForces = try interactions.evaluate(wantsEnergy: wantsEnergy)
    hasForces = wantsEnergy
  }

  /// Energies and pressure at this step; evaluates them if the step did not.
  public func observables() throws -> Observables {
    if !hasForces { try computeForces(wantsEnergy: true) }
    var result = Observables()
    result.potentialEnergy_eV = lastForces.potential
    result.kineticEnergy_eV = motion.kineticEnergy
    let reservoir = try domain.communicator.reduced(integrator.reservoirEnergy(motion), .sum)
    result.conservedEnergy_eV = lastForces.potential + motion.kineticEnergy + reservoir
    result.temperature_K = motion.temperature_K
    result.volume_A3 = domain.cell.volume
    let kinetic = try motion.kineticTensor()
    let scale = Constants.gigapascal / domain.cell.volume
    result.pressure_GPa.x = (kinetic.x + lastForces.virial.x) * scale
    result.pressure_GPa.y = (kinetic.y + lastForces.virial.y) * scale
    result.pressure_GPa.z = (kinetic.z + lastForces.virial.z) * scale
    return result
  }

  /// Energies and virial of the last evaluation that was asked for them.
  public var forces: ForceResult { lastForces }
}
