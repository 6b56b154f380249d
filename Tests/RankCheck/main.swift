// Runs a list of commands on the ranks of an MPI job for the tests, and writes what came of them.
import MPI

do {
  let communicator = try Communicator.world()
  do {
    let check = RankCheck(communicator)
    for argument in CommandLine.arguments.dropFirst() { try check.perform(argument) }
    Communicator.finalize()
  } catch {
    communicator.abort("\(error)", code: 1)
  }
}
