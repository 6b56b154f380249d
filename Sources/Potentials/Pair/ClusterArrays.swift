/// Coordinates, parameters and forces of atoms in clusters of 8, as the pair kernels stream them.
///
/// Slot s of cluster c stands at lane s of the cluster's blocks. Empty slots lie far outside of every
/// cut-off and of each other, with no charge. A pair's short-range parameters are a contiguous load: every
/// cluster keeps those of its atoms against each type.
final class ClusterArrays<Scalar: SIMDScalar & BinaryFloatingPoint> {
  /// Blocks of eight in `parameters` for each type: `Parameter`.
  static var parameterBlocks: Int { 5 }

  let typeCount: Int
  private(set) var clusterCount = 0
  private var capacity = 0
  /// `[cluster][x, y, z, charge][8]`: Å from the brick's origin, and √(e²/4πε₀)·q, so that a product of two is
  /// an energy times a length.
  private(set) var coordinates: UnsafeMutablePointer<Scalar>
  /// `[cluster][x, y, z][8]`, eV/Å.
  private(set) var forces: UnsafeMutablePointer<Scalar>
  /// `[cluster][type][5][8]`: log₂(A/ρ), log₂(e)/ρ, 6 C, ρ and the energy at the cut-off.
  private(set) var parameters: UnsafeMutablePointer<Scalar>
  private(set) var type: UnsafeMutablePointer<Int32>

  init(typeCount: Int) {
    self.typeCount = typeCount
    coordinates = Self.allocate(0)
    forces = Self.allocate(0)
    parameters = Self.allocate(0)
    type = .allocate(capacity: 1)
  }

  deinit { release() }

  /// From one cluster's parameters to the next.
  var parameterStride: Int { typeCount * Self.parameterBlocks * 8 }

  /// Makes room for `clusters`; what was there is lost.
  func resize(clusters: Int) {
    clusterCount = clusters
    guard clusters > capacity else { return }
    release()
    capacity = clusters + clusters / 16 + 1
    coordinates = Self.allocate(capacity * 32)
    forces = Self.allocate(capacity * 24)
    parameters = Self.allocate(capacity * parameterStride)
    type = .allocate(capacity: capacity * 8)
  }

  /// Fills charge and parameters of a slot for an atom of `type`; an empty slot has type −1.
  func setParameters(slot: Int, type atomType: Int32, tables: PairTables<Scalar>) {
    let cluster = slot / 8
    let lane = slot % 8
    let own = Int(max(atomType, 0))
    type[slot] = Int32(own)
    coordinates[32 * cluster + 24 + lane] = atomType < 0 ? 0 : tables.charge[own]
    for other in 0..<typeCount {
      let block = parameters + cluster * parameterStride + other * Self.parameterBlocks * 8 + lane
      let row = tables.parameters + (own * typeCount + other) * Self.parameterBlocks
      for k in 0..<Self.parameterBlocks { block[8 * k] = row[k] }
    }
  }

  func clearForces() { forces.update(repeating: 0, count: clusterCount * 24) }

  private func release() {
    coordinates.deallocate()
    forces.deallocate()
    parameters.deallocate()
    type.deallocate()
  }

  /// Aligned to a cache line, so that a block never straddles two.
  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    UnsafeMutableRawPointer.allocate(byteCount: max(count, 8) * MemoryLayout<Scalar>.stride, alignment: 64)
      .bindMemory(to: Scalar.self, capacity: count)
  }
}

/// Parameters of the pairs of types in a kernel's precision.
final class PairTables<Scalar: SIMDScalar & BinaryFloatingPoint> {
  /// √(e²/4πε₀)·q by type.
  let charge: [Scalar]
  /// `[type][type][5]`, as in `ClusterArrays.parameters`.
  let parameters: UnsafeMutablePointer<Scalar>

  /// The energy is shifted to zero at the cut-off; forces are not changed.
  init(_ topology: Topology, cutoff: Double) {
    let root = Constants.coulomb.squareRoot()
    charge = topology.charges_e.map { Scalar($0 * root) }
    let log2e = 1 / logarithm(2)
    let values = topology.pairs.flatMap { pair in
      // log₂ 0 stands as −126 at every distance: 2⁻¹²⁶ is nothing, and the kernel's exponential holds there.
      pair.A_eV > 0
        ? [
          logarithm(pair.A_eV / pair.rho_A) * log2e, log2e / pair.rho_A, 6 * pair.C_eVA6, pair.rho_A,
          pair.energy(cutoff),
        ] : [-126, 0, 6 * pair.C_eVA6, 1, pair.energy(cutoff)]
    }
    parameters = .allocate(capacity: values.count)
    for (index, value) in values.enumerated() { parameters[index] = Scalar(value) }
  }

  deinit { parameters.deallocate() }
}
