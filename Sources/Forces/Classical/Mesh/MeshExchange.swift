import MPI

/// Moves charge from the ranks' regions onto the parts of the mesh, and the potential back.
///
/// A rank sends the owner of each part the points of its region there, in one message; the owner folds them into the
/// cell, and the potential returns in reverse. Sums run in rank order, so that results on the same number of ranks are the
/// same bit for bit.
final class MeshExchange<Scalar: MeshScalar> {
  private let communicator: Communicator
  private let grid: SIMD3<Int>
  /// What each rank owns: planes along a and rows along b.
  private let parts: [(planes: Range<Int>, rows: Range<Int>)]
  private var regions: [MeshRegion] = []
  /// What others own of this rank's region, and this rank of theirs, each with its own share of its own region, in rank
  /// order.
  private var outgoing: [RegionShare] = []
  private var incoming: [RegionShare] = []
  /// Points to and from other ranks, in rank order.
  private var outBuffer = UnsafeMutablePointer<Scalar>.allocate(capacity: 1)
  private var inBuffer = UnsafeMutablePointer<Scalar>.allocate(capacity: 1)
  private var down: PersistentRequests
  private var up: PersistentRequests
  private(set) var remoteBytes = 0

  init(_ communicator: Communicator, grid: SIMD3<Int>, layout: MeshLayout) {
    self.communicator = communicator
    self.grid = grid
    let planes = EvenPartition(total: grid.x, parts: layout.alongA)
    let rows = EvenPartition(total: grid.y, parts: layout.alongB)
    parts = (0..<layout.rankCount).map { rank in
      (planes.range(rank / layout.alongB), rows.range(rank % layout.alongB))
    }
    down = PersistentRequests(communicator)
    up = PersistentRequests(communicator)
  }

  deinit {
    outBuffer.deallocate()
    inBuffer.deallocate()
  }

  /// Messages that this rank sends in a step.
  var messages: Int { (down.count + up.count) / 2 }

  /// Exchanges the regions. Every rank must call when a region may have changed.
  func agree(_ region: MeshRegion) throws {
    let agreed = try communicator.allGather([region])
    guard agreed != regions else { return }
    regions = agreed
    let me = communicator.rank
    outgoing = parts.indices.compactMap {
      RegionShare(peer: $0, region: regions[me], owned: parts[$0], grid: grid)
    }
    incoming =
      me < parts.count
      ? regions.indices.compactMap {
        RegionShare(peer: $0, region: regions[$0], owned: parts[me], grid: grid)
      } : []
    try makeRequests()
  }

  /// Buffers, and messages between them, for all steps until the regions change.
  private func makeRequests() throws {
    let me = communicator.rank
    func points(_ shares: [RegionShare]) -> Int {
      shares.reduce(0) { $1.peer == me ? $0 : $0 + $1.pointCount }
    }
    down = PersistentRequests(communicator)
    up = PersistentRequests(communicator)
    outBuffer.deallocate()
    inBuffer.deallocate()
    outBuffer = .allocate(capacity: max(1, points(outgoing)))
    inBuffer = .allocate(capacity: max(1, points(incoming)))
    var arriving = inBuffer
    for share in incoming where share.peer != me {
      let bytes = UnsafeMutableRawBufferPointer(
        UnsafeMutableBufferPointer(start: arriving, count: share.pointCount))
      try down.addReceive(bytes, from: share.peer, tag: Tag.charges)
      try up.addSend(UnsafeRawBufferPointer(bytes), to: share.peer, tag: Tag.potential)
      arriving += share.pointCount
    }
    var out = outBuffer
    for share in outgoing where share.peer != me {
      let bytes = UnsafeMutableRawBufferPointer(
        UnsafeMutableBufferPointer(start: out, count: share.pointCount))
      try down.addSend(UnsafeRawBufferPointer(bytes), to: share.peer, tag: Tag.charges)
      try up.addReceive(bytes, from: share.peer, tag: Tag.potential)
      out += share.pointCount
    }
    remoteBytes = (points(outgoing) + points(incoming)) * MemoryLayout<Scalar>.stride
  }

  /// Sends the points that other ranks own; `fold` receives.
  func send(region values: UnsafePointer<Scalar>) throws {
    guard communicator.size > 1 else { return }
    var cursor = outBuffer
    for share in outgoing where share.peer != communicator.rank {
      eachBlock(share) { at, count in
        cursor.update(from: values + at, count: count)
        cursor += count
      }
    }
    try down.start()
  }

  /// Adds every rank's charges to the parts; `part` is overwritten. After `send`.
  func fold(region values: UnsafePointer<Scalar>, into part: UnsafeMutablePointer<Scalar>) throws {
    try down.wait()
    guard communicator.rank < parts.count else { return }
    let owned = parts[communicator.rank]
    part.initialize(repeating: 0, count: owned.planes.count * owned.rows.count * grid.z)
    var remote = UnsafePointer(inBuffer)
    for share in incoming {
      let isOwn = share.peer == communicator.rank
      let length = Int(share.region.count.z)
      eachRow(share) { regionRow, partRow in
        let source = isOwn ? values + regionRow * length : remote
        let target = part + partRow * grid.z
        for piece in share.pieces {
          let to = target + piece.start
          let from = source + piece.offset
          for k in 0..<piece.count { to[k] += from[k] }
        }
        if !isOwn { remote += length }
      }
    }
  }

  /// Sends every rank the values of this part in its region.
  func unfold(part: UnsafePointer<Scalar>, into values: UnsafeMutablePointer<Scalar>) throws {
    let me = communicator.rank
    var cursor = inBuffer
    for share in incoming where share.peer != me {
      let length = Int(share.region.count.z)
      eachRow(share) { _, partRow in
        copy(part + partRow * grid.z, share, to: cursor)
        cursor += length
      }
    }
    try up.start()
    for share in incoming where share.peer == me {
      let length = Int(share.region.count.z)
      eachRow(share) { regionRow, partRow in
        copy(part + partRow * grid.z, share, to: values + regionRow * length)
      }
    }
    try up.wait()
    var source = outBuffer
    for share in outgoing where share.peer != me {
      eachBlock(share) { at, count in
        (values + at).update(from: source, count: count)
        source += count
      }
    }
  }

  /// One row of a region, out of the row of the mesh.
  @inline(__always)
  private func copy(
    _ source: UnsafePointer<Scalar>, _ share: RegionShare, to target: UnsafeMutablePointer<Scalar>
  ) {
    for piece in share.pieces {
      (target + piece.offset).update(from: source + piece.start, count: piece.count)
    }
  }

  /// Runs over a share in blocks that are contiguous in the region: first point, length.
  @inline(__always)
  private func eachBlock(_ share: RegionShare, _ body: (Int, Int) -> Void) {
    let (height, length) = (Int(share.region.count.y), Int(share.region.count.z))
    for plane in share.planes {
      for run in share.rows { body((plane * height + run.lowerBound) * length, run.count * length) }
    }
  }

  /// Runs over the rows of a share that this rank owns: index of the row in the region, and in this rank's part.
  @inline(__always)
  private func eachRow(_ share: RegionShare, _ body: (Int, Int) -> Void) {
    let owned = parts[communicator.rank]
    let (low, height) = (share.region.low, Int(share.region.count.y))
    for plane in share.planes {
      let first = (wrapped(Int(low.x) + plane, grid.x) - owned.planes.lowerBound) * owned.rows.count
      for run in share.rows {
        for row in run {
          body(
            plane * height + row, first + wrapped(Int(low.y) + row, grid.y) - owned.rows.lowerBound)
        }
      }
    }
  }
}

private enum Tag {
  static let charges = 11
  static let potential = 12
}
