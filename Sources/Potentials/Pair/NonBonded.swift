import Crystal

/// The precision of the pair kernel's arithmetic; everything else is double.
public enum Precision: String, Codable, Sendable {
  case mixed, double
}

/// The non-bonded pairs of a rank: takes positions in the order of the atoms, works on clusters, and gives
/// forces back in the order of the atoms.
public final class NonBonded {
  private enum Engine {
    case single(ClusterArrays<Float>, PairKernel<Float>, PairTables<Float>)
    case double(ClusterArrays<Double>, PairKernel<Double>, PairTables<Double>)
  }

  private let engine: Engine
  private var atomOfSlot: [Int32] = []

  public init(_ topology: Topology, splitting: CoulombSplitting, precision: Precision) {
    let types = topology.typeNames.count
    switch precision {
    case .mixed:
      engine = .single(
        ClusterArrays(typeCount: types), PairKernel(splitting), PairTables(topology, cutoff: splitting.cutoff)
      )
    case .double:
      engine = .double(
        ClusterArrays(typeCount: types), PairKernel(splitting), PairTables(topology, cutoff: splitting.cutoff)
      )
    }
  }

  /// Error of the Coulomb polynomials that suits a precision.
  public static func polynomialTolerance(_ precision: Precision) -> Double {
    precision == .mixed ? Float.polynomialTolerance : Double.polynomialTolerance
  }

  /// Takes over a new arrangement of atoms into slots.
  /// - Parameter atomOfSlot: index of the atom in each slot, −1 for none; eight slots for each cluster.
  public func arrange(atomOfSlot slots: [Int32], types: UnsafePointer<Int32>) {
    atomOfSlot = slots
    switch engine {
    case .single(let atoms, _, let tables): arrange(atoms, tables, types)
    case .double(let atoms, _, let tables): arrange(atoms, tables, types)
    }
  }

  /// Adds forces to all atoms, halo included.
  /// - Parameter origin: a point near the rank's atoms; single precision counts from there.
  public func compute(
    _ list: borrowing ClusterPairList, positions: UnsafePointer<Vector3>, origin: Vector3,
    forces: UnsafeMutablePointer<Vector3>, wantsEnergy: Bool
  ) -> PairEnergy {
    switch engine {
    case .single(let atoms, let kernel, _):
      load(atoms, positions, origin)
      let energy = kernel.compute(atoms, list, wantsEnergy: wantsEnergy)
      unload(atoms, forces)
      return energy
    case .double(let atoms, let kernel, _):
      load(atoms, positions, origin)
      let energy = kernel.compute(atoms, list, wantsEnergy: wantsEnergy)
      unload(atoms, forces)
      return energy
    }
  }

  @inline(__always)
  private func arrange<Scalar>(
    _ atoms: ClusterArrays<Scalar>, _ tables: PairTables<Scalar>, _ types: UnsafePointer<Int32>
  ) {
    atoms.resize(clusters: atomOfSlot.count / 8)
    for (slot, atom) in atomOfSlot.enumerated() {
      atoms.setParameters(slot: slot, type: atom < 0 ? -1 : types[Int(atom)], tables: tables)
    }
  }

  @inline(__always)
  private func load<Scalar>(
    _ atoms: ClusterArrays<Scalar>, _ positions: UnsafePointer<Vector3>, _ origin: Vector3
  ) {
    let x = atoms.x
    let y = atoms.y
    let z = atoms.z
    atomOfSlot.withUnsafeBufferPointer { slots in
      for slot in slots.indices {
        let atom = Int(slots[slot])
        // Empty slots lie apart from each other too: two at one place would be a pair at distance 0.
        let r =
          atom < 0
          ? Vector3(1e4, 1e4 + 32 * Double(slot & 7), 1e4 + 32 * Double(slot >> 3)) : positions[atom] - origin
        x[slot] = Scalar(r.x)
        y[slot] = Scalar(r.y)
        z[slot] = Scalar(r.z)
      }
    }
    atoms.clearForces()
  }

  @inline(__always)
  private func unload<Scalar>(_ atoms: ClusterArrays<Scalar>, _ forces: UnsafeMutablePointer<Vector3>) {
    let x = atoms.forceX
    let y = atoms.forceY
    let z = atoms.forceZ
    atomOfSlot.withUnsafeBufferPointer { slots in
      for slot in slots.indices where slots[slot] >= 0 {
        forces[Int(slots[slot])] += Vector3(Double(x[slot]), Double(y[slot]), Double(z[slot]))
      }
    }
  }
}
