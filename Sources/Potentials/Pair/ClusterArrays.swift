/// Coordinates, parameters and forces of atoms in clusters of 8, as the pair kernel streams them.
///
/// Slot s of cluster c stands at index 8c + s. Empty slots lie far outside of every cut-off and of each
/// other, with no charge. A pair's Born–Mayer parameters are a contiguous load: each type keeps a row of
/// its parameters against the atom in every slot.
public final class ClusterArrays<Scalar: KernelScalar> {
  public static var width: Int { 8 }

  public private(set) var clusterCount = 0
  private var capacity = 0
  public let typeCount: Int

  /// Relative to the brick's origin, Å.
  public private(set) var x: UnsafeMutablePointer<Scalar>
  public private(set) var y: UnsafeMutablePointer<Scalar>
  public private(set) var z: UnsafeMutablePointer<Scalar>
  /// √(e²/4πε0)·q, so that a product of two is an energy times a length.
  public private(set) var charge: UnsafeMutablePointer<Scalar>
  public private(set) var forceX: UnsafeMutablePointer<Scalar>
  public private(set) var forceY: UnsafeMutablePointer<Scalar>
  public private(set) var forceZ: UnsafeMutablePointer<Scalar>
  public private(set) var type: UnsafeMutablePointer<Int32>
  /// `[typeCount][slots]`: ln A, 1/ρ, C and the energy at the cut-off.
  public private(set) var logA: UnsafeMutablePointer<Scalar>
  public private(set) var inverseRho: UnsafeMutablePointer<Scalar>
  public private(set) var dispersion: UnsafeMutablePointer<Scalar>
  public private(set) var shift: UnsafeMutablePointer<Scalar>

  public init(typeCount: Int) {
    self.typeCount = typeCount
    x = Self.allocate(8)
    y = Self.allocate(8)
    z = Self.allocate(8)
    charge = Self.allocate(8)
    forceX = Self.allocate(8)
    forceY = Self.allocate(8)
    forceZ = Self.allocate(8)
    type = .allocate(capacity: 8)
    logA = Self.allocate(8 * typeCount)
    inverseRho = Self.allocate(8 * typeCount)
    dispersion = Self.allocate(8 * typeCount)
    shift = Self.allocate(8 * typeCount)
    capacity = 8
  }

  deinit { release() }

  public var slotCount: Int { clusterCount * 8 }
  /// Slots from one type's row of parameters to the next.
  public var rowStride: Int { capacity }

  /// Makes room for `clusters`; what was there is lost.
  public func resize(clusters: Int) {
    clusterCount = clusters
    guard clusters * 8 > capacity else { return }
    release()
    capacity = (clusters + clusters / 8 + 1) * 8
    x = Self.allocate(capacity)
    y = Self.allocate(capacity)
    z = Self.allocate(capacity)
    charge = Self.allocate(capacity)
    forceX = Self.allocate(capacity)
    forceY = Self.allocate(capacity)
    forceZ = Self.allocate(capacity)
    type = .allocate(capacity: capacity)
    logA = Self.allocate(capacity * typeCount)
    inverseRho = Self.allocate(capacity * typeCount)
    dispersion = Self.allocate(capacity * typeCount)
    shift = Self.allocate(capacity * typeCount)
  }

  /// Fills the parameter rows of a slot for an atom of `type`; an empty slot has type −1.
  public func setParameters(slot: Int, type atomType: Int32, tables: PairTables<Scalar>) {
    type[slot] = max(atomType, 0)
    charge[slot] = atomType < 0 ? 0 : tables.charge[Int(atomType)]
    for other in 0..<typeCount {
      let row = other * rowStride + slot
      let entry = other * typeCount + Int(max(atomType, 0))
      logA[row] = tables.logA[entry]
      inverseRho[row] = tables.inverseRho[entry]
      dispersion[row] = tables.dispersion[entry]
      shift[row] = tables.shift[entry]
    }
  }

  public func clearForces() {
    forceX.update(repeating: 0, count: slotCount)
    forceY.update(repeating: 0, count: slotCount)
    forceZ.update(repeating: 0, count: slotCount)
  }

  private func release() {
    for pointer in [x, y, z, charge, forceX, forceY, forceZ, logA, inverseRho, dispersion, shift] {
      pointer.deallocate()
    }
    type.deallocate()
  }

  /// Aligned to a cache line, so that eight slots never straddle two.
  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    UnsafeMutableRawPointer.allocate(byteCount: max(count, 8) * MemoryLayout<Scalar>.stride, alignment: 64)
      .bindMemory(to: Scalar.self, capacity: count)
  }
}

/// Parameters of the pairs of types in the kernel's precision, `[type][type]`.
public struct PairTables<Scalar: KernelScalar>: Sendable {
  let charge: [Scalar]
  let logA: [Scalar]
  let inverseRho: [Scalar]
  let dispersion: [Scalar]
  let shift: [Scalar]

  /// The energy is shifted to zero at the cut-off; forces are not changed.
  public init(_ topology: Topology, cutoff: Double) {
    let root = Constants.coulomb.squareRoot()
    charge = topology.charges_e.map { Scalar($0 * root) }
    // ln 0 stands as −80 at every distance: e^−80 is nothing, and the kernel's exponential holds there.
    logA = topology.pairs.map { Scalar($0.A_eV > 0 ? logarithm($0.A_eV) : -80) }
    inverseRho = topology.pairs.map { Scalar($0.A_eV > 0 ? 1 / $0.rho_A : 0) }
    dispersion = topology.pairs.map { Scalar($0.C_eVA6) }
    shift = topology.pairs.map { Scalar($0.energy(cutoff)) }
  }
}
