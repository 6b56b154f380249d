import Crystal
import Potentials

/// The atoms of a rank: its own first, molecule by molecule, then those of its halo.
///
/// Positions are not wrapped atom by atom: the atoms of a molecule stay together, and the molecule's image
/// tells how many cells it has moved.
public final class AtomStore {
  public private(set) var capacity = 0
  /// Å.
  public private(set) var position: UnsafeMutablePointer<Vector3>
  /// Å/ps; own atoms only.
  public private(set) var velocity: UnsafeMutablePointer<Vector3>
  /// eV/Å.
  public private(set) var force: UnsafeMutablePointer<Vector3>
  /// Where each atom stood when the lists were built, Å; own atoms only.
  public private(set) var reference: UnsafeMutablePointer<Vector3>
  public private(set) var type: UnsafeMutablePointer<Int32>
  /// Own atoms only.
  public private(set) var id: UnsafeMutablePointer<Int32>

  /// Own atoms.
  public internal(set) var count = 0
  public internal(set) var haloCount = 0
  public var totalCount: Int { count + haloCount }

  public init() {
    position = .allocate(capacity: 1)
    velocity = .allocate(capacity: 1)
    force = .allocate(capacity: 1)
    reference = .allocate(capacity: 1)
    type = .allocate(capacity: 1)
    id = .allocate(capacity: 1)
    capacity = 1
  }

  deinit { release() }

  /// Makes room for `needed` atoms in all; the first `totalCount` are kept.
  func reserve(_ needed: Int) {
    guard needed > capacity else { return }
    let grown = needed + needed / 8 + 64
    func moved<T>(_ old: UnsafeMutablePointer<T>, keeping kept: Int) -> UnsafeMutablePointer<T> {
      let new = UnsafeMutablePointer<T>.allocate(capacity: grown)
      new.update(from: old, count: kept)
      old.deallocate()
      return new
    }
    position = moved(position, keeping: totalCount)
    velocity = moved(velocity, keeping: count)
    force = moved(force, keeping: totalCount)
    reference = moved(reference, keeping: count)
    type = moved(type, keeping: totalCount)
    id = moved(id, keeping: count)
    capacity = grown
  }

  private func release() {
    position.deallocate()
    velocity.deallocate()
    force.deallocate()
    reference.deallocate()
    type.deallocate()
    id.deallocate()
  }
}

/// A molecule that a rank owns.
public struct OwnedMolecule: BitwiseCopyable, Sendable {
  public var id: Int32
  /// Index of its first atom on this rank.
  public var first: Int32
  public var count: Int32
  public var template: Int32
  /// Cells that it has moved: its unwrapped position is its position plus these lattice vectors.
  public var image: SIMD3<Int32>
  /// How a rigid or unturning molecule stands against its rest geometry: a unit quaternion, w first.
  public var orientation = SIMD4<Double>(1, 0, 0, 0)
  /// Of a rigid molecule about its centre of mass, eV ps.
  public var angularMomentum = Vector3()
  /// Number of its slot among those of its template; −1 for none. See `Luggage`.
  public internal(set) var luggage: Int32 = -1

  init(id: Int32, count: Int32, template: Int32, image: SIMD3<Int32>) {
    self.id = id
    first = 0
    self.count = count
    self.template = template
    self.image = image
  }
}
