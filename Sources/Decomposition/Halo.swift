import Crystal
import MPI
import Mathematics

/// Copies of the atoms that a rank's pairs need and other ranks (or the periodic images of its own) hold.
///
/// Bricks have unwrapped indices, and a pair of atoms in bricks p and q is computed by the rank at the componentwise
/// minimum of p and q. So a rank needs atoms only from bricks at offsets ≥ 0 in every direction: half of a full halo,
/// from one side. Along each lattice vector in turn a rank sends its own atoms and those received so far to its lower
/// neighbour, as often as the range spans bricks; a neighbour may be the rank itself. Corners are sent along with the
/// later directions, at the price that the three directions wait for one another.
///
/// A many-body potential needs every neighbour of the own atoms: a full halo, for which ranks send to their upper
/// neighbours as well.
final class Halo {
  /// One message down and, for forces, back up.
  struct Phase {
    let dimension: Int
    let to: Int
    let from: Int
    /// Whether it goes to the upper neighbour.
    let isUpward: Bool
    /// Whether the message crosses the cell's border, where a lattice vector is added to the positions.
    var crosses: Bool
    var sent: [Int32] = []
    /// Where the received atoms start.
    var start = 0
    var count = 0
    /// Where another rank is at the other end.
    var traffic: HaloTraffic?
  }

  private let communicator: Communicator
  var grid: BrickGrid
  private let range_A: Double
  private let isFull: Bool
  private var phases: [Phase] = []
  private var shifts: [Vector3] = []
  /// Offset of the brick of each atom (own and halo), 10 bits for each direction, and `outside` for those of a full halo
  /// that half of it would not hold.
  private(set) var zones: [UInt32] = []
  /// The bit of zones that marks atoms from bricks below this one.
  static let outside = UInt32(1) << 31
  /// The phase that is under way.
  private var next = 0

  init(communicator: Communicator, grid: BrickGrid, range_A: Double, isFull: Bool) {
    self.communicator = communicator
    self.grid = grid
    self.range_A = range_A
    self.isFull = isFull
  }

  /// Updates the lattice vectors that are added to positions.
  func setCell(_ cell: Cell) {
    let vectors = cell.vectors
    for (index, phase) in phases.enumerated() where phase.crosses {
      shifts[index] = phase.isUpward ? -vectors[phase.dimension] : vectors[phase.dimension]
    }
  }

  /// Messages and bytes that this rank sends in a step: positions down and forces back up.
  var trafficPerStep: (messages: Int, bytes: Int) {
    let remote = phases.filter { $0.traffic != nil }
    return (2 * remote.count, remote.reduce(0) { $0 + 24 * ($1.sent.count + $1.count) })
  }

  /// An estimate of `trafficPerStep.bytes` from the surface: each atom within range above the brick sends its position
  /// down and its force up, at the mean density (1/Å³).
  func surfaceBytes(cell: Cell, density: Double) -> Double {
    var bytes = 0.0
    var extended = cell.heights / Vector3(Double(grid.counts.x), Double(grid.counts.y), Double(grid.counts.z))
    let skew = cell.volume / (cell.heights.x * cell.heights.y * cell.heights.z)
    for d in 0..<3 {
      let layer = extended.x * extended.y * extended.z / extended[d] * range_A
      if grid.counts[d] > 1 { bytes += (isFull ? 96 : 48) * density * skew * layer }
      extended[d] += (isFull ? 2 : 1) * range_A
    }
    return bytes
  }

  /// Finds the atoms to send, and receives the halo for the first time.
  func build(_ atoms: AtomStore, _ molecules: [OwnedMolecule], cell: Cell) throws {
    atoms.haloCount = 0
    zones = [UInt32](repeating: 0, count: atoms.count)
    phases.removeAll(keepingCapacity: true)
    shifts.removeAll(keepingCapacity: true)
    let position = grid.position(of: communicator.rank)
    let (above, below) = try overhang(atoms, cell, position)
    for d in 0..<3 {
      let owned = 0..<atoms.totalCount
      // The rank below needs what is within range of its highest atom.
      let width = range_A / cell.heights[d] + above[d]
      try send(
        owned, along: d, isUpward: false, hops: grid.hops(along: d, width: width + below[d]), atoms, cell
      ) { $0 <= self.grid.cuts[d][position[d]] + width }
      guard isFull else { continue }
      let depth = range_A / cell.heights[d] + below[d]
      try send(
        owned, along: d, isUpward: true, hops: grid.hops(along: d, width: depth + above[d]), atoms, cell
      ) { $0 >= self.grid.cuts[d][position[d] + 1] - depth }
    }
    for index in phases.indices where phases[index].to != communicator.rank {
      phases[index].traffic = try HaloTraffic(
        communicator, to: phases[index].to, sent: phases[index].sent.count, from: phases[index].from,
        received: phases[index].count, tag: 100 + 2 * index)
    }
  }

  /// Sends atoms near the border along a lattice vector, then those received from beyond it, and so on.
  private func send(
    _ owned: Range<Int>, along d: Int, isUpward: Bool, hops: Int, _ atoms: AtomStore, _ cell: Cell,
    isNear: (Double) -> Bool
  ) throws {
    let position = grid.position(of: communicator.rank)
    var lower = position
    lower[d] -= 1
    var upper = position
    upper[d] += 1
    let (to, from) = isUpward ? (upper, lower) : (lower, upper)
    let vector = cell.vectors[d]
    let row = [cell.reciprocalA, cell.reciprocalB, cell.reciprocalC][d]
    var candidates = owned
    for _ in 0..<hops {
      var phase = Phase(
        dimension: d, to: grid.rank(at: to), from: grid.rank(at: from), isUpward: isUpward,
        crosses: isUpward ? upper[d] == grid.counts[d] : position[d] == 0)
      phase.sent = candidates.compactMap { isNear(dot(row, atoms.position[$0])) ? Int32($0) : nil }
      phase.start = atoms.totalCount
      phase.count = try communicator.exchange(count: phase.sent.count, to: phase.to, from: phase.from)
      shifts.append(!phase.crosses ? .zero : isUpward ? -vector : vector)
      try receiveFirst(atoms, &phase)
      candidates = phase.start..<(phase.start + phase.count)
      phases.append(phase)
    }
  }

  /// The largest distance, in fractions of the cell, of atoms on any rank out of the bricks that own them.
  private func overhang(
    _ atoms: AtomStore, _ cell: Cell, _ position: SIMD3<Int>
  ) throws -> (above: [Double], below: [Double]) {
    let (low, high) = grid.corners(position)
    var above = Vector3()
    var below = Vector3()
    for i in 0..<atoms.count {
      let s = cell.fractional(atoms.position[i])
      above = pointwiseMax(above, s - high)
      below = pointwiseMax(below, low - s)
    }
    var both = [above.x, above.y, above.z, below.x, below.y, below.z]
    try communicator.reduce(&both, .max)
    return (Array(both[0..<3]), Array(both[3..<6]))
  }

  /// Receives the types, zones and positions of a phase's atoms; the next phases select by position.
  private func receiveFirst(_ atoms: AtomStore, _ phase: inout Phase) throws {
    struct Entry: BitwiseCopyable {
      var position: Vector3
      var type: Int32
      var zone: UInt32
    }
    let shift = shifts[shifts.count - 1]
    let step = UInt32(1) << UInt32(10 * phase.dimension)
    let isUpward = phase.isUpward
    let out = phase.sent.map { index in
      let zone = zones[Int(index)]
      return Entry(
        position: atoms.position[Int(index)] + shift, type: atoms.type[Int(index)],
        zone: isUpward ? zone | Self.outside : zone &+ step)
    }
    var incoming = [Entry](repeating: Entry(position: .zero, type: 0, zone: 0), count: phase.count)
    if phase.to == communicator.rank {
      incoming = out
    } else {
      try out.withUnsafeBytes { send in
        try incoming.withUnsafeMutableBytes { receive in
          try communicator.exchange(send: send, to: phase.to, receive: receive, from: phase.from)
        }
      }
    }
    atoms.reserve(atoms.totalCount + phase.count)
    for (k, entry) in incoming.enumerated() {
      atoms.position[phase.start + k] = entry.position
      atoms.type[phase.start + k] = entry.type
      zones.append(entry.zone)
    }
    atoms.haloCount += phase.count
  }

  // MARK: positions down

  /// Sends positions, and copies those that stay on this rank, up to the first message to wait for.
  func beginPositions(_ atoms: AtomStore) throws {
    next = 0
    try continuePositions(atoms)
  }

  /// Waits for the message under way, stores what it brought, and continues.
  /// - Returns: whether messages are still under way.
  @discardableResult
  func continuePositions(_ atoms: AtomStore) throws -> Bool {
    if next < phases.count, let traffic = phases[next].traffic, traffic.down.isUnderWay {
      try traffic.down.wait()
      let target = atoms.position + phases[next].start
      for k in 0..<phases[next].count {
        target[k] = Vector3(traffic.far[3 * k], traffic.far[3 * k + 1], traffic.far[3 * k + 2])
      }
      next += 1
    }
    while next < phases.count {
      let phase = phases[next]
      let shift = shifts[next]
      let position = atoms.position
      let target = position + phase.start
      if let traffic = phase.traffic {
        phase.sent.withUnsafeBufferPointer { sent in
          for k in sent.indices {
            let r = position[Int(sent[k])] + shift
            traffic.near[3 * k] = r.x
            traffic.near[3 * k + 1] = r.y
            traffic.near[3 * k + 2] = r.z
          }
        }
        try traffic.down.start()
        return true
      }
      phase.sent.withUnsafeBufferPointer { sent in
        for k in sent.indices { target[k] = position[Int(sent[k])] + shift }
      }
      next += 1
    }
    return false
  }

  // MARK: forces up

  /// Sends the forces on halo atoms to their owners, last phase first, up to the first message to wait for.
  func beginForces(_ atoms: AtomStore) throws {
    next = phases.count - 1
    try continueForces(atoms)
  }

  /// Waits for the message under way, adds the forces that it brought, and continues.
  /// - Returns: whether messages are still under way.
  @discardableResult
  func continueForces(_ atoms: AtomStore) throws -> Bool {
    let force = atoms.force
    if next >= 0, let traffic = phases[next].traffic, traffic.up.isUnderWay {
      try traffic.up.wait()
      phases[next].sent.withUnsafeBufferPointer { sent in
        for k in sent.indices {
          force[Int(sent[k])] += Vector3(
            traffic.near[3 * k], traffic.near[3 * k + 1], traffic.near[3 * k + 2])
        }
      }
      next -= 1
    }
    while next >= 0 {
      let phase = phases[next]
      let source = force + phase.start
      if let traffic = phase.traffic {
        for k in 0..<phase.count {
          traffic.far[3 * k] = source[k].x
          traffic.far[3 * k + 1] = source[k].y
          traffic.far[3 * k + 2] = source[k].z
        }
        try traffic.up.start()
        return true
      }
      phase.sent.withUnsafeBufferPointer { sent in
        for k in sent.indices { force[Int(sent[k])] += source[k] }
      }
      next -= 1
    }
    return false
  }
}

/// Buffers of a phase between two ranks and the messages between them.
final class HaloTraffic {
  /// x, y and z of the atoms that are sent, and of those that are received.
  let near: UnsafeMutablePointer<Double>
  let far: UnsafeMutablePointer<Double>
  let down: PersistentRequests
  let up: PersistentRequests

  init(_ communicator: Communicator, to: Int, sent: Int, from: Int, received: Int, tag: Int) throws {
    near = .allocate(capacity: max(3 * sent, 1))
    far = .allocate(capacity: max(3 * received, 1))
    let nearBytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: near, count: 3 * sent))
    let farBytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: far, count: 3 * received))
    down = PersistentRequests(communicator)
    up = PersistentRequests(communicator)
    try down.addReceive(farBytes, from: from, tag: tag)
    try down.addSend(UnsafeRawBufferPointer(nearBytes), to: to, tag: tag)
    try up.addReceive(nearBytes, from: to, tag: tag + 1)
    try up.addSend(UnsafeRawBufferPointer(farBytes), to: from, tag: tag + 1)
  }

  deinit {
    near.deallocate()
    far.deallocate()
  }
}
