import Glibc
import Support

/// Where the server of the i-PI protocol listens and its clients connect.
package enum EngineAddress: Equatable, Sendable {
  /// A Unix socket. Clients are told its name and look for `/tmp/ipi_NAME`.
  case unix(name: String)
  /// A TCP socket of this machine. Port 0 lets the system choose one that is free.
  case tcp(host: String, port: Int)

  /// What clients of the protocol put before the name of a Unix socket.
  package static let prefix = "/tmp/ipi_"
  /// The longest name: 108 bytes with the prefix and the zero behind it (sockaddr_un).
  package static let longestName = 107 - prefix.utf8.count

  /// A Unix socket under a name that nobody can guess.
  package static func random() -> EngineAddress {
    var generator = SystemRandomNumberGenerator()
    let number = String(generator.next(), radix: 36)
    return .unix(name: "paddlewheel-\(String(repeating: "0", count: 13 - number.count))\(number)")
  }

  /// - Parameter text: `HOST:PORT`; the host may be an IPv6 address in square brackets.
  /// - Returns: nil for any other text.
  package init?(tcp text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65535).contains(port)
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty, !host.contains(where: \.isWhitespace) else { return nil }
    self = .tcp(host: String(host), port: port)
  }

  /// Whether a text can be the name of a Unix socket.
  package static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= longestName
      && text.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789_-.".unicodeScalars.contains($0))
      }
  }

  /// The file of a Unix socket.
  package var path: String? {
    if case .unix(let name) = self { Self.prefix + name } else { nil }
  }
}

/// A socket that waits for clients.
final class EngineListener {
  /// Closed once all clients are there.
  private(set) var descriptor: Int32
  /// With the port that the system has chosen.
  let address: EngineAddress

  /// - Throws: ``EngineError/listening(address:problem:)``.
  init(_ wanted: EngineAddress) throws(EngineError) {
    switch wanted {
    case .unix(let name):
      descriptor = try Self.listen(unix: name)
      address = wanted
    case .tcp(let host, let port):
      (descriptor, address) = try Self.listen(host: host, port: port)
    }
  }

  deinit { close() }

  /// Stops listening, and removes the file of a Unix socket.
  func close() {
    guard descriptor >= 0 else { return }
    Glibc.close(descriptor)
    descriptor = -1
    if let path = address.path { unlink(path) }
  }

  /// The connection of a client that waits; nil where none does.
  /// - Throws: ``EngineError/listening(address:problem:)``.
  func accept() throws(EngineError) -> Int32? {
    let connection = Glibc.accept(descriptor, nil, nil)
    if connection < 0 {
      if [EAGAIN, EINTR, ECONNABORTED].contains(errno) { return nil }
      throw .listening(address: address.text, problem: systemMessage())
    }
    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
    if case .tcp = address {
      // The messages are small, and each waits for the answer to the one before.
      var on: Int32 = 1
      setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }
    return connection
  }

  // MARK: Unix

  private static func listen(unix name: String) throws(EngineError) -> Int32 {
    let address = EngineAddress.unix(name: name)
    guard EngineAddress.isName(name), let path = address.path else {
      throw .listening(
        address: name,
        problem: "wanted a name of at most \(EngineAddress.longestName) letters, digits, '_', '-' and '.'")
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | flags), 0)
    guard descriptor >= 0 else { throw .listening(address: path, problem: systemMessage()) }
    // Linux makes the file with the mode of the socket, so that no moment passes in which others may connect.
    guard fchmod(descriptor, 0o600) == 0 else { throw failure(descriptor, path) }
    if !bind(descriptor, to: path) {
      guard errno == EADDRINUSE, isAbandoned(path) else { throw failure(descriptor, path) }
      unlink(path)
      guard bind(descriptor, to: path) else { throw failure(descriptor, path) }
    }
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & 0o777 == 0o600 else {
      Glibc.close(descriptor)
      unlink(path)
      throw .listening(address: path, problem: "the system does not keep it from other users")
    }
    guard Glibc.listen(descriptor, backlog) == 0 else { throw failure(descriptor, path) }
    return descriptor
  }

  private static func bind(_ descriptor: Int32, to path: String) -> Bool {
    withAddress(path) { Glibc.bind(descriptor, $0, $1) } == 0
  }

  /// Whether a file of a Unix socket is left of a server that is gone.
  private static func isAbandoned(_ path: String) -> Bool {
    defer { errno = EADDRINUSE }
    let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | flags), 0)
    guard probe >= 0 else { return false }
    defer { Glibc.close(probe) }
    return withAddress(path) { connect(probe, $0, $1) } != 0 && errno == ECONNREFUSED
  }

  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  // MARK: TCP

  private static func listen(
    host: String, port: Int
  ) throws(EngineError) -> (descriptor: Int32, address: EngineAddress) {
    let wanted = EngineAddress.tcp(host: host, port: port)
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &found)
    guard code == 0, let first = found?.pointee else {
      throw .listening(address: wanted.text, problem: String(cString: gai_strerror(code)))
    }
    defer { freeaddrinfo(found) }
    let descriptor = socket(first.ai_family, Int32(SOCK_STREAM.rawValue | flags), 0)
    guard descriptor >= 0 else { throw .listening(address: wanted.text, problem: systemMessage()) }
    var on: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    guard Glibc.bind(descriptor, first.ai_addr, first.ai_addrlen) == 0,
      Glibc.listen(descriptor, backlog) == 0
    else { throw failure(descriptor, wanted.text) }
    return (descriptor, .tcp(host: host, port: port == 0 ? self.port(of: descriptor) ?? 0 : port))
  }

  /// The port at which a socket listens.
  private static func port(of descriptor: Int32) -> Int? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      let code = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
      guard code == 0 else { return nil }
      // The port has the same place in the addresses of both families.
      return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        Int(UInt16(bigEndian: $0.pointee.sin_port))
      }
    }
  }

  // MARK: both

  private static let backlog: Int32 = 64
  /// No program that is started later gets the socket, and no call waits for a client.
  private static let flags = SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue

  /// Closes a socket after the call on it that has just failed.
  private static func failure(_ descriptor: Int32, _ place: String) -> EngineError {
    let problem = systemMessage()
    Glibc.close(descriptor)
    return .listening(address: place, problem: problem)
  }
}

extension EngineAddress {
  /// For people.
  package var text: String {
    switch self {
    case .unix(let name): Self.prefix + name
    case .tcp(let host, let port): "\(host):\(port)"
    }
  }
}

/// Of the call that has just failed.
func systemMessage() -> String { String(cString: strerror(errno)) }
