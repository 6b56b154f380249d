import Forces
import Mathematics

/// The equations of motion around the evaluation of forces: a thermostat, a barostat and short steps for a reference
/// force and for bonds, each present or not, in one symmetric splitting (Martyna et al., Mol. Phys. 87, 1117 (1996)).
///
/// A step is `beginStep`, `halfKick`, `drift`, the forces, `halfKick`, `finishStep`; see `Simulation.advance`.
package struct Integrator: Sendable {
  package var thermostat: (any Thermostat)?
  package var barostat: Barostat?
  /// Short steps in one time step, 1 or more: r-RESPA, Tuckerman, Berne and Martyna, J. Chem. Phys. 97, 1990 (1992).
  /// Bonded terms act in each of them; a reference force where `ForceEvaluator.referenceEvaluations` divides them.
  package let substeps: Int

  /// Without arguments: velocity Verlet at constant number, volume and energy.
  package init(_ thermostat: (any Thermostat)? = nil, barostat: Barostat? = nil, substeps: Int = 1) {
    self.thermostat = thermostat
    self.barostat = barostat
    self.substeps = max(substeps, 1)
  }

  /// Changes the target temperature of thermostat and barostat.
  mutating func setTemperature(_ temperature_K: Double) {
    thermostat?.setTemperature(temperature_K)
    barostat?.setTemperature(temperature_K)
  }

  /// Takes the variables of another integrator's thermostat and barostat, where these are of the same kinds with the same
  /// settings but for their targets.
  package mutating func takeVariables(of other: Integrator, thermostat: Bool, barostat: Bool) {
    if thermostat, let state = other.thermostat?.state { self.thermostat?.restore(state) }
    if barostat, let state = other.barostat?.state { self.barostat?.restore(state) }
  }

  /// Half a step of thermostat and barostat.
  /// - Parameter virial: of the centres of mass at the beginning of the step, eV.
  mutating func beginStep(_ propagator: AtomPropagator, virial: Tensor3, timestep_ps: Double) {
    thermostat?.act(on: propagator, time_ps: timestep_ps / 2)
    barostat?.act(time_ps: timestep_ps / 2)
    barostat?.kick(propagator, virial: virial, time_ps: timestep_ps / 2)
  }

  /// Half a step of the velocities under the forces in the atoms' arrays: all forces, or with short steps those
  /// without the bonded terms and the reference, whose own first or last half kick is a part of this. A negative step
  /// undoes the half kick of the positive one.
  func halfKick(_ propagator: AtomPropagator, _ forceEvaluator: ForceEvaluator, _ timestep_ps: Double) {
    let flow = barostat?.damping(propagator, time_ps: timestep_ps / 4)
    if let flow { propagator.transformCentres(flow) }
    propagator.kick(timestep_ps / 2, forces: propagator.domain.atoms.force)
    if forceEvaluator.splitsReference {
      let share_ps = timestep_ps / Double(forceEvaluator.referenceEvaluations)
      propagator.kick(share_ps / 2, forces: forceEvaluator.referenceForces.values)
    }
    if let flow { propagator.transformCentres(flow) }
  }

  /// A whole step of the positions, in short steps with the forces of bonds and reference where there are some. Before,
  /// the atoms' arrays hold forces; after it they do not.
  mutating func drift(
    _ propagator: AtomPropagator, _ forceEvaluator: ForceEvaluator, timestep_ps: Double, step: Int64
  ) throws {
    if substeps == 1 {
      driftThroughMiddle(propagator, timestep_ps, timestep_ps: timestep_ps, step: step)
      return
    }
    let short_ps = timestep_ps / Double(substeps)
    let evaluations = forceEvaluator.splitsReference ? forceEvaluator.referenceEvaluations : 1
    let between = substeps / evaluations
    for k in 0..<substeps {
      let isReferenceDue = k > 0 && k % between == 0
      if isReferenceDue { try forceEvaluator.evaluateReference() }
      let half_ps = timestep_ps / Double(2 * evaluations)
      if isReferenceDue { propagator.kick(half_ps, forces: propagator.domain.atoms.force) }
      if 2 * k == substeps { actInMiddle(propagator, timestep_ps, step: step) }
      if isReferenceDue { propagator.kick(half_ps, forces: propagator.domain.atoms.force) }
      let bonded = forceEvaluator.splitsBonded ? forceEvaluator.bondedForces : nil
      if let bonded { propagator.kick(short_ps / 2, forces: bonded.values) }
      if substeps % 2 == 1, k == substeps / 2 {
        driftThroughMiddle(propagator, short_ps, timestep_ps: timestep_ps, step: step)
      } else {
        propagator.drift(short_ps, strainRate: barostat?.strainRate)
      }
      guard let bonded else { continue }
      forceEvaluator.updateBondedForces()
      propagator.kick(short_ps / 2, forces: bonded.values)
    }
  }

  /// Half a step of barostat and thermostat, in the opposite order of `beginStep`.
  /// - Parameters:
  ///   - removed_eV: kinetic energy that was removed with the momentum of the cell.
  ///   - virial: of the centres of mass at the end of the step, eV.
  mutating func finishStep(
    _ propagator: AtomPropagator, removed_eV: Double, virial: Tensor3, timestep_ps: Double
  ) {
    thermostat?.count(removed_eV: removed_eV, isRoot: propagator.domain.communicator.isRoot)
    barostat?.kick(propagator, virial: virial, time_ps: timestep_ps / 2)
    barostat?.act(time_ps: timestep_ps / 2)
    thermostat?.act(on: propagator, time_ps: timestep_ps / 2)
  }

  /// Positions for `time_ps`, with the noise of the whole step in the middle.
  private mutating func driftThroughMiddle(
    _ propagator: AtomPropagator, _ time_ps: Double, timestep_ps: Double, step: Int64
  ) {
    guard hasMiddle else { return propagator.drift(time_ps, strainRate: barostat?.strainRate) }
    propagator.drift(time_ps / 2, strainRate: barostat?.strainRate)
    actInMiddle(propagator, timestep_ps, step: step)
    propagator.drift(time_ps / 2, strainRate: barostat?.strainRate)
  }

  private var hasMiddle: Bool { thermostat?.isInMiddle == true || barostat?.isInMiddle == true }

  private mutating func actInMiddle(_ propagator: AtomPropagator, _ timestep_ps: Double, step: Int64) {
    thermostat?.actInMiddle(on: propagator, time_ps: timestep_ps, step: step)
    barostat?.actInMiddle(cell: propagator.domain.cell, time_ps: timestep_ps, step: step)
  }

  /// The contribution of thermostat and barostat to the conserved quantity, eV: this rank's part, to be summed.
  func reservoirEnergy(_ propagator: AtomPropagator) -> Double {
    (thermostat?.reservoirEnergy(propagator) ?? 0) + (barostat?.reservoirEnergy(propagator) ?? 0)
  }

  /// The state that a snapshot keeps; `restore` takes the same numbers.
  var state: [Double] { (barostat?.state ?? []) + (thermostat?.state ?? []) }

  private var barostatCount: Int { barostat == nil ? 0 : Barostat.stateCount }

  mutating func restore(_ state: [Double]) {
    let split = barostatCount
    barostat?.restore(Array(state.prefix(split)))
    thermostat?.restore(Array(state.dropFirst(split)))
  }

  /// The state of this rank from the states of another number of ranks.
  func redistribute(_ states: [[Double]], isRoot: Bool) -> [Double] {
    let share = thermostat?.redistribute(
      states.map { Array($0.dropFirst(barostatCount)) }, isRoot: isRoot)
    return Array((states.first ?? []).prefix(barostatCount)) + (share ?? [])
  }
}
