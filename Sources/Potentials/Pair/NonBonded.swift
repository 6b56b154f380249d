import Crystal

/// The precision of the pair kernel's arithmetic; everything that adds up is double.
public enum Precision: String, Codable, Sendable {
  case mixed, double
}

/// The non-bonded pairs of a rank: takes positions in the order of the atoms, works on clusters, and gives
/// forces back in the order of the atoms.
public final class NonBonded {
  private enum Engine {
    case mixed(ClusterArrays<Float>, MixedKernel, PairTables<Float>)
    case double(ClusterArrays<Double>, DoubleKernel, PairTables<Double>)
  }

  /// Pairs among own atoms, and those with atoms of the halo.
  public enum Share {
    case own, halo
  }

  private let engine: Engine
  private let own = PrunedPairList()
  private let halo = PrunedPairList()
  private var atomOfSlot: [Int32] = []
  private var isPruned = false

  /// - Throws: `PotentialError` for more types of atoms than the kernels take.
  public init(_ topology: Topology, splitting: CoulombSplitting, precision: Precision) throws {
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
  public static func polynomialTolerance(_ precision: Precision) -> Double {
    precision == .mixed ? MixedKernel.polynomialTolerance : DoubleKernel.polynomialTolerance
  }

  /// Takes over a new arrangement of atoms into slots.
  /// - Parameter atomOfSlot: index of the atom in each slot, −1 for none; eight slots for each cluster.
  public func arrange(atomOfSlot slots: [Int32], types: UnsafePointer<Int32>) {
    atomOfSlot = slots
    isPruned = false
    switch engine {
    case .mixed(let atoms, _, _): arrange(atoms, types)
    case .double(let atoms, _, _): arrange(atoms, types)
    }
  }

  /// Takes over the positions of the atoms in these slots, and forgets the forces on them.
  /// - Parameter origin: a point near the rank's atoms; single precision counts from there.
  public func load(_ slots: Range<Int>, positions: UnsafePointer<Vector3>, origin: Vector3) {
    switch engine {
    case .mixed(let atoms, _, _): load(atoms, slots, positions, origin)
    case .double(let atoms, _, _): load(atoms, slots, positions, origin)
    }
  }

  /// Whether the atoms in these slots have moved so far since the last pruning that a pair that was pruned
  /// may have come within the cut-off.
  public func needsPruning(_ slots: Range<Int>, margin_A: Double) -> Bool {
    guard case .mixed(let atoms, _, _) = engine else { return false }
    let limit = Float(margin_A * margin_A / 4)
    return !isPruned || atoms.largestSquareSincePruning(slots.lowerBound / 8..<slots.upperBound / 8) > limit
  }

  /// Takes over what of the lists has atoms within range, as they were loaded. Each rank prunes when it
  /// must: what is left out adds zero. Double precision does without.
  public func prune(own: borrowing ClusterPairList, halo: borrowing ClusterPairList, range_A: Double) {
    guard case .mixed(let atoms, _, _) = engine else { return }
    self.own.fill(from: own, atoms, range_A: range_A)
    self.halo.fill(from: halo, atoms, range_A: range_A)
    atoms.markPruning()
    isPruned = true
  }

  /// Computes the forces of a share of the pairs, for `unload` to fetch.
  /// - Parameter list: what the share was pruned from.
  public func compute(_ share: Share, of list: borrowing ClusterPairList, wantsEnergy: Bool) -> PairEnergy {
    switch engine {
    case .mixed(let atoms, let kernel, let tables):
      return kernel.compute(atoms, tables, share == .own ? own : halo, wantsEnergy: wantsEnergy)
    case .double(let atoms, let kernel, let tables):
      return kernel.compute(atoms, tables, list, wantsEnergy: wantsEnergy)
    }
  }

  /// Pairs that a computation meets, in the cut-off or not.
  public var slotCount: Int { 16 * (own.entryCount + halo.entryCount) }

  /// Adds the forces to the atoms in these slots.
  public func unload(_ slots: Range<Int>, forces: UnsafeMutablePointer<Vector3>) {
    switch engine {
    case .mixed(let atoms, _, _): unload(atoms, slots, forces)
    case .double(let atoms, _, _): unload(atoms, slots, forces)
    }
  }

  @inline(__always)
  private func arrange<Scalar>(_ atoms: ClusterArrays<Scalar>, _ types: UnsafePointer<Int32>) {
    atoms.resize(clusters: atomOfSlot.count / 8)
    for (slot, atom) in atomOfSlot.enumerated() {
      atoms.setType(slot: slot, atom < 0 ? 0 : types[Int(atom)])
    }
  }

  @inline(__always)
  private func load<Scalar>(
    _ atoms: ClusterArrays<Scalar>, _ range: Range<Int>, _ positions: UnsafePointer<Vector3>,
    _ origin: Vector3
  ) {
    atomOfSlot.withUnsafeBufferPointer { slots in
      for slot in range {
        let atom = Int(slots[slot])
        // Empty slots lie apart from each other too: two at one place would be a pair at distance 0.
        let r =
          atom < 0
          ? Vector3(1e4, 1e4 + 32 * Double(slot & 7), 1e4 + 32 * Double(slot >> 3)) : positions[atom] - origin
        atoms.setPosition(slot: slot, x: Scalar(r.x), y: Scalar(r.y), z: Scalar(r.z))
      }
    }
    (atoms.forces + 6 * range.lowerBound).update(repeating: 0, count: 6 * range.count)
  }

  @inline(__always)
  private func unload<Scalar>(
    _ atoms: ClusterArrays<Scalar>, _ range: Range<Int>, _ forces: UnsafeMutablePointer<Vector3>
  ) {
    let source = atoms.forces
    atomOfSlot.withUnsafeBufferPointer { slots in
      for slot in range where slots[slot] >= 0 {
        let place = source + ((slot >> 3) * 48 + (slot & 7))
        forces[Int(slots[slot])] -= Vector3(
          Double(place[0]) + Double(place[8]), Double(place[16]) + Double(place[24]),
          Double(place[32]) + Double(place[40]))
      }
    }
  }
}
