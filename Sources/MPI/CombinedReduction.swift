import CMPI

/// Sums and maxima over all ranks in one message, prepared once and used at every step.
package final class CombinedReduction {
  private let communicator: Communicator
  private let sumCount: Int
  /// The number of sums, the sums, the maxima.
  private var block: [Double]
  private var operation: MPI_Op?
  private var type: MPI_Datatype?

  package init(_ communicator: Communicator, sums: Int, maxima: Int) throws {
    self.communicator = communicator
    sumCount = sums
    block = [Double](repeating: 0, count: 1 + sums + maxima)
    block[0] = Double(sums)
    guard communicator.size > 1 else { return }
    try check(pw_op_combine(&operation), "MPI_Op_create")
    try check(pw_block_type(Int32(block.count), &type), "MPI_Type_contiguous")
  }

  deinit {
    guard !MPISession.hasEnded else { return }
    if operation != nil { MPI_Op_free(&operation) }
    if type != nil { MPI_Type_free(&type) }
  }

  /// Set before `run`; after it the sum over all ranks, the same bits on each.
  package subscript(sum index: Int) -> Double {
    get { block[1 + index] }
    set { block[1 + index] = newValue }
  }

  /// Set before `run`; after it the maximum over all ranks. NaN is ignored.
  package subscript(maximum index: Int) -> Double {
    get { block[1 + sumCount + index] }
    set { block[1 + sumCount + index] = newValue }
  }

  package func run() throws {
    guard communicator.size > 1 else { return }
    try check(
      block.withUnsafeMutableBufferPointer {
        pw_allreduce_in_place($0.baseAddress, 1, type, operation, communicator.handle)
      }, "MPI_Allreduce")
  }
}
