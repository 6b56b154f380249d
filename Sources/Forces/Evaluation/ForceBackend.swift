import Crystal
import Decomposition
import MPI
import Mathematics
import Model

/// A potential, as one rank evaluates it.
///
/// To add a potential: make a folder beside `Classical` and `NEP` with a class that conforms to this protocol, give
/// `ForceSettings` the property that selects it, and add it to `ForceBackends`. Nothing else in the engine knows
/// the potentials apart.
///
/// - A backend owns its neighbour list and returns it as `neighbourList`. `NeighbourList` holds each pair of atoms
///   once, in clusters; `FullNeighbourList` holds all neighbours of each own atom, for many-body potentials. The domain
///   builds it, with a halo on one side or on all sides as the list needs.
/// - `listsWereBuilt` is called after each build, before the next `evaluate`.
/// - `evaluate` brings the halo's positions up to date (`Domain.beginPositions`, `continuePositions`), writes the forces
///   on own and halo atoms to `domain.atoms.force`, and returns those of the halo to their owners (`beginForces`,
///   `continueForces`). Between the calls it computes what needs no message.
/// - A machine-learned potential has no bonded terms: the defaults of the extension below say so.
protocol ForceBackend: AnyObject {
  /// The list that the domain builds for this potential.
  var neighbourList: any DomainNeighbourList { get }
  /// Whether bonded terms can be evaluated by themselves, for an integrator that takes shorter steps for them.
  var hasBondedTerms: Bool { get }
  /// Splitting and mesh of the Coulomb sum; nil for a potential without charges.
  var ewald: EwaldParameters? { get }
  /// How the ranks divide its mesh; nil for a potential without charges.
  var meshLayout: MeshLayout? { get }

  /// Prepares for neighbour lists that have been rebuilt. Every rank calls.
  func listsWereBuilt(_ domain: Domain) throws

  /// Prepares for a changed cell; the lists stay.
  func setCell(_ cell: Cell)

  /// Computes the forces on the own atoms, eV/Å, in `domain.atoms.force`. Every rank calls.
  /// - Parameters:
  ///   - wanted: what is returned beside the forces.
  ///   - withBonded: whether bonded terms are included.
  /// - Returns: energies and virial of this rank, eV.
  func evaluate(_ domain: Domain, _ wanted: Wanted, withBonded: Bool, clock: PhaseClock) throws -> ForceResult

  /// Adds the forces of the bonded terms on own atoms.
  /// - Returns: their energy on this rank, eV.
  func addBonded(positions: UnsafePointer<Vector3>, forces: UnsafeMutablePointer<Vector3>) -> Double

  /// The forces of each member of a committee on the own atoms, eV/Å, `[model][atom]`, at the positions of the last
  /// evaluation; empty for a single potential. Leaves others in the atoms' arrays. Every rank calls.
  func forcesOfMembers(_ domain: Domain) throws -> [[Vector3]]

  /// The extrapolation grade of each own atom at the positions of the last evaluation; nil without an active set.
  func extrapolationGrades(_ domain: Domain) -> [Double]?

  /// How often a list has been pruned.
  var prunings: Int { get }
  /// Pairs of atoms that the kernel processes in a step, within the cut-off or not.
  var slotCount: Int { get }
  /// Messages and bytes that this rank sends in a step beyond those of the halo.
  var meshTraffic: (messages: Int, bytes: Int) { get }
}

extension ForceBackend {
  var hasBondedTerms: Bool { false }
  var ewald: EwaldParameters? { nil }
  var meshLayout: MeshLayout? { nil }
  func setCell(_ cell: Cell) {}
  func addBonded(positions: UnsafePointer<Vector3>, forces: UnsafeMutablePointer<Vector3>) -> Double { 0 }
  func forcesOfMembers(_ domain: Domain) throws -> [[Vector3]] { [] }
  func extrapolationGrades(_ domain: Domain) -> [Double]? { nil }
  var prunings: Int { 0 }
  var slotCount: Int { 0 }
  var meshTraffic: (messages: Int, bytes: Int) { (0, 0) }
}

/// The potentials of a simulation.
struct ForceBackends {
  /// What is sampled; where the reference is a part of it, the rest.
  let potential: any ForceBackend
  /// What a multiple timestep evaluates more often; nil for none but bonded terms of `potential`.
  var reference: (any ForceBackend)?
  /// Whether the reference is a part of what is sampled, and not contained in `potential`.
  var referenceIsPart = false

  /// The one place that chooses a potential.
  /// - Throws: `PotentialError` for settings that the potential can't take.
  init(_ settings: ForceSettings, topology: Topology, cell: Cell, communicator: Communicator) throws {
    func classical() throws -> ClassicalBackend {
      try ClassicalBackend(settings, topology: topology, cell: cell, communicator: communicator)
    }
    if let session = settings.driver {
      potential = DriverBackend(session, topology: topology)
      return
    }
    guard let nep = settings.nep else {
      potential = try classical()
      return
    }
    let learned = try NEPBackend(nep, topology: topology, settings: settings)
    let evaluations = settings.reference?.evaluations ?? 1
    switch settings.reference?.potential {
    case .classical where nep.isCorrection && evaluations > 1:
      potential = learned
      reference = try classical()
      referenceIsPart = true
      return
    case .classical where !nep.isCorrection:
      reference = evaluations > 1 ? try classical() : BondedBackend(topology)
    case .nep(let smaller):
      reference = try NEPBackend(smaller, topology: topology, settings: settings)
    default: break
    }
    potential = nep.isCorrection ? CorrectedBackend(try classical(), learned) : learned
  }

  /// All of them.
  var all: [any ForceBackend] { [potential] + (reference.map { [$0] } ?? []) }
}

extension Domain {
  /// Σ r ⊗ f over own and halo atoms. Before the halo's forces return to their owners this is the virial of all
  /// interactions that this rank computed, periodic images included.
  var virialOfAllAtoms: Tensor3 {
    var virial = Tensor3()
    let centre = self.centre
    for i in 0..<atoms.totalCount { virial.add(atoms.position[i] - centre, atoms.force[i]) }
    return virial
  }
}
