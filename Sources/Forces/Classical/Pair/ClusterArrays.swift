/// Coordinates, types and forces of atoms in clusters of 8, as the pair kernels stream them.
///
/// Slot s of cluster c is lane s of the cluster's blocks. Empty slots are far from all atoms and from each other; an empty
/// cluster follows the last one.
final class ClusterArrays<Scalar: SIMDScalar & BinaryFloatingPoint> {
  private(set) var clusterCount = 0
  private var capacity = 0
  /// `[cluster][x, y, z][8]`, Å from the brick's origin.
  private(set) var coordinates: UnsafeMutablePointer<Scalar>
  /// The coordinates when the lists were pruned.
  private(set) var reference: UnsafeMutablePointer<Scalar>
  /// `[cluster][x, y, z][16]`, eV/Å: the force on slot s is minus the sum of lanes s and s + 8.
  private(set) var forces: UnsafeMutablePointer<Scalar>
  /// `[cluster][16]`: types of the eight, then the same plus 16.
  private(set) var type: UnsafeMutablePointer<Int32>

  init() {
    coordinates = Self.allocate(0)
    reference = Self.allocate(0)
    forces = Self.allocate(0)
    type = Self.allocateTypes(0)
  }

  deinit { release() }

  /// Resizes the arrays; their content is lost.
  func resize(clusters: Int) {
    clusterCount = clusters
    if clusters >= capacity {
      release()
      capacity = clusters + clusters / 16 + 1
      coordinates = Self.allocate(capacity * 24)
      reference = Self.allocate(capacity * 24)
      forces = Self.allocate(capacity * 48)
      type = Self.allocateTypes(capacity * 16)
    }
    for lane in 0..<8 {
      setType(slot: 8 * clusters + lane, 0)
      setPosition(slot: 8 * clusters + lane, x: 1e5, y: 1e5, z: 1e5)
    }
    (forces + 48 * clusters).initialize(repeating: 0, count: 48)
  }

  @inline(__always)
  func setType(slot: Int, _ value: Int32) {
    let place = type + ((slot >> 3) * 16 + (slot & 7))
    place[0] = value
    place[8] = value + 16
  }

  @inline(__always)
  func setPosition(slot: Int, x: Scalar, y: Scalar, z: Scalar) {
    let place = coordinates + ((slot >> 3) * 24 + (slot & 7))
    place[0] = x
    place[8] = y
    place[16] = z
  }

  private static func allocateTypes(_ count: Int) -> UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer.allocate(byteCount: max(count, 16) * 4, alignment: 64)
      .bindMemory(to: Int32.self, capacity: count)
  }

  private func release() {
    coordinates.deallocate()
    reference.deallocate()
    forces.deallocate()
    type.deallocate()
  }

  /// Aligned to a cache line, so that no block straddles two.
  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    UnsafeMutableRawPointer.allocate(byteCount: max(count, 8) * MemoryLayout<Scalar>.stride, alignment: 64)
      .bindMemory(to: Scalar.self, capacity: count)
  }
}
