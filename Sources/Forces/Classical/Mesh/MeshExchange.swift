import MPI

/// Moves charge from the ranks' regions onto the slabs of the mesh, and the potential back.
///
/// Slabs are planes of constant index along a. A rank sends each plane of its region to the owner of the plane, which
/// folds it into the cell; the potential returns in reverse. Sums run in rank order, so that results on the same number
/// of ranks are the same bit for bit.
final class MeshExchange<Scalar: MeshScalar> {
  private let communicator: Communicator
  private let grid: SIMD3<Int>
  private let slabs: SlabPartition
  private var regions: [MeshRegion] = []
  /// For each peer: the planes of this rank's region that it owns, and of its region that this rank owns.
  private var outgoing: [[Int]] = []
  private var incoming: [[Int]] = []
  /// Planes of regions to and from other ranks, in rank order.
  private var outBuffer = UnsafeMutablePointer<Scalar>.allocate(capacity: 1)
  private var inBuffer = UnsafeMutablePointer<Scalar>.allocate(capacity: 1)
  private var down: PersistentRequests
  private var up: PersistentRequests
  private(set) var remoteBytes = 0

  init(_ communicator: Communicator, grid: SIMD3<Int>) {
    self.communicator = communicator
    self.grid = grid
    slabs = SlabPartition(total: grid.x, ranks: communicator.size)
    down = PersistentRequests(communicator)
    up = PersistentRequests(communicator)
  }

  deinit {
    outBuffer.deallocate()
    inBuffer.deallocate()
  }

  /// Messages that this rank sends in a step.
  var messages: Int { (down.count + up.count) / 2 }

  private func planeSize(_ rank: Int) -> Int { Int(regions[rank].count.y) * Int(regions[rank].count.z) }

  /// Exchanges the regions. Every rank must call when a region may have changed.
  func agree(_ region: MeshRegion) throws {
    let agreed = try communicator.allGather([region])
    guard agreed != regions else { return }
    regions = agreed
    let me = communicator.rank
    func planes(of region: MeshRegion, ownedBy rank: Int) -> [Int] {
      (0..<Int(region.count.x)).filter {
        slabs.range(rank).contains(wrap(Int(region.low.x) + $0, grid.x))
      }
    }
    outgoing = (0..<communicator.size).map { planes(of: regions[me], ownedBy: $0) }
    incoming = (0..<communicator.size).map { planes(of: regions[$0], ownedBy: me) }
    try makeRequests()
  }

  /// Buffers, and messages between them, for all steps until the regions change.
  private func makeRequests() throws {
    let me = communicator.rank
    let outCounts = outgoing.indices.map { $0 == me ? 0 : outgoing[$0].count * planeSize(me) }
    let inCounts = incoming.indices.map { $0 == me ? 0 : incoming[$0].count * planeSize($0) }
    down = PersistentRequests(communicator)
    up = PersistentRequests(communicator)
    outBuffer.deallocate()
    inBuffer.deallocate()
    outBuffer = .allocate(capacity: max(1, outCounts.reduce(0, +)))
    inBuffer = .allocate(capacity: max(1, inCounts.reduce(0, +)))
    var out = outBuffer
    var arriving = inBuffer
    for peer in 0..<communicator.size {
      let sent = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: out, count: outCounts[peer]))
      let received = UnsafeMutableRawBufferPointer(
        UnsafeMutableBufferPointer(start: arriving, count: inCounts[peer]))
      if received.count > 0 {
        try down.addReceive(received, from: peer, tag: Tag.charges)
        try up.addSend(UnsafeRawBufferPointer(received), to: peer, tag: Tag.potential)
      }
      if sent.count > 0 {
        try down.addSend(UnsafeRawBufferPointer(sent), to: peer, tag: Tag.charges)
        try up.addReceive(sent, from: peer, tag: Tag.potential)
      }
      out += outCounts[peer]
      arriving += inCounts[peer]
    }
    remoteBytes = (outCounts + inCounts).reduce(0, +) * MemoryLayout<Scalar>.stride
  }

  /// Sends the planes that other ranks own; `fold` receives.
  func send(region values: UnsafePointer<Scalar>) throws {
    guard communicator.size > 1 else { return }
    let plane = planeSize(communicator.rank)
    var cursor = outBuffer
    for (peer, planes) in outgoing.enumerated() where peer != communicator.rank {
      for p in planes {
        cursor.initialize(from: values + p * plane, count: plane)
        cursor += plane
      }
    }
    try down.start()
  }

  /// Adds every rank's charges to the slabs; `slab` is overwritten. After `send`.
  func fold(region values: UnsafePointer<Scalar>, into slab: UnsafeMutablePointer<Scalar>) throws {
    let owned = slabs.range(communicator.rank)
    slab.initialize(repeating: 0, count: owned.count * grid.y * grid.z)
    try down.wait()
    var remote = UnsafePointer(inBuffer)
    for (peer, planes) in incoming.enumerated() {
      let region = regions[peer]
      let size = planeSize(peer)
      for p in planes {
        let source = peer == communicator.rank ? values + p * size : remote
        let target = slab + (wrap(Int(region.low.x) + p, grid.x) - owned.lowerBound) * grid.y * grid.z
        eachRow(region) { row, target0, run, offset in
          let to = target + target0
          let from = source + row + offset
          for k in 0..<run { to[k] += from[k] }
        }
        if peer != communicator.rank { remote += size }
      }
    }
  }

  /// Sends every rank the values of the slabs in its region.
  func unfold(slab: UnsafePointer<Scalar>, into values: UnsafeMutablePointer<Scalar>) throws {
    let me = communicator.rank
    var cursor = inBuffer
    for (peer, planes) in incoming.enumerated() where peer != me {
      for p in planes {
        copy(slab, regions[peer], p, to: cursor)
        cursor += planeSize(peer)
      }
    }
    try up.start()
    let plane = planeSize(me)
    for p in incoming[me] { copy(slab, regions[me], p, to: values + p * plane) }
    try up.wait()
    var source = outBuffer
    for (peer, planes) in outgoing.enumerated() where peer != me {
      for p in planes {
        (values + p * plane).initialize(from: source, count: plane)
        source += plane
      }
    }
  }

  /// One plane of a region, out of the slab.
  @inline(__always)
  private func copy(
    _ slab: UnsafePointer<Scalar>, _ region: MeshRegion, _ p: Int, to target: UnsafeMutablePointer<Scalar>
  ) {
    let owned = slabs.range(communicator.rank)
    let source = slab + (wrap(Int(region.low.x) + p, grid.x) - owned.lowerBound) * grid.y * grid.z
    eachRow(region) { row, target0, run, offset in
      (target + row + offset).initialize(from: source + target0, count: run)
    }
  }

  /// Runs over a region's plane in pieces that are contiguous both there and in the wrapped mesh:
  /// (row's start in the plane, start in the mesh's plane, length, offset in the row).
  @inline(__always)
  private func eachRow(_ region: MeshRegion, _ body: (Int, Int, Int, Int) -> Void) {
    for j in 0..<Int(region.count.y) {
      let meshRow = wrap(Int(region.low.y) + j, grid.y) * grid.z
      var done = 0
      while done < Int(region.count.z) {
        let start = wrap(Int(region.low.z) + done, grid.z)
        let run = min(Int(region.count.z) - done, grid.z - start)
        body(j * Int(region.count.z), meshRow + start, run, done)
        done += run
      }
    }
  }
}

private enum Tag {
  static let charges = 11
  static let potential = 12
}

@inline(__always)
private func wrap(_ i: Int, _ n: Int) -> Int {
  let r = i % n
  return r < 0 ? r + n : r
}
