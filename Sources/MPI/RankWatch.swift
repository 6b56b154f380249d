import Foundation
import Support
import Synchronization

/// How long a rank may give no sign of life, and what sets it.
package struct StallLimit: Equatable, Sendable {
  package var limit_s: Double
  /// A key or a variable, for the message.
  package var name: String

  package init(limit_s: Double, name: String) {
    self.limit_s = limit_s
    self.name = name
  }

  /// Sets the limit of commands that no study gives one.
  package static let variable = "PADDLEWHEEL_STALL_LIMIT"
  private static let byDefault_s = 300.0

  /// - Throws: ``InputError`` for a variable that is no time.
  package init(environment: [String: String]) throws {
    name = Self.variable
    limit_s = Self.byDefault_s
    guard let text = environment[Self.variable] else { return }
    guard let value = decimalNumber(text), (1...864_000).contains(value) else {
      throw InputError(key: Self.variable, found: "'\(text)'", wanted: "seconds, from 1 to 864000")
    }
    limit_s = value
  }
}

/// Ends this rank where another one of the job is stopped, swapped out or cut off: it would wait for it in an MPI call for
/// ever. The rest of the job ends with it, as mpirun and srun end a job one of whose ranks exits with an error.
///
/// A thread of its own tells the others every second how far this rank is (``RankPulse``), so that one that computes for
/// hours is not taken for one that stands still.
final class RankWatch: Sendable {
  private struct State {
    var limit: StallLimit
    var link: RankLink?
    var roll: RankRoll?
    var rank = 0
    var isEnded = false
  }

  private let state: Mutex<State>
  private let exit: @Sendable (String) -> Void

  /// Seconds between two beats.
  private static let interval_s = 1.0
  /// No limit is shorter than a few beats, s.
  private static let leastLimit_s = 5.0

  init(_ limit: StallLimit, exit: @escaping @Sendable (String) -> Void = endRank) {
    state = Mutex(State(limit: limit))
    self.exit = exit
  }

  /// Begins to watch, before MPI starts: where a rank is lost by then, the others wait for it.
  func start() { Thread.detachNewThread { self.watch() } }

  /// All ranks learn of each other.
  /// - Throws: `MPIError`.
  func meet(_ world: Communicator) throws {
    guard world.size > 1 else { return end() }
    let own = RankCard.own
    let all = try world.allGather(own.bytes)
    let cards = (0..<world.size).map {
      RankCard(all[($0 * RankCard.byteCount)..<(($0 + 1) * RankCard.byteCount)])
    }
    let isLocal = cards.allSatisfy { $0.place == own.place }
    var link = world.isRoot ? RankLink(isLocal: isLocal) : nil
    let told = try world.broadcast([UInt64(link?.invitation.port ?? 0), link?.invitation.token ?? 0])
    if !world.isRoot, told.count == 2 {
      let host = cards[0].place == own.place ? "127.0.0.1" : cards[0].host
      link = RankLink(
        to: host, RankLink.Invitation(port: UInt16(truncatingIfNeeded: told[0]), token: told[1]))
    }
    // Without a link nobody is heard, and nobody is thought to stand still.
    guard let link, told.first != 0 else { return end() }
    state.withLock {
      $0.link = link
      $0.rank = world.rank
      $0.roll = RankRoll(cards, own: world.rank, interval_s: Self.interval_s)
    }
  }

  func setLimit(_ limit: StallLimit) { state.withLock { $0.limit = limit } }

  /// Stops watching.
  func end() {
    state.withLock {
      $0.isEnded = true
      $0.link?.close()
      $0.link = nil
    }
  }

  private func watch() {
    var pulse = RankPulse()
    var start = SilenceClock(interval_s: Self.interval_s)
    while true {
      Thread.sleep(forTimeInterval: Self.interval_s)
      start.look(hasChanged: false)
      let value = pulse.value()
      let (isEnded, message, rank) = state.withLock { state in
        (state.isEnded, Self.look(&state, value, start), state.rank)
      }
      guard !isEnded else { return }
      guard let message else { continue }
      // The first of them ends the others, so that it is said once.
      Thread.sleep(forTimeInterval: 0.1 * Double(min(max(0, rank - 1), 50)))
      return exit(message)
    }
  }

  /// Tells and hears, and judges.
  private static func look(_ state: inout State, _ pulse: UInt64, _ start: SilenceClock) -> String? {
    let limit_s = max(leastLimit_s, state.limit.limit_s)
    guard !state.isEnded else { return nil }
    guard var link = state.link, var roll = state.roll else {
      // Not shorter than what MPI may take to start on many nodes.
      guard start.silence_s >= max(limit_s, 300) else { return nil }
      return "the ranks have not found each other within \(Int(start.silence_s)) s (\(state.limit.name))"
    }
    let isRoot = state.rank == 0
    for beat in link.receive(isRoot: isRoot) { roll.hear(beat, interval_s: interval_s) }
    link.send(RankLink.Beat(rank: UInt32(state.rank), pulse: pulse), isRoot: isRoot)
    let message = roll.silent(for: limit_s)
    state.link = link
    state.roll = roll
    return message.map { "\($0) (\(state.limit.name))" }
  }
}

/// Ends this process at once, without what MPI would still wait for.
@Sendable private func endRank(_ message: String) {
  FileHandle.standardError.write(Data("paddlewheel: \(message)\n".utf8))
  _exit(1)
}
