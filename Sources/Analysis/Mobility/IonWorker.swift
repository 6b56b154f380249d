/// The memory of one thread for the contribution of one ion to the sums of a `RunMobilityAccumulator`.
final class IonWorker {
  private let frameCount: Int
  /// [component][frame], Å from its first position, with the reference path subtracted.
  private let path: UnsafeMutableBufferPointer<Double>
  let whole: IonDisplacement
  package let blocks: [IonDisplacement]
  private(set) var moments: DisplacementMoments
  let modes: ModeSums
  /// An empty counter to start from.
  private let counter: HopCounter
  private(set) var hops = HopStatistics()
  /// Squared displacement at the end, and the largest, Å².
  private(set) var finalSquared = 0.0
  private(set) var largestSquared = 0.0

  init(
    frameCount: Int, whole: IonDisplacement, blocks: [IonDisplacement], moments: DisplacementMoments,
    modes: ModeSums, hops: HopCounter
  ) {
    self.frameCount = frameCount
    self.whole = whole
    self.blocks = blocks
    self.moments = moments
    self.modes = modes
    counter = hops
    path = .allocate(capacity: 3 * frameCount)
    path.initialize(repeating: 0)
  }

  deinit { path.deallocate() }

  /// Replaces the path by that of another ion.
  /// - Parameter position: of a component at a frame, Å.
  @inline(__always)
  func load(_ position: (Int, Int) -> Float) {
    for component in 0..<3 {
      let first = Double(position(component, 0))
      for frame in 0..<frameCount {
        path[component &* frameCount &+ frame] = Double(position(component, frame)) - first
      }
    }
  }

  /// - Parameter reference: [component][frame], Å from its first frame; empty for none.
  func analyse(reference: [Double]) {
    guard let base = path.baseAddress else { return }
    let n = frameCount
    if !reference.isEmpty {
      reference.withUnsafeBufferPointer { reference in
        for i in 0..<(3 * n) { base[i] -= reference[i] }
      }
    }
    whole.set(path: UnsafePointer(base), stride: n, first: 0)
    for (index, block) in blocks.enumerated() {
      block.set(path: UnsafePointer(base), stride: n, first: index * (block.frameCount - 1))
    }
    moments.clear()
    moments.add(path: base)
    modes.set(path: base, frameCount: n)
    var counter = counter
    counter.add(path: UnsafeBufferPointer(path), frameCount: n)
    hops = counter.statistics
    var (final, largest) = (0.0, 0.0)
    for frame in 0..<n {
      let (x, y, z) = (base[frame], base[n + frame], base[2 * n + frame])
      final = x * x + y * y + z * z
      largest = max(largest, final)
    }
    (finalSquared, largestSquared) = (final, largest)
  }
}
