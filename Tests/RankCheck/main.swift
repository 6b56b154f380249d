// Runs a list of commands on the ranks of an MPI job for the tests, and writes their results.
import MPI

try MPISession.runJob(failure: { JobFailure(message: "\($0)", exitCode: 1) }) { communicator in
  let check = RankCheck(communicator)
  for argument in CommandLine.arguments.dropFirst() { try check.perform(argument) }
}
