import Glibc
import Support

/// Takes energies, forces and virials from other programs by the i-PI protocol: the server, to which engines connect.
///
///     let server = try EngineServer(.random(), clients: 1, timeout_s: 600)
///     // start an engine that connects to server.address
///     let result = try server.evaluate(EngineFrame(cell: cell, positions: positions))
///
/// Frames are independent of each other: several clients share a batch. The elements of the atoms are not part of the
/// protocol: an engine has them from an input of its own, with the atoms in the same order. Not for several threads.
package final class EngineServer {
  private let listener: EngineListener
  private let clientCount: Int
  private let timeout_s: Double
  private var channels: [EngineChannel] = []
  private var sinceBegun = Stopwatch()
  /// The frames under way, and by channel which of them it works at.
  private var frames: [EngineFrame] = []
  private var results: [EngineResult?] = []
  private var next = 0
  private var frameOfChannel: [Int] = []

  /// Begins to listen.
  /// - Parameters:
  ///   - clients: that are waited for; one is enough to begin.
  ///   - timeout_s: how long the clients may be silent while they are asked.
  /// - Throws: ``EngineError/listening(address:problem:)``.
  package init(_ address: EngineAddress, clients: Int = 1, timeout_s: Double) throws(EngineError) {
    listener = try EngineListener(address)
    clientCount = clients
    self.timeout_s = timeout_s
  }

  /// With the port that the system has chosen.
  package var address: EngineAddress { listener.address }
  package var connectedClients: Int { channels.count }

  /// The energy and forces of one frame. Waits for a client where none is there.
  /// - Throws: ``EngineError``.
  package func evaluate(_ frame: EngineFrame) throws(EngineError) -> EngineResult {
    guard let result = try evaluate([frame]).first else { throw .closed }
    return result
  }

  /// The energies and forces of frames, in their order; the clients share them.
  /// - Throws: ``EngineError`` of the first client that fails.
  package func evaluate(_ frames: [EngineFrame]) throws(EngineError) -> [EngineResult] {
    try begin(frames)
    while true {
      if let results = try look(within_s: 1) { return results }
    }
  }

  /// Asks for the forces of frames. ``look(within_s:)`` follows until it has them.
  package func begin(_ frames: [EngineFrame]) throws(EngineError) {
    self.frames = frames
    results = frames.map { _ in nil }
    next = 0
    sinceBegun.restart()
    try share()
  }

  /// Waits for the clients.
  /// - Parameter seconds: at most.
  /// - Returns: the results in the order of the frames; nil where some are missing yet.
  /// - Throws: ``EngineError``.
  package func look(within_s seconds: Double) throws(EngineError) -> [EngineResult]? {
    let waiting = Stopwatch()
    repeat {
      if results.allSatisfy({ $0 != nil }) { return results.compactMap(\.self) }
      wait(for: max(0, min(seconds - waiting.elapsed_s, 1)))
      try acceptClients()
      for (index, channel) in channels.enumerated() where channel.isBusy {
        if let result = try channel.look() { results[frameOfChannel[index]] = result }
      }
      try share()
      guard !channels.isEmpty || sinceBegun.elapsed_s < timeout_s else {
        throw .silent(seconds: timeout_s, awaiting: "its connection to \(address.text)")
      }
    } while waiting.elapsed_s < seconds
    return results.allSatisfy { $0 != nil } ? results.compactMap(\.self) : nil
  }

  /// Tells the clients to end, and closes the connections.
  package func end() {
    for channel in channels { channel.sayGoodbye() }
    channels = []
    listener.close()
  }

  /// Gives the next frames to clients that have none.
  private func share() throws(EngineError) {
    for (index, channel) in channels.enumerated() where !channel.isBusy && next < frames.count {
      frameOfChannel[index] = next
      try channel.begin(frames[next])
      next += 1
    }
  }

  /// Waits until a client connects or says anything.
  private func wait(for seconds: Double) {
    var entries = channels.filter(\.isBusy).map(\.pollEntry)
    if listener.descriptor >= 0 {
      entries.append(pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0))
    }
    poll(&entries, nfds_t(entries.count), Int32(seconds * 1000) + (seconds > 0 ? 1 : 0))
  }

  private func acceptClients() throws(EngineError) {
    while listener.descriptor >= 0, let connection = try listener.accept() {
      channels.append(EngineChannel(connection, timeout_s: timeout_s))
      frameOfChannel.append(-1)
      // Nobody else is to connect, and no file stays behind where this process is killed.
      if channels.count == clientCount { listener.close() }
    }
  }
}
