import MPI
import Support

/// Says hello from this rank after all ranks have heard of each other: what `doctor` starts on two ranks.
package func ping() throws -> String {
  try MPISession.run { communicator in
    let sum = try communicator.reduced(communicator.rank + 1, .sum)
    let wanted = communicator.size * (communicator.size + 1) / 2
    guard sum == wanted else { throw RunFailure("the ranks' numbers add up to \(sum), wanted \(wanted)") }
    return "rank \(communicator.rank) of \(communicator.size)"
  }
}
