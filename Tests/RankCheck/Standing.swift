import Foundation
import MPI

extension RankCheck {
  /// How long a rank computes while the others wait for it, s: longer than the limit of the tests.
  private static let computing_s = 8.0

  /// One rank is stopped, computes or sleeps for good, and the others wait for it.
  func stand(_ how: String, rank: Int) throws {
    if communicator.rank == rank {
      switch how {
      case "stand": raise(SIGSTOP)
      case "sleep": while true { Thread.sleep(forTimeInterval: 1000) }
      default:
        let end = Date().addingTimeInterval(Self.computing_s)
        var sum = 0.0
        while Date() < end { sum += 1 }
        // Without a use the loop would be removed.
        if sum < 0 { print(sum) }
      }
    }
    try communicator.barrier()
  }
}
