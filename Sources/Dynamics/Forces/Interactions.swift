import Crystal
import Decomposition
import MPI
import Potentials

/// All forces on a rank's atoms: pairs in the cut-off, mesh, exclusions, bonds.
public final class Interactions {
  public let domain: Domain
  public let settings: ForceSettings
  public let ewald: EwaldParameters
  private let nonBonded: NonBonded
  private let excluded: ExcludedCoulomb
  private let bonded: BondedTerms
  private let mesh: EwaldMesh
  private let chargesOfTemplate: [[Double]]

  /// The polynomials of the excluded pairs reach to the cut-off, and every molecule must lie inside it, Å.
  public static let smallestCutoff_A = 7.0

  /// - Throws: `PotentialError` or `DecompositionError` when cut-off, cell and ranks do not fit.
  public init(
    structure: Structure, topology: Topology, settings: ForceSettings, communicator: Communicator
  ) throws {
    self.settings = settings
    let squares = topology.typeOfAtom.reduce(0.0) {
      $0 + topology.charges_e[Int($1)] * topology.charges_e[Int($1)]
    }
    ewald =
      settings.ewald
      ?? EwaldParameters(
        accuracy: settings.coulombAccuracy, cutoff_A: settings.cutoff_A, cell: structure.cell,
        chargeSquares_e2: squares, atomCount: topology.atomCount)
    guard settings.cutoff_A >= Self.smallestCutoff_A else {
      throw PotentialError(
        "the cut-off is \(settings.cutoff_A) Å; wanted \(Self.smallestCutoff_A) Å or more, beyond the width "
          + "of the largest anion")
    }
    domain = try Domain(
      structure: structure, topology: topology, communicator: communicator,
      listRange_A: settings.cutoff_A + settings.skin_A)
    let splitting = CoulombSplitting(
      alpha: ewald.alpha, cutoff: settings.cutoff_A,
      tolerance: NonBonded.polynomialTolerance(settings.precision))
    nonBonded = NonBonded(topology, splitting: splitting, precision: settings.precision)
    excluded = ExcludedCoulomb(
      CoulombSplitting(alpha: ewald.alpha, cutoff: settings.cutoff_A, tolerance: 1e-14))
    bonded = BondedTerms(topology)
    mesh = try EwaldMesh(ewald, topology: topology, cell: structure.cell, communicator: communicator)
    chargesOfTemplate = topology.templates.map { template in
      template.types.map { name in
        topology.typeNames.firstIndex(of: name).map { topology.charges_e[$0] } ?? 0
      }
    }
  }

  /// Moves molecules to their owners and builds every list anew.
  public func rebuild() throws {
    try domain.rebuild()
    try adoptLists()
  }

  /// Builds every list for the atoms as they stand, without moving or sorting any.
  func adoptReference() throws {
    try domain.buildLists()
    try adoptLists()
  }

  /// Takes over the domain's lists as they are.
  func adoptLists() throws {
    let atoms = domain.atoms
    nonBonded.arrange(atomOfSlot: domain.pairs.atomOfSlot, types: atoms.type)
    try mesh.prepare(positions: atoms.position, count: atoms.count, margin_A: settings.skin_A / 2)
  }

  /// Makes lists and halo fit the positions: after a move, before `evaluate`.
  /// - Returns: whether the lists were built anew.
  /// - Throws: `DecompositionError` when an atom has moved further than any sound motion does.
  @discardableResult
  public func follow() throws -> Bool {
    let largest = try domain.communicator.reduced(domain.largestDisplacementSquare(), .max)
    guard largest.isFinite, largest < 16 else {
      throw DecompositionError(
        "the motion has come apart: an atom moved \(largest.squareRoot()) Å between two steps; "
          + "try a shorter timestep or a relax stage")
    }
    if largest > settings.skin_A * settings.skin_A / 4 {
      try rebuild()
      return true
    }
    try domain.updateHalo()
    return false
  }

  /// Forces on the own atoms, in `domain.atoms.force`.
  /// - Parameter wantsEnergy: energies and virial too, summed over all ranks.
  public func evaluate(wantsEnergy: Bool) throws -> ForceResult {
    let atoms = domain.atoms
    atoms.force.update(repeating: .zero, count: atoms.totalCount)
    var result = ForceResult()
    let pairs = nonBonded.compute(
      domain.pairs.list, positions: atoms.position, origin: domain.centre, forces: atoms.force,
      wantsEnergy: wantsEnergy)
    result.shortRange = pairs.shortRange
    result.coulomb = pairs.coulomb
    addMolecules(&result, wantsEnergy)
    // Before the halo's forces go home, r ⊗ f over own and halo atoms is the virial of all pairs, images
    // included.
    if wantsEnergy {
      let centre = domain.centre
      for i in 0..<atoms.totalCount { result.virial.add(atoms.position[i] - centre, atoms.force[i]) }
    }
    try domain.returnForces()
    let smooth = try mesh.compute(
      positions: atoms.position, types: atoms.type, count: atoms.count, forces: atoms.force,
      wantsEnergy: wantsEnergy)
    guard wantsEnergy else { return result }
    result.coulomb += smooth.energy
    result.virial += smooth.virial
    var sums = [result.bonded, result.shortRange, result.coulomb] + result.virial.elements
    try domain.communicator.reduce(&sums, .sum)
    result.bonded = sums[0]
    result.shortRange = sums[1]
    result.coulomb = sums[2]
    result.virial = Virial(sums[3..<12])
    return result
  }

  private func addMolecules(_ result: inout ForceResult, _ wantsEnergy: Bool) {
    let atoms = domain.atoms
    for molecule in domain.molecules where molecule.count > 1 {
      let first = Int(molecule.first)
      let template = Int(molecule.template)
      result.bonded += bonded.add(
        template: template, positions: atoms.position + first, forces: atoms.force + first)
      result.coulomb += chargesOfTemplate[template].withUnsafeBufferPointer { charges in
        guard let base = charges.baseAddress else { return 0 }
        return excluded.add(
          count: Int(molecule.count), positions: atoms.position + first, charges: base,
          forces: atoms.force + first, wantsEnergy: wantsEnergy)
      }
    }
  }
}
