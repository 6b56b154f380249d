extension ClusterArrays where Scalar == Float {
  /// Stores the present coordinates as those of the last pruning.
  func markPruning() { reference.initialize(from: coordinates, count: clusterCount * 24) }

  /// The largest squared distance, Å², of an atom from where it was at the last pruning.
  var largestSquareSincePruning: Float {
    let now = UnsafeRawPointer(coordinates)
    let then = UnsafeRawPointer(reference)
    var largest = SIMD8<Float>()
    var offset = 0
    while offset < clusterCount * 96 {
      func moved(_ k: Int) -> SIMD8<Float> {
        now.loadUnaligned(fromByteOffset: offset + k, as: SIMD8<Float>.self)
          - then.loadUnaligned(fromByteOffset: offset + k, as: SIMD8<Float>.self)
      }
      let x = moved(0)
      let y = moved(32)
      let z = moved(64)
      let square = (x * x).addingProduct(y, y).addingProduct(z, z)
      largest = largest.replacing(with: square, where: square .> largest)
      offset += 96
    }
    return largest.max()
  }
}
