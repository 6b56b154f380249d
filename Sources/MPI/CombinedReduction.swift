import CMPI

/// Sums and maxima over all ranks in one message, prepared once and used at every step.
package final class CombinedReduction {
  private let communicator: Communicator
  private let sumCount: Int
  /// The number of sums, the sums, the maxima.
  private var values: [Double]
  /// Nil where there is one rank.
  private var block: OpaquePointer?

  package init(_ communicator: Communicator, sums: Int, maxima: Int) throws {
    self.communicator = communicator
    sumCount = sums
    values = [Double](repeating: 0, count: 1 + sums + maxima)
    values[0] = Double(sums)
    guard let mpi = communicator.peers else { return }
    try mpi.check(mpi.calls.block_create(try count32(values.count), &block), "MPI_Op_create")
  }

  deinit {
    guard let mpi = communicator.peers, mpi.calls.is_finalized() == 0 else { return }
    mpi.calls.block_free(block)
  }

  /// Set before `run`; after it the sum over all ranks, the same bits on each.
  package subscript(sum index: Int) -> Double {
    get { values[1 + index] }
    set { values[1 + index] = newValue }
  }

  /// Set before `run`; after it the maximum over all ranks. NaN is ignored.
  package subscript(maximum index: Int) -> Double {
    get { values[1 + sumCount + index] }
    set { values[1 + sumCount + index] = newValue }
  }

  package func run() throws {
    guard let mpi = communicator.peers, let block else { return }
    try mpi.check(mpi.calls.block_reduce(block, &values, communicator.handle), "MPI_Allreduce")
  }
}
