import Foundation
import Support

/// A rank as the others know it: where it is, and as which process.
struct RankCard: Equatable, Sendable {
  /// Ranks of the same place reach each other by its loopback.
  var place: String
  var host: String
  var pid: Int

  static let own = RankCard(
    place: [text("/proc/sys/kernel/random/boot_id"), link("/proc/self/ns/net")].joined(separator: " "),
    host: hostName(), pid: Int(getpid()))

  private static func text(_ path: String) -> String {
    let data = FileManager.default.contents(atPath: path) ?? Data()
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func link(_ path: String) -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? ""
  }

  /// As many on every rank.
  static let byteCount = 512

  /// Three lines, filled up with zeros.
  var bytes: [UInt8] {
    let text = Array("\(place)\n\(host)\n\(pid)\n".utf8.prefix(Self.byteCount))
    return text + [UInt8](repeating: 0, count: Self.byteCount - text.count)
  }

  init(place: String, host: String, pid: Int) {
    self.place = place
    self.host = host
    self.pid = pid
  }

  init(_ bytes: some Sequence<UInt8>) {
    let lines = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    place = lines.first ?? ""
    host = lines.count > 1 ? lines[1] : ""
    pid = lines.count > 2 ? Int(lines[2]) ?? 0 : 0
  }
}

/// The ranks that one watches, and for how long each has given no sign of life: rank 0 watches all others, they watch it.
struct RankRoll: Sendable {
  private struct Member: Sendable {
    var card: RankCard
    var pulse: UInt64?
    var hasBeat = false
    /// Nil as long as it has never been heard from elsewhere: then a firewall may be in between.
    var silence: SilenceClock?
  }

  private var members: [Int: Member] = [:]

  /// - Parameter own: this rank.
  init(_ cards: [RankCard], own: Int, interval_s: Double, now_s: Double = Stopwatch.now_s) {
    for (rank, card) in cards.enumerated() where (own == 0) != (rank == 0) {
      members[rank] = Member(
        card: card,
        silence: card.place == cards[own].place ? SilenceClock(interval_s: interval_s, now_s: now_s) : nil)
    }
  }

  mutating func hear(_ beat: RankLink.Beat, interval_s: Double, now_s: Double = Stopwatch.now_s) {
    let rank = Int(beat.rank)
    guard var member = members[rank] else { return }
    if member.silence == nil { member.silence = SilenceClock(interval_s: interval_s, now_s: now_s) }
    member.hasBeat = member.hasBeat || beat.pulse != member.pulse
    member.pulse = beat.pulse
    members[rank] = member
  }

  /// - Returns: what is said of the first rank that has given no sign of life for a time; nil where all have.
  mutating func silent(for limit_s: Double, now_s: Double = Stopwatch.now_s) -> String? {
    var message: String?
    for rank in members.keys.sorted() {
      guard var member = members[rank] else { continue }
      member.silence?.look(hasChanged: member.hasBeat, now_s: now_s)
      member.hasBeat = false
      members[rank] = member
      guard message == nil, let silence_s = member.silence?.silence_s, silence_s >= limit_s else { continue }
      message =
        "no sign of life from rank \(rank) (process \(member.card.pid) on \(visible(member.card.host))) for "
        + "\(Int(limit_s.rounded())) s: it, its node or the disk stands still"
    }
    return message
  }
}
