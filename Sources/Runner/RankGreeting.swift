import MPI
import Support

/// Says hello from this rank after all ranks have heard of each other: what `doctor` starts on two ranks.
package func ping() throws -> String {
  let communicator = try Communicator.world()
  let sum = try communicator.reduced(communicator.rank + 1, .sum)
  let wanted = communicator.size * (communicator.size + 1) / 2
  guard sum == wanted else { throw RunFailure("the ranks' numbers add up to \(sum), wanted \(wanted)") }
  let text = "rank \(communicator.rank) of \(communicator.size)"
  Communicator.finalize()
  return text
}
