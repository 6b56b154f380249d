import MPI
import Support

/// What each rank prints after all ranks have exchanged a message: `doctor` starts it on two ranks.
package func rankGreeting(rank: Int, size: Int) -> String { "rank \(rank) of \(size)" }

/// Exchanges a message with all ranks.
/// - Returns: this rank's greeting.
/// - Throws: ``RunFailure`` where the sum of the ranks' numbers is wrong.
package func ping() throws -> String {
  try MPISession.run { communicator in
    let sum = try communicator.reduced(communicator.rank + 1, .sum)
    let wanted = communicator.size * (communicator.size + 1) / 2
    guard sum == wanted else { throw RunFailure("the ranks add up to \(sum), wanted \(wanted)") }
    return rankGreeting(rank: communicator.rank, size: communicator.size)
  }
}
