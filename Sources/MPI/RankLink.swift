import Foundation

/// What the ranks tell each other beside MPI, whose calls belong to one thread: datagrams between rank 0 and each other rank.
struct RankLink: Sendable {
  /// A sign of life of a rank.
  struct Beat: Equatable {
    var rank: UInt32
    var pulse: UInt64
  }

  /// What rank 0 tells the others before, by MPI.
  struct Invitation: Equatable, Sendable {
    /// 0 where there is no socket.
    var port: UInt16
    /// Datagrams without it are not of this job.
    var token: UInt64
  }

  private let descriptor: Int32
  let invitation: Invitation
  /// Where the last beat of each rank came from.
  private var senders: [UInt32: sockaddr_in] = [:]

  /// Rank 0's end.
  /// - Parameter isLocal: whether all ranks are on this machine, so that nobody else need reach it.
  /// - Returns: nil where the machine gives no socket.
  init?(isLocal: Bool) {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Self.flags, 0)
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = (isLocal ? INADDR_LOOPBACK : INADDR_ANY).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else {
      Foundation.close(descriptor)
      return nil
    }
    invitation = Invitation(
      port: UInt16(bigEndian: address.sin_port), token: UInt64.random(in: 1...UInt64.max))
  }

  /// The end of another rank.
  /// - Parameter host: of rank 0.
  /// - Returns: nil where the host has no address.
  init?(to host: String, _ invitation: Invitation) {
    guard invitation.port > 0 else { return nil }
    var hints = addrinfo()
    hints.ai_family = AF_INET
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(invitation.port), &hints, &found) == 0, let found else { return nil }
    defer { freeaddrinfo(found) }
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Self.flags, 0)
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
    // Of a connected socket others' datagrams are not read.
    guard connect(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0 else {
      Foundation.close(descriptor)
      return nil
    }
    self.invitation = invitation
  }

  func close() { Foundation.close(descriptor) }

  /// It may be lost; the next one says the same.
  func send(_ beat: Beat, isRoot: Bool) {
    let bytes = Self.bytes(beat, invitation.token)
    if !isRoot {
      _ = Foundation.send(descriptor, bytes, bytes.count, Self.noSignal)
      return
    }
    for var address in senders.values {
      _ = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          sendto(
            descriptor, bytes, bytes.count, Self.noSignal, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
  }

  /// What has arrived since the last call.
  mutating func receive(isRoot: Bool) -> [Beat] {
    var beats: [Beat] = []
    var bytes = [UInt8](repeating: 0, count: Self.length + 1)
    // Bounded: whoever sends faster than this is not of this job.
    for _ in 0..<100_000 {
      var address = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let count = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          recvfrom(descriptor, &bytes, bytes.count, 0, $0, &size)
        }
      }
      // A refused datagram of the past is reported here.
      if count < 0, errno == ECONNREFUSED || errno == EINTR { continue }
      guard count >= 0 else { break }
      guard count == Self.length, let beat = Self.beat(bytes, invitation.token) else { continue }
      if isRoot { senders[beat.rank] = address }
      beats.append(beat)
    }
    return beats
  }

  private static let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
  private static let noSignal = Int32(MSG_NOSIGNAL)
  private static let length = 20

  /// Token, rank and pulse, little end first.
  static func bytes(_ beat: Beat, _ token: UInt64) -> [UInt8] {
    func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
    return bytes(token, 8) + bytes(UInt64(beat.rank), 4) + bytes(beat.pulse, 8)
  }

  /// Nil for what is not of this job.
  static func beat(_ bytes: [UInt8], _ token: UInt64) -> Beat? {
    guard bytes.count >= length else { return nil }
    func number(_ range: Range<Int>) -> UInt64 {
      range.reversed().reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
    }
    guard number(0..<8) == token else { return nil }
    return Beat(rank: UInt32(truncatingIfNeeded: number(8..<12)), pulse: number(12..<20))
  }
}
