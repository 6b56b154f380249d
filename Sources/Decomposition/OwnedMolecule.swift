import Mathematics

/// A molecule that a rank owns.
@usableFromInline
package struct OwnedMolecule: BitwiseCopyable, Sendable {
  package var id: Int32
  /// Index of its first atom on this rank.
  package var first: Int32
  package var count: Int32
  @usableFromInline package var template: Int32
  /// Cells that it has moved: its unwrapped position is its position plus these lattice vectors.
  package var image: SIMD3<Int32>
  /// Rotation of the rest geometry to the orientation of a rigid molecule, or of one whose rotation is fixed: a unit
  /// quaternion, w first.
  package var orientation = SIMD4<Double>(1, 0, 0, 0)
  /// Of a rigid molecule about its centre of mass, eV ps.
  package var angularMomentum = Vector3()
  /// Number of its slot in `PerMoleculeData` among those of its template; −1 for none.
  @usableFromInline package internal(set) var dataSlot: Int32 = -1

  init(id: Int32, count: Int32, template: Int32, image: SIMD3<Int32>) {
    self.id = id
    first = 0
    self.count = count
    self.template = template
    self.image = image
  }

  init(id: Int32, count: Int32, template: Int32, body: BodyState) {
    self.init(id: id, count: count, template: template, image: body.image)
    orientation = body.orientation
    angularMomentum = body.angularMomentum
  }

  package var body: BodyState {
    BodyState(image: image, orientation: orientation, angularMomentum: angularMomentum)
  }
}

/// The state of a molecule beside the coordinates of its atoms, as messages, snapshots and checkpoints hold it: image,
/// orientation and angular momentum in `width` doubles.
package struct BodyState: Equatable, Sendable {
  package var image: SIMD3<Int32>
  package var orientation: SIMD4<Double>
  package var angularMomentum: Vector3

  /// Doubles of one molecule.
  package static let width = 10

  init(image: SIMD3<Int32>, orientation: SIMD4<Double>, angularMomentum: Vector3) {
    self.image = image
    self.orientation = orientation
    self.angularMomentum = angularMomentum
  }

  /// - Parameter doubles: `width` of them, as `doubles` returns them.
  package init(_ doubles: ArraySlice<Double>) {
    let v = Array(doubles)
    image = [Int32(v[0]), Int32(v[1]), Int32(v[2])]
    orientation = [v[3], v[4], v[5], v[6]]
    angularMomentum = [v[7], v[8], v[9]]
  }

  package var doubles: [Double] {
    [
      Double(image.x), Double(image.y), Double(image.z), orientation.x, orientation.y, orientation.z,
      orientation.w, angularMomentum.x, angularMomentum.y, angularMomentum.z,
    ]
  }
}
