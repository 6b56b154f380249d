/// Coordinates, types and forces of atoms in clusters of 8, as the pair kernels stream them.
///
/// Slot s of cluster c stands at lane s of the cluster's blocks. Empty slots lie far outside of every
/// cut-off and of each other.
final class ClusterArrays<Scalar: SIMDScalar & BinaryFloatingPoint> {
  private(set) var clusterCount = 0
  private var capacity = 0
  /// `[cluster][x, y, z][8]`, Å from the brick's origin.
  private(set) var coordinates: UnsafeMutablePointer<Scalar>
  /// `[cluster][x, y, z][8]`, eV/Å.
  private(set) var forces: UnsafeMutablePointer<Scalar>
  /// `[cluster][8]`.
  private(set) var type: UnsafeMutablePointer<Int32>

  init() {
    coordinates = Self.allocate(0)
    forces = Self.allocate(0)
    type = .allocate(capacity: 1)
  }

  deinit { release() }

  /// Makes room for `clusters`; what was there is lost.
  func resize(clusters: Int) {
    clusterCount = clusters
    guard clusters > capacity else { return }
    release()
    capacity = clusters + clusters / 16 + 1
    coordinates = Self.allocate(capacity * 24)
    forces = Self.allocate(capacity * 24)
    type = UnsafeMutableRawPointer.allocate(byteCount: capacity * 32, alignment: 64)
      .bindMemory(to: Int32.self, capacity: capacity * 8)
  }

  private func release() {
    coordinates.deallocate()
    forces.deallocate()
    type.deallocate()
  }

  /// Aligned to a cache line, so that no block straddles two.
  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    UnsafeMutableRawPointer.allocate(byteCount: max(count, 8) * MemoryLayout<Scalar>.stride, alignment: 64)
      .bindMemory(to: Scalar.self, capacity: count)
  }
}
