import Decomposition
import Mathematics
import Model

/// The non-bonded pairs of a rank: reads positions in the order of the atoms, computes on clusters, and adds forces in
/// the order of the atoms.
package final class NonBonded {
  private enum Engine {
    case mixed(ClusterArrays<Float>, MixedKernel, PairTables<Float>)
    case double(ClusterArrays<Double>, DoubleKernel, PairTables<Double>)
  }

  private let engine: Engine
  private let pruned = PrunedPairList()
  private var atomOfSlot: [Int32] = []
  private var isPruned = false
  /// How often the list has been pruned.
  package private(set) var prunings = 0

  /// - Throws: `PotentialError` for more types of atoms than the kernels take.
  package init(_ topology: Topology, splitting: CoulombSplitting, precision: Precision) throws {
    switch precision {
    case .mixed:
      engine = .mixed(
        ClusterArrays(), MixedKernel(splitting),
        try PairTables(topology, cutoff: splitting.cutoff))
    case .double:
      engine = .double(
        ClusterArrays(), DoubleKernel(splitting),
        try PairTables(topology, cutoff: splitting.cutoff))
    }
  }

  /// Error of the Coulomb polynomials that suits a precision.
  package static func polynomialTolerance(_ precision: Precision) -> Double {
    precision == .mixed ? MixedKernel.polynomialTolerance : DoubleKernel.polynomialTolerance
  }

  /// Sets the assignment of atoms to slots.
  /// - Parameter atomOfSlot: index of the atom in each slot, −1 for none; eight slots for each cluster.
  package func arrange(atomOfSlot slots: [Int32], types: UnsafePointer<Int32>) {
    atomOfSlot = slots
    isPruned = false
    switch engine {
    case .mixed(let atoms, _, _): arrange(atoms, types)
    case .double(let atoms, _, _): arrange(atoms, types)
    }
  }

  /// Adds the forces of the pairs of a list to all atoms, halo included.
  ///
  /// The list is pruned to pairs of clusters near the cut-off, again whenever an atom has moved far enough for a pair that
  /// was left out to come within it. Each rank prunes when it must, because what is left out adds zero. Double precision
  /// uses the whole list.
  /// - Parameters:
  ///   - origin: a point near the rank's atoms: the origin of single-precision coordinates.
  ///   - margin_A: added to the cut-off when the list is pruned.
  package func compute(
    _ list: borrowing ClusterPairList, positions: UnsafePointer<Vector3>, origin: Vector3,
    forces: UnsafeMutablePointer<Vector3>, margin_A: Double, wantsEnergy: Bool, clock: PhaseClock
  ) -> PairEnergy {
    clock.enter(.pairs)
    switch engine {
    case .mixed(let atoms, let kernel, let tables):
      load(atoms, positions, origin)
      let limit = Float(margin_A * margin_A / 4)
      if !isPruned || atoms.largestSquareSincePruning > limit {
        clock.enter(.pruning)
        pruned.fill(from: list, atoms, range_A: kernel.cutoff_A + margin_A)
        atoms.markPruning()
        isPruned = true
        prunings += 1
        clock.enter(.pairs)
      }
      let energy = kernel.compute(atoms, tables, pruned, wantsEnergy: wantsEnergy)
      unload(atoms, forces)
      return energy
    case .double(let atoms, let kernel, let tables):
      load(atoms, positions, origin)
      let energy = kernel.compute(atoms, tables, list, wantsEnergy: wantsEnergy)
      unload(atoms, forces)
      return energy
    }
  }

  /// Pairs that a computation processes, within the cut-off or not.
  package var slotCount: Int { 16 * pruned.entryCount }

  @inline(__always)
  private func arrange<Scalar>(_ atoms: ClusterArrays<Scalar>, _ types: UnsafePointer<Int32>) {
    atoms.resize(clusters: atomOfSlot.count / 8)
    for (slot, atom) in atomOfSlot.enumerated() {
      atoms.setType(slot: slot, atom < 0 ? 0 : types[Int(atom)])
    }
  }

  @inline(__always)
  private func load<Scalar>(
    _ atoms: ClusterArrays<Scalar>, _ positions: UnsafePointer<Vector3>, _ origin: Vector3
  ) {
    atomOfSlot.withUnsafeBufferPointer { slots in
      for slot in slots.indices {
        let atom = Int(slots[slot])
        // Empty slots lie apart from each other too: two at one place would be a pair at distance 0.
        let r =
          atom < 0
          ? Vector3(1e4, 1e4 + 32 * Double(slot & 7), 1e4 + 32 * Double(slot >> 3)) : positions[atom] - origin
        atoms.setPosition(slot: slot, x: Scalar(r.x), y: Scalar(r.y), z: Scalar(r.z))
      }
    }
    atoms.forces.initialize(repeating: 0, count: 48 * atoms.clusterCount)
  }

  @inline(__always)
  private func unload<Scalar>(
    _ atoms: ClusterArrays<Scalar>, _ forces: UnsafeMutablePointer<Vector3>
  ) {
    let source = atoms.forces
    atomOfSlot.withUnsafeBufferPointer { slots in
      for slot in slots.indices where slots[slot] >= 0 {
        let place = source + ((slot >> 3) * 48 + (slot & 7))
        forces[Int(slots[slot])] -= Vector3(
          Double(place[0]) + Double(place[8]), Double(place[16]) + Double(place[24]),
          Double(place[32]) + Double(place[40]))
      }
    }
  }
}
