import Crystal
import Glibc
import Mathematics
import Support

/// One client's connection: the server's side of the i-PI protocol (Ceriotti, More, Manolopoulos, Comput. Phys. Commun.
/// 185, 1019 (2014); docs.ipi-code.org).
///
/// A message begins with twelve letters. Numbers are those of this machine: doubles, and 32-bit integers for counts. For
/// each frame the server asks for the `STATUS`, sends `POSDATA`, asks again, which is answered when the forces are there,
/// and asks for them with `GETFORCE`. No call waits for the client, except to send.
final class EngineChannel {
  private let descriptor: Int32
  private let timeout_s: Double
  /// Of the item that is being received.
  private var bytes: [UInt8] = []
  private var item = Item.none
  /// In the frame under way: some engines ask anew for each.
  private var isInitialised = false
  /// The frame under way.
  private var frame: EngineFrame?
  private var turned: TurnedFrame?
  private var energy = 0.0
  private var numbers: [Double] = []
  private var sinceHeard = Stopwatch()

  /// The longest text that is taken behind the forces, bytes.
  static let longestExtra = 16 << 20

  /// What comes next, in the order of the protocol.
  private enum Item: Equatable {
    case none
    /// The answer to `STATUS`: before the positions are sent, and after it.
    case readiness, data
    case forceReady
    /// The energy and the number of atoms.
    case energy
    /// Forces, virial, and the length of the extra text.
    case forces(atoms: Int)
    case extra(Int)

    var byteCount: Int {
      switch self {
      case .none: 0
      case .readiness, .data, .forceReady: 12
      case .energy: 12
      case .forces(let atoms): 24 * atoms + 72 + 4
      case .extra(let count): count
      }
    }

    var name: String {
      switch self {
      case .none: "nothing"
      case .readiness: "READY or NEEDINIT"
      case .data: "HAVEDATA"
      case .forceReady: "FORCEREADY"
      case .energy, .forces: "energy and forces"
      case .extra: "the text behind the forces"
      }
    }
  }

  /// - Parameters:
  ///   - descriptor: of the connected socket, which this object closes.
  ///   - timeout_s: how long the client may say nothing while it is asked.
  init(_ descriptor: Int32, timeout_s: Double) {
    self.descriptor = descriptor
    self.timeout_s = timeout_s
  }

  deinit { Glibc.close(descriptor) }

  /// For poll; events are awaited only while a frame is under way.
  var pollEntry: pollfd { pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0) }
  var isBusy: Bool { frame != nil }

  /// Asks for the forces of a frame.
  func begin(_ frame: EngineFrame) throws(EngineError) {
    self.frame = frame
    isInitialised = false
    sinceHeard.restart()
    try send(Self.header("STATUS"))
    item = .readiness
  }

  /// Tells the client to end; one that is gone already does not matter.
  func sayGoodbye() {
    do { try send(Self.header("EXIT"), for: 1) } catch {}
  }

  /// Takes what has come.
  /// - Returns: the result, once it is complete.
  /// - Throws: ``EngineError`` for a client that has gone, says what it may not, or has been silent for too long.
  func look() throws(EngineError) -> EngineResult? {
    while frame != nil {
      if !(try receive()) {
        guard sinceHeard.elapsed_s < timeout_s else {
          throw .silent(seconds: timeout_s, awaiting: item.name)
        }
        return nil
      }
      if let result = try takeItem() { return result }
    }
    return nil
  }

  /// - Returns: whether the item is complete.
  private func receive() throws(EngineError) -> Bool {
    let wanted = item.byteCount
    while bytes.count < wanted {
      let had = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: min(wanted - had, 1 << 20)))
      let count = bytes.withUnsafeMutableBytes {
        recv(descriptor, $0.baseAddress.map { $0 + had }, $0.count - had, Int32(MSG_DONTWAIT))
      }
      let code = errno
      bytes.removeLast(bytes.count - had - max(count, 0))
      if count > 0 {
        sinceHeard.restart()
        continue
      }
      if count < 0, code == EINTR { continue }
      if count < 0, code == EAGAIN || code == EWOULDBLOCK { return false }
      throw .closed
    }
    return true
  }

  /// Acts on a complete item.
  private func takeItem() throws(EngineError) -> EngineResult? {
    let (item, content) = (self.item, bytes)
    bytes = []
    switch item {
    case .none: break
    case .readiness: try takeReadiness(Self.word(content), content)
    case .data:
      switch Self.word(content) {
      case "HAVEDATA":
        try send(Self.header("GETFORCE"))
        self.item = .forceReady
      // It was ready, and has forgotten it.
      case "NEEDINIT": throw .initialisedTwice
      default: throw .unexpected(found: Self.shown(content), wanted: item.name)
      }
    case .forceReady:
      guard Self.word(content) == "FORCEREADY" else {
        throw .unexpected(found: Self.shown(content), wanted: item.name)
      }
      self.item = .energy
    case .energy:
      energy = Self.value(content, at: 0, Double.self)
      let found = Int(Self.value(content, at: 8, Int32.self))
      let wanted = frame?.positions.count ?? 0
      guard found == wanted else { throw .atomCount(found: found, wanted: wanted) }
      self.item = .forces(atoms: wanted)
    case .forces(let atoms):
      numbers = (0..<(3 * atoms + 9)).map { Self.value(content, at: 8 * $0, Double.self) }
      let length = Int(Self.value(content, at: content.count - 4, Int32.self))
      guard (0...Self.longestExtra).contains(length) else { throw .extraLength(length) }
      self.item = .extra(length)
    case .extra: return try result(extra: content)
    }
    return nil
  }

  private func takeReadiness(_ word: String, _ content: [UInt8]) throws(EngineError) {
    switch word {
    case "READY":
      try sendPositions()
      item = .data
    case "NEEDINIT" where isInitialised: throw .initialisedTwice
    case "NEEDINIT":
      // The number of the replica, and a text that clients ignore; some do not take an empty one.
      try send(
        Self.header("INIT") + Self.bytes(of: Int32(0)) + Self.bytes(of: Int32(1)) + [0]
          + Self.header("STATUS"))
      isInitialised = true
    default: throw .unexpected(found: Self.shown(content), wanted: item.name)
    }
  }

  /// The cell by rows with the lattice vectors as its columns, its inverse, the number of atoms and their positions; all
  /// in bohr.
  private func sendPositions() throws(EngineError) {
    guard let frame else { return }
    let turned = TurnedFrame(frame.cell)
    self.turned = turned
    let (a, b, c) = (turned.cell.a, turned.cell.b, turned.cell.c)
    var message = Self.header("POSDATA")
    message.reserveCapacity(24 * frame.positions.count + 200)
    func append(_ v: Vector3, _ factor: Double) {
      for k in 0..<3 { message += Self.bytes(of: v[k] * factor) }
    }
    for k in 0..<3 { append([a[k], b[k], c[k]], 1 / AtomicUnits.bohr) }
    for row in [turned.cell.reciprocalA, turned.cell.reciprocalB, turned.cell.reciprocalC] {
      append(row, AtomicUnits.bohr)
    }
    message += Self.bytes(of: Int32(frame.positions.count))
    for r in frame.positions { append(turned.turned(r), 1 / AtomicUnits.bohr) }
    try send(message + Self.header("STATUS"))
  }

  private func result(extra: [UInt8]) throws(EngineError) -> EngineResult {
    guard let frame, let turned else { throw .closed }
    let atoms = frame.positions.count
    guard energy.isFinite else { throw .notFinite(what: "the energy") }
    if let bad = numbers.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(what: bad < 3 * atoms ? "the force on atom \(bad / 3)" : "the virial")
    }
    let force = AtomicUnits.hartree / AtomicUnits.bohr
    // ASE reads and writes the transpose; the virial of a potential that no rotation changes is symmetric.
    let virial = Matrix3(numbers[(3 * atoms)...]).transposed * AtomicUnits.hartree
    let result = EngineResult(
      energy_eV: energy * AtomicUnits.hartree,
      forces_eV_A: (0..<atoms).map {
        turned.turnedBack(Vector3(numbers[3 * $0], numbers[3 * $0 + 1], numbers[3 * $0 + 2]) * force)
      }, virial_eV: turned.turnedBack(virial),
      extra: String(decoding: extra.filter { $0 != 0 }, as: UTF8.self))
    self.frame = nil
    numbers = []
    item = .none
    return result
  }

  // MARK: bytes

  private func send(_ message: [UInt8]) throws(EngineError) { try send(message, for: timeout_s) }

  /// - Parameter limit_s: how long the client may take none of it.
  private func send(_ message: [UInt8], for limit_s: Double) throws(EngineError) {
    var done = 0
    var sinceTaken = Stopwatch()
    while done < message.count {
      let count = message.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress.map { $0 + done }, $0.count - done,
          Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
      }
      if count > 0 {
        done += count
        sinceTaken.restart()
        continue
      }
      guard [EAGAIN, EWOULDBLOCK, EINTR].contains(errno) else { throw .closed }
      guard sinceTaken.elapsed_s < limit_s else {
        throw .silent(seconds: limit_s, awaiting: "that it takes a message")
      }
      var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&entry, 1, 200)
      WorkCounter.advance()
    }
  }

  private static func header(_ word: String) -> [UInt8] {
    Array(word.utf8) + [UInt8](repeating: 32, count: 12 - word.utf8.count)
  }

  private static func bytes<T: BitwiseCopyable>(of value: T) -> [UInt8] {
    withUnsafeBytes(of: value) { Array($0) }
  }

  /// - Precondition: the bytes are there.
  private static func value<T: BitwiseCopyable>(_ bytes: [UInt8], at offset: Int, _ type: T.Type) -> T {
    bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) }
  }

  /// The word of a header.
  private static func word(_ bytes: [UInt8]) -> String {
    let end = bytes.lastIndex { $0 != 32 && $0 != 0 }.map { $0 + 1 } ?? 0
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  /// What was sent, for a message.
  private static func shown(_ bytes: [UInt8]) -> String {
    "'" + bytes.map { (32..<127).contains($0) ? String(UnicodeScalar($0)) : "?" }.joined() + "'"
  }
}
