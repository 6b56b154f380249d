import Foundation
import RankChecks
import Support
import TestSupport
import Testing

@testable import MPI

/// What one rank knows of the others.
@Suite struct RankRollTests {
  private static func cards(_ places: String...) -> [RankCard] {
    places.enumerated().map { RankCard(place: $1, host: "n\($0)", pid: 100 + $0) }
  }

  private func beat(_ rank: UInt32, _ pulse: UInt64) -> RankLink.Beat {
    RankLink.Beat(rank: rank, pulse: pulse)
  }

  @Test func aRankWhosePulseStaysIsNamed() {
    var roll = RankRoll(Self.cards("a", "a", "a"), own: 0, interval_s: 1, now_s: 0)
    var message: String?
    for second in 1...20 where message == nil {
      let now_s = Double(second)
      roll.hear(beat(1, UInt64(second)), interval_s: 1, now_s: now_s)
      // It beats, and gets nothing done.
      roll.hear(beat(2, UInt64(min(second, 5))), interval_s: 1, now_s: now_s)
      message = roll.silent(for: 10, now_s: now_s)
      if second < 15 { #expect(message == nil) }
    }
    #expect(message?.contains("rank 2 (process 102 on n2) for 10 s") == true, "\(message ?? "")")
  }

  /// On the same machine, a rank that has never been heard counts from the start; elsewhere a firewall may be between.
  @Test func onlyWhoCanBeHeardIsMissed() {
    var near = RankRoll(Self.cards("a", "a"), own: 1, interval_s: 1, now_s: 0)
    var far = RankRoll(Self.cards("a", "b"), own: 1, interval_s: 1, now_s: 0)
    var heard = far
    heard.hear(beat(0, 1), interval_s: 1, now_s: 0)
    var silent = [0, 0, 0]
    for second in 1...60 {
      if near.silent(for: 10, now_s: Double(second)) != nil { silent[0] += 1 }
      if far.silent(for: 10, now_s: Double(second)) != nil { silent[1] += 1 }
      if heard.silent(for: 10, now_s: Double(second)) != nil { silent[2] += 1 }
    }
    #expect(silent[0] > 0 && silent[1] == 0 && silent[2] > 0)
  }

  /// A rank that was stopped itself has not heard the others meanwhile.
  @Test func ownStandstillIsNotThatOfOthers() {
    var roll = RankRoll(Self.cards("a", "a"), own: 0, interval_s: 1, now_s: 0)
    roll.hear(beat(1, 1), interval_s: 1, now_s: 1)
    #expect(roll.silent(for: 10, now_s: 1) == nil)
    #expect(roll.silent(for: 10, now_s: 5000) == nil)
  }

  @Test func cardsAndBeatsComeBack() throws {
    let card = RankCard(place: "boot net:[1]", host: "node-7.site", pid: 4711)
    #expect(card.bytes.count == RankCard.byteCount && RankCard(card.bytes) == card)
    let long = RankCard(place: "b", host: String(repeating: "n", count: 2000), pid: 1)
    #expect(long.bytes.count == RankCard.byteCount)
    let beat = beat(3, 1 << 63 + 5)
    let bytes = RankLink.bytes(beat, 42)
    #expect(RankLink.beat(bytes, 42) == beat)
    #expect(RankLink.beat(bytes, 43) == nil && RankLink.beat(Array(bytes.dropLast()), 42) == nil)
  }

  @Test func datagramsGoBothWays() throws {
    var root = try #require(RankLink(isLocal: true))
    defer { root.close() }
    var other = try #require(RankLink(to: "127.0.0.1", root.invitation))
    defer { other.close() }
    var stranger = try #require(
      RankLink(to: "127.0.0.1", RankLink.Invitation(port: root.invitation.port, token: 1)))
    defer { stranger.close() }
    stranger.send(beat(2, 9), isRoot: false)
    other.send(beat(1, 7), isRoot: false)
    func arrived(_ link: inout RankLink, isRoot: Bool) -> [RankLink.Beat] {
      for _ in 0..<1000 {
        let beats = link.receive(isRoot: isRoot)
        if !beats.isEmpty { return beats }
        usleep(1000)
      }
      return []
    }
    #expect(arrived(&root, isRoot: true) == [beat(1, 7)])
    root.send(beat(0, 8), isRoot: true)
    #expect(arrived(&other, isRoot: false) == [beat(0, 8)])
    #expect(stranger.receive(isRoot: false) == [])
  }

  @Test(arguments: ["", "0", "-5", "0x10", "nan", "1e9", "5 min"])
  func aLimitThatIsNoTimeIsRefused(_ text: String) {
    #expect(throws: InputError.self) { try StallLimit(environment: [StallLimit.variable: text]) }
  }

  @Test func theLimitIsFiveMinutes() throws {
    #expect(try StallLimit(environment: [:]).limit_s == 300)
    #expect(try StallLimit(environment: [StallLimit.variable: "12.5"]).limit_s == 12.5)
  }
}

@Suite(.serialized, .needs(.program("mpirun")))
struct RankWatchTests {
  /// Rank 0 is watched by the others, and they by it.
  @Test(arguments: [0, 2]) func aStoppedRankEndsTheJob(_ rank: Int) throws {
    let finished = try launchRankCheck(ranks: 3, ["stall-limit=5", "stand=\(rank)"], timeout_s: 120)
    #expect(finished.code == 1, "\(finished.error)")
    #expect(finished.error.contains("no sign of life from rank \(rank) (process "), "\(finished.error)")
    #expect(finished.error.contains("for 5 s") && finished.error.contains("(test)"), "\(finished.error)")
  }

  /// One computes for longer than the limit while the others wait for it, and one waits for the others.
  @Test func aRankThatComputesDoesNotStandStill() throws {
    let finished = try launchRankCheck(ranks: 2, ["stall-limit=5", "compute=1", "compute=0"], timeout_s: 120)
    #expect(finished.code == 0, "\(finished.error)")
  }

  /// Neither does one sleep in MPI, nor is one that sleeps for good outside of it alive.
  @Test func aRankThatSleepsForGoodStandsStill() throws {
    let finished = try launchRankCheck(ranks: 2, ["stall-limit=5", "sleep=1"], timeout_s: 120)
    #expect(finished.code == 1)
    #expect(finished.error.contains("no sign of life from rank 1"), "\(finished.error)")
  }
}
