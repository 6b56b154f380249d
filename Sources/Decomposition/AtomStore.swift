import Mathematics

/// The atoms of a rank: its own first, molecule by molecule, then those of its halo.
///
/// Positions are not wrapped atom by atom: the atoms of a molecule stay together, and the molecule's image
/// tells how many cells it has moved.
package final class AtomStore {
  package private(set) var capacity = 0
  /// Å.
  package private(set) var position: UnsafeMutablePointer<Vector3>
  /// Å/ps; own atoms only.
  package private(set) var velocity: UnsafeMutablePointer<Vector3>
  /// eV/Å.
  package private(set) var force: UnsafeMutablePointer<Vector3>
  /// Where each atom stood when the lists were built, Å; own atoms only.
  package private(set) var reference: UnsafeMutablePointer<Vector3>
  package private(set) var type: UnsafeMutablePointer<Int32>
  /// Own atoms only.
  package private(set) var id: UnsafeMutablePointer<Int32>

  /// Own atoms.
  package internal(set) var count = 0
  package internal(set) var haloCount = 0
  package var totalCount: Int { count + haloCount }

  package init() {
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
package struct OwnedMolecule: BitwiseCopyable, Sendable {
  package var id: Int32
  /// Index of its first atom on this rank.
  package var first: Int32
  package var count: Int32
  package var template: Int32
  /// Cells that it has moved: its unwrapped position is its position plus these lattice vectors.
  package var image: SIMD3<Int32>
  /// How a rigid or unturning molecule stands against its rest geometry: a unit quaternion, w first.
  package var orientation = SIMD4<Double>(1, 0, 0, 0)
  /// Of a rigid molecule about its centre of mass, eV ps.
  package var angularMomentum = Vector3()
  /// Number of its slot among those of its template; −1 for none. See `PerMoleculeData`.
  package internal(set) var luggage: Int32 = -1

  init(id: Int32, count: Int32, template: Int32, image: SIMD3<Int32>) {
    self.id = id
    first = 0
    self.count = count
    self.template = template
    self.image = image
  }
}
