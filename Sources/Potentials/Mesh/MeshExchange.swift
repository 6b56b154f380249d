import MPI

/// Moves charge from the ranks' regions onto the slabs of the mesh, and the potential back.
///
/// Slabs are planes of constant index along a. A rank sends each plane of its region to the plane's owner,
/// who folds it into the cell; the way back is the same in reverse. Sums run in rank order, so that the
/// same ranks give the same bits.
final class MeshExchange {
  private let communicator: Communicator
  private let grid: SIMD3<Int>
  private let slabs: SlabPartition
  private var regions: [MeshRegion] = []
  /// For each peer: the planes of this rank's region that it owns, and of its region that this rank owns.
  private var outgoing: [[Int]] = []
  private var incoming: [[Int]] = []
  private var sendCounts: [Int32] = []
  private var receiveCounts: [Int32] = []
  private var outBuffer: [Double] = []
  private var inBuffer: [Double] = []

  init(_ communicator: Communicator, grid: SIMD3<Int>) {
    self.communicator = communicator
    self.grid = grid
    slabs = SlabPartition(total: grid.x, ranks: communicator.size)
  }

  /// Agrees on all regions; to be called when a region changes, on every rank.
  func agree(_ region: MeshRegion) throws {
    regions = try communicator.allGather([region])
    let me = communicator.rank
    func planes(of region: MeshRegion, ownedBy rank: Int) -> [Int] {
      (0..<Int(region.count.x)).filter {
        slabs.range(rank).contains(wrap(Int(region.low.x) + $0, grid.x))
      }
    }
    outgoing = (0..<communicator.size).map { planes(of: regions[me], ownedBy: $0) }
    incoming = (0..<communicator.size).map { planes(of: regions[$0], ownedBy: me) }
    let plane = Int(region.count.y) * Int(region.count.z)
    sendCounts = outgoing.map { Int32($0.count * plane * 8) }
    receiveCounts = incoming.enumerated().map {
      Int32($1.count * Int(regions[$0].count.y) * Int(regions[$0].count.z) * 8)
    }
    outBuffer = [Double](repeating: 0, count: Int(sendCounts.reduce(0, +)) / 8 + 1)
    inBuffer = [Double](repeating: 0, count: Int(receiveCounts.reduce(0, +)) / 8 + 1)
  }

  /// Adds every rank's charges to the slabs; `slab` is overwritten.
  func fold(region values: UnsafePointer<Double>, into slab: UnsafeMutablePointer<Double>) throws {
    let me = communicator.rank
    let plane = Int(regions[me].count.y) * Int(regions[me].count.z)
    let owned = slabs.range(me)
    slab.update(repeating: 0, count: owned.count * grid.y * grid.z)
    try outBuffer.withUnsafeMutableBufferPointer { out in
      try inBuffer.withUnsafeMutableBufferPointer { incomingBuffer in
        guard var cursor = out.baseAddress, let received = incomingBuffer.baseAddress else { return }
        let sent = cursor
        for planes in outgoing {
          for p in planes {
            cursor.update(from: values + p * plane, count: plane)
            cursor += plane
          }
        }
        try communicator.allToAll(
          send: sent, sendCounts: sendCounts, receive: received, receiveCounts: receiveCounts)
        var source = received
        for (peer, planes) in incoming.enumerated() {
          let region = regions[peer]
          for p in planes {
            let target = slab + (wrap(Int(region.low.x) + p, grid.x) - owned.lowerBound) * grid.y * grid.z
            eachRow(region) { row, target0, run, offset in
              let to = target + target0
              let from = source + row + offset
              for k in 0..<run { to[k] += from[k] }
            }
            source += Int(region.count.y) * Int(region.count.z)
          }
        }
      }
    }
  }

  /// Gives every rank the values of the slabs in its region.
  func unfold(slab: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) throws {
    let me = communicator.rank
    let plane = Int(regions[me].count.y) * Int(regions[me].count.z)
    let owned = slabs.range(me)
    try inBuffer.withUnsafeMutableBufferPointer { backBuffer in
      try outBuffer.withUnsafeMutableBufferPointer { out in
        guard let back = backBuffer.baseAddress, let received = out.baseAddress else { return }
        var cursor = back
        for (peer, planes) in incoming.enumerated() {
          let region = regions[peer]
          for p in planes {
            let source = slab + (wrap(Int(region.low.x) + p, grid.x) - owned.lowerBound) * grid.y * grid.z
            eachRow(region) { row, target0, run, offset in
              (cursor + row + offset).update(from: source + target0, count: run)
            }
            cursor += Int(region.count.y) * Int(region.count.z)
          }
        }
        try communicator.allToAll(
          send: back, sendCounts: receiveCounts, receive: received, receiveCounts: sendCounts)
        var source = received
        for planes in outgoing {
          for p in planes {
            (values + p * plane).update(from: source, count: plane)
            source += plane
          }
        }
      }
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

@inline(__always)
private func wrap(_ i: Int, _ n: Int) -> Int {
  let r = i % n
  return r < 0 ? r + n : r
}
