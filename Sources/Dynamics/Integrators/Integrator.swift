import Forces
import Mathematics

/// One step of the equations of motion around the evaluation of forces: a thermostat, a barostat and short
/// steps for the bonds, each there or not, in one symmetric splitting.
///
/// `advance` takes velocities half a step and positions a whole one; then come the forces; `complete` takes
/// velocities the other half, everything in the opposite order: Martyna et al., Mol. Phys. 87, 1117 (1996).
package struct Integrator: Sendable {
  package var thermostat: (any Thermostat)?
  package var barostat: Barostat?
  /// Short steps that the bonded terms take in one time step, 1 or more: r-RESPA, Tuckerman, Berne and
  /// Martyna, J. Chem. Phys. 97, 1990 (1992).
  package let substeps: Int

  /// Without arguments: velocity Verlet at constant number, volume and energy.
  package init(_ thermostat: (any Thermostat)? = nil, barostat: Barostat? = nil, substeps: Int = 1) {
    self.thermostat = thermostat
    self.barostat = barostat
    self.substeps = max(substeps, 1)
  }

  /// The forces at the start of the step are in the atoms' arrays: all, or with short steps those that the
  /// bonds have no part in, and `virial` is that of the molecules' centres.
  mutating func advance(
    _ motion: AtomPropagator, _ interactions: ForceEvaluator, virial: Tensor3, timestep_ps: Double,
    step: Int64
  ) {
    thermostat?.act(on: motion, time_ps: timestep_ps / 2)
    barostat?.act(time_ps: timestep_ps / 2)
    barostat?.kick(motion, virial: virial, time_ps: timestep_ps / 2)
    push(motion, timestep_ps)
    if substeps == 1 {
      moveThroughMiddle(motion, timestep_ps, timestep_ps: timestep_ps, step: step)
      return
    }
    let short = timestep_ps / Double(substeps)
    for k in 0..<substeps {
      if 2 * k == substeps { bathInMiddle(motion, timestep_ps, step: step) }
      motion.kick(short / 2, forces: interactions.bondedForces)
      if substeps % 2 == 1, k == substeps / 2 {
        moveThroughMiddle(motion, short, timestep_ps: timestep_ps, step: step)
      } else {
        motion.drift(short, strainRate: barostat?.strainRate)
      }
      interactions.updateBondedForces()
      motion.kick(short / 2, forces: interactions.bondedForces)
    }
  }

  /// After `push` has taken velocities the other half and `AtomPropagator.settle` has measured them.
  mutating func complete(_ motion: AtomPropagator, removed_eV: Double, virial: Tensor3, timestep_ps: Double) {
    thermostat?.count(removed_eV: removed_eV, isRoot: motion.domain.communicator.isRoot)
    barostat?.kick(motion, virial: virial, time_ps: timestep_ps / 2)
    barostat?.act(time_ps: timestep_ps / 2)
    thermostat?.act(on: motion, time_ps: timestep_ps / 2)
  }

  /// Half a step of velocities; of a negative step, the one that was taken before, undone.
  func push(_ motion: AtomPropagator, _ timestep_ps: Double) {
    let flow = barostat?.damping(motion, time_ps: timestep_ps / 4)
    if let flow { motion.transformCentres(flow) }
    motion.kick(timestep_ps / 2, forces: motion.domain.atoms.force)
    if let flow { motion.transformCentres(flow) }
  }

  /// Positions for `time_ps`, with the whole step's noise in between.
  private mutating func moveThroughMiddle(
    _ motion: AtomPropagator, _ time_ps: Double, timestep_ps: Double, step: Int64
  ) {
    guard hasMiddle else { return motion.drift(time_ps, strainRate: barostat?.strainRate) }
    motion.drift(time_ps / 2, strainRate: barostat?.strainRate)
    bathInMiddle(motion, timestep_ps, step: step)
    motion.drift(time_ps / 2, strainRate: barostat?.strainRate)
  }

  private var hasMiddle: Bool { thermostat?.isInMiddle == true || barostat?.isInMiddle == true }

  private mutating func bathInMiddle(_ motion: AtomPropagator, _ timestep_ps: Double, step: Int64) {
    thermostat?.actInMiddle(on: motion, time_ps: timestep_ps, step: step)
    barostat?.actInMiddle(cell: motion.domain.cell, time_ps: timestep_ps, step: step)
  }

  /// What thermostat and barostat add to the conserved quantity, eV: the share of this rank (to be summed).
  func reservoirEnergy(_ motion: AtomPropagator) -> Double {
    (thermostat?.reservoirEnergy(motion) ?? 0) + (barostat?.reservoirEnergy(motion) ?? 0)
  }

  /// All that a continuation must know; `restore` takes the same numbers.
  var state: [Double] { (barostat?.state ?? []) + (thermostat?.state ?? []) }

  private var barostatCount: Int { barostat == nil ? 0 : Barostat.stateCount }

  mutating func restore(_ state: [Double]) {
    let split = barostatCount
    barostat?.restore(Array(state.prefix(split)))
    thermostat?.restore(Array(state.dropFirst(split)))
  }

  /// The state for a rank when the states come from another number of ranks.
  func redistribute(_ states: [[Double]], isRoot: Bool) -> [Double] {
    let share = thermostat?.redistribute(
      states.map { Array($0.dropFirst(barostatCount)) }, isRoot: isRoot)
    return Array((states.first ?? []).prefix(barostatCount)) + (share ?? [])
  }
}
