import CEngine
import Crystal
import Decomposition
import MPI
import Mathematics
import Model

/// All forces on a rank's atoms, and the lists that they need.
package final class ForceEvaluator {
  package let domain: Domain
  package let settings: ForceSettings
  /// Splitting and mesh of the Coulomb sum; nil for a potential without charges.
  package let ewald: EwaldParameters?
  /// Where the time of the steps goes on this rank.
  package let clock: PhaseClock
  private let terms: any ForceBackend
  private let massesOfTemplate: [[Double]]
  /// By template: its inner share of the virial is known only without its constraint forces.
  package var isHeld: [Bool]
  /// Whether the bonded terms are left out of `evaluate` and live in `bondedForces`.
  package var splitsBonded: Bool
  /// Forces of the bonded terms on the own atoms, eV/Å, where they are split off.
  package private(set) var bondedForces: UnsafeMutablePointer<Vector3>
  private var bondedCapacity = 1
  /// Whether the lists are to be built anew before the next step's forces: decided at the end of each step,
  /// in the reduction that happens there anyway.
  package var rebuildsNext = false
  /// How often this rank has pruned its list.
  package var prunings: Int { terms.prunings }

  /// The polynomials of the excluded pairs reach to the cut-off, and every molecule must lie inside it, Å.
  package static let smallestCutoff_A = 7.0

  /// - Parameter splitsBonded: for an integrator that gives the bonded terms shorter steps.
  /// - Throws: `PotentialError` or `DecompositionError` when cut-off, cell and ranks do not fit.
  package init(
    cell: Cell, topology: Topology, settings: ForceSettings, communicator: Communicator,
    splitsBonded: Bool = false, clock: PhaseClock = PhaseClock()
  ) throws {
    self.settings = settings
    self.clock = clock
    self.splitsBonded = splitsBonded
    domain = try Domain(
      cell: cell, topology: topology, communicator: communicator,
      listRange_A: settings.cutoff_A + settings.skin_A, listKind: settings.nep == nil ? .pairs : .neighbours)
    if let model = settings.nep {
      guard !splitsBonded else {
        throw PotentialError("a NEP model has no bonded terms that could take shorter steps")
      }
      ewald = nil
      terms = try NEPTerms(model, topology: topology, precision: settings.precision)
    } else {
      guard settings.cutoff_A >= Self.smallestCutoff_A else {
        throw PotentialError(
          "the cut-off is \(settings.cutoff_A) Å; wanted \(Self.smallestCutoff_A) Å or more, beyond the width "
            + "of the largest anion")
      }
      let squares = topology.typeOfAtom.reduce(0.0) {
        $0 + topology.charges_e[Int($1)] * topology.charges_e[Int($1)]
      }
      let parameters =
        settings.ewald
        ?? EwaldParameters(
          accuracy: settings.coulombAccuracy, cutoff_A: settings.cutoff_A, cell: cell,
          chargeSquares_e2: squares, atomCount: topology.atomCount)
      ewald = parameters
      terms = try ClassicalTerms(
        settings, ewald: parameters, topology: topology, cell: cell, communicator: communicator)
    }
    func ofTypes(_ values: [Double]) -> [[Double]] {
      topology.templates.map { template in
        template.types.map { name in topology.typeNames.firstIndex(of: name).map { values[$0] } ?? 0 }
      }
    }
    massesOfTemplate = ofTypes(topology.masses_amu)
    isHeld = topology.templates.map { _ in false }
    bondedForces = .allocate(capacity: 1)
  }

  deinit { bondedForces.deallocate() }

  /// Pairs of atoms of this rank that the kernel meets in a step, in the cut-off or not.
  package var slotCount: Int { terms.slotCount }

  /// Messages and bytes that this rank sends in a step.
  package var trafficPerStep: (halo: (messages: Int, bytes: Int), mesh: (messages: Int, bytes: Int)) {
    (domain.trafficPerStep, terms.meshTraffic)
  }

  /// Moves molecules to their owners and builds every list anew.
  package func rebuild() throws {
    try domain.rebuild()
    try adoptLists()
    releaseMemory()
  }

  /// Gives back what the building of lists took for a while: a good part of a large system's memory.
  private func releaseMemory() {
    if domain.atoms.count > 100_000 { pw_release_memory() }
  }

  /// Builds every list for the atoms as they stand, without moving or sorting any.
  package func adoptReference() throws {
    try domain.buildLists()
    try adoptLists()
  }

  /// Takes over the domain's lists as they are.
  private func adoptLists() throws {
    let atoms = domain.atoms
    rebuildsNext = false
    try terms.adoptLists(domain)
    if atoms.count > bondedCapacity {
      bondedForces.deallocate()
      bondedCapacity = atoms.count + atoms.count / 8
      bondedForces = .allocate(capacity: bondedCapacity)
    }
    if splitsBonded { updateBondedForces() }
  }

  /// Makes the lists fit the positions and the cell, whatever the move was: before `evaluate`.
  /// - Returns: whether the lists were built anew.
  /// - Throws: `DecompositionError` when an atom has moved further than any sound motion does.
  @discardableResult
  package func follow() throws -> Bool {
    let now = domain.largestDisplacementSquares(since: domain.deformation, timestep_ps: 0).now
    if try isOutOfReach(domain.communicator.reduced(now, .max)) { rebuildsNext = true }
    return try followPlan()
  }

  /// As `follow`, for a step of the motion, which has been foreseen.
  package func followPlan() throws -> Bool {
    guard rebuildsNext else {
      adoptMove()
      return false
    }
    clock.enter(.neighbours)
    // Lists can't be built for atoms that are anywhere.
    let now = domain.largestDisplacementSquares(since: domain.deformation, timestep_ps: 0).now
    _ = try isOutOfReach(now)
    try rebuild()
    clock.enter(.other)
    return true
  }

  /// Takes over a cell that the lists still serve.
  package func adoptMove() { terms.setCell(domain.cell) }

  /// Decides, from the largest displacements of all ranks, whether the next step needs new lists.
  /// - Returns: whether this one should have had them: an atom has gone further than was foreseen, and pairs
  ///   may be missing.
  package func plan(nowSquare: Double, nextSquare: Double, timestep_ps: Double) throws -> Bool {
    let free = freeDisplacement(under: domain.deformation)
    // What forces and baths may add to a step that the velocities foresee; the square of the time step is
    // for the acceleration of the stiffest bonds.
    let margin = min(2e4 * timestep_ps * timestep_ps, free / 4)
    let limit = free - margin
    rebuildsNext = limit <= 0 || nextSquare > limit * limit
    return try isOutOfReach(nowSquare)
  }

  private func isOutOfReach(_ square: Double) throws -> Bool {
    guard square.isFinite, square < 16 else {
      throw DecompositionError(
        "the motion has come apart: an atom moved \(square.squareRoot()) Å between two steps; "
          + "try a shorter timestep or a relax stage")
    }
    let free = freeDisplacement(under: domain.deformation)
    return free <= 0 || square > free * free
  }

  /// How far an atom may go, Å, until a pair that is not listed can come within the cut-off: half the skin,
  /// less what the cell has shrunk. A map of space brings no two points closer than its smallest singular
  /// value allows, which is not below 1 − ‖strain‖.
  private func freeDisplacement(under deformation: Matrix3?) -> Double {
    guard let deformation else { return settings.skin_A / 2 }
    let smallest = 1 - (deformation - .identity).squareSum.squareRoot()
    let range = settings.cutoff_A + settings.skin_A
    return min(settings.skin_A / 2, (smallest * range - settings.cutoff_A) / 2)
  }

  /// Forces on the own atoms, in `domain.atoms.force`.
  /// - Parameter wanted: what else, summed over all ranks.
  package func evaluate(_ wanted: Wanted) throws -> ForceResult {
    var result = try terms.evaluate(domain, wanted, withBonded: !splitsBonded, clock: clock)
    clock.enter(.other)
    guard !wanted.isEmpty else { return result }
    if wanted.contains(.virial) { addInnerVirial(&result) }
    return try sum(result)
  }

  private func sum(_ local: ForceResult) throws -> ForceResult {
    var result = local
    var sums =
      [result.bonded, result.shortRange, result.coulomb, result.manyBodies] + result.virial.elements
      + result.innerFlexible.elements + result.innerHeld.elements
    try domain.communicator.reduce(&sums, .sum)
    result.bonded = sums[0]
    result.shortRange = sums[1]
    result.coulomb = sums[2]
    result.manyBodies = sums[3]
    result.virial = Tensor3(sums[4..<13])
    result.innerFlexible = Tensor3(sums[13..<22])
    result.innerHeld = Tensor3(sums[22..<31])
    return result
  }

  private func addInnerVirial(_ result: inout ForceResult) {
    let atoms = domain.atoms
    for molecule in domain.molecules where molecule.count > 1 {
      let masses = massesOfTemplate[Int(molecule.template)]
      let first = Int(molecule.first)
      var centre = Vector3()
      var mass = 0.0
      for k in 0..<Int(molecule.count) {
        centre += atoms.position[first + k] * masses[k]
        mass += masses[k]
      }
      centre /= mass
      var inner = Tensor3()
      for k in 0..<Int(molecule.count) {
        inner.add(atoms.position[first + k] - centre, atoms.force[first + k])
      }
      if isHeld[Int(molecule.template)] { result.innerHeld += inner } else { result.innerFlexible += inner }
    }
  }

  /// Brings `bondedForces` up to date.
  /// - Returns: this rank's energy, eV.
  @discardableResult
  package func updateBondedForces() -> Double {
    let atoms = domain.atoms
    bondedForces.update(repeating: .zero, count: atoms.count)
    return terms.addBonded(positions: atoms.position, forces: bondedForces)
  }

  /// Adds the bonded terms, where they are split off, to the energies and virials of an evaluation.
  package func includeBonded(in result: inout ForceResult) throws {
    guard splitsBonded else { return }
    var share = ForceResult()
    share.bonded = updateBondedForces()
    let atoms = domain.atoms
    for molecule in domain.molecules where molecule.count > 1 {
      let first = Int(molecule.first)
      var inner = Tensor3()
      // Bonded forces sum to zero, so any origin will do.
      for k in 0..<Int(molecule.count) {
        inner.add(atoms.position[first + k] - atoms.position[first], bondedForces[first + k])
      }
      share.virial += inner
      if isHeld[Int(molecule.template)] { share.innerHeld += inner } else { share.innerFlexible += inner }
    }
    let sums = try sum(share)
    result.bonded = sums.bonded
    result.virial += sums.virial
    result.innerFlexible += sums.innerFlexible
    result.innerHeld += sums.innerHeld
  }
}
