import Mathematics

/// The atoms of a rank: its own first, molecule by molecule, then those of its halo.
///
/// Positions are not wrapped atom by atom: the atoms of a molecule stay together, and the image of the molecule
/// counts the cells that it has moved.
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

  /// Grows the arrays to hold `needed` atoms in all; the first `totalCount` are kept. The rest stays uninitialised, so
  /// that it takes no memory before it is used.
  func reserve(_ needed: Int) {
    guard needed > capacity else { return }
    let grown = needed + needed / 8 + 64
    func moved<T: BitwiseCopyable>(
      _ old: UnsafeMutablePointer<T>, keeping kept: Int
    ) -> UnsafeMutablePointer<T> {
      let new = UnsafeMutablePointer<T>.allocate(capacity: grown)
      new.moveInitialize(from: old, count: kept)
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
