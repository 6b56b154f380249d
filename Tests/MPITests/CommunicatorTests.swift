import Foundation
import RankChecks
import TestSupport
import Testing

@Suite(.serialized, .needs(.program("mpirun")))
struct CommunicatorTests {
  @Test(arguments: [1, 2, 3, 5])
  func collectivesGiveWhatTheyMust(_ ranks: Int) throws {
    let finished = try launchRankCheck(ranks: ranks, ["collectives="])
    #expect(finished.code == 0, "\(finished.error)")
  }

  /// A failure that one rank meets ends all, with one message and its exit code. The others wait in a
  /// barrier for ever: were they not ended, mpirun would say so after its timeout.
  @Test(arguments: [0, 1, 2])
  func failureOfOneRankEndsAll(_ rank: Int) throws {
    let finished = try launchRankCheck(
      ranks: 3, ["structure=na2b12h12-bcc", "fail=\(rank)"], timeout_s: 120)
    #expect(finished.code == 1)
    #expect(messages(finished) == [rank == 0 ? "told to fail" : "rank \(rank): told to fail"])
  }

  /// What all ranks meet is said once.
  @Test func failureOfAllIsSaidOnce() throws {
    let finished = try launchRankCheck(ranks: 3, ["structure=no-such", "relax=1"], timeout_s: 120)
    #expect(finished.code == 1)
    #expect(messages(finished).count == 1)
    #expect(messages(finished).first?.contains("no-such") == true)
  }

  /// An error that MPI finds comes with MPI's own words.
  @Test func errorOfMPIIsThrown() throws {
    let finished = try launchRankCheck(ranks: 2, ["truncate="], timeout_s: 120)
    #expect(finished.code == 1)
    #expect(messages(finished).count == 1)
    #expect(messages(finished).first?.contains("MPI_Sendrecv failed: MPI_ERR_TRUNCATE") == true)
  }

  /// What our side wrote; mpirun adds a notice of its own.
  private func messages(_ finished: Finished) -> [String] {
    let mark = "paddlewheel: "
    return finished.error.split(separator: "\n").filter { $0.hasPrefix(mark) }.map {
      String($0.dropFirst(mark.count))
    }
  }
}
