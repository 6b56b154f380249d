import Support

/// An MPI call that failed, with the message of the MPI library.
package struct MPIError: ExitingError {
  package let call: String
  package let message: String

  package var exitCode: Int32 { 1 }
  package var description: String { "\(call) failed: \(message)" }
}

/// A message that does not fit the 32-bit counts of MPI.
package struct MessageTooLarge: Error, CustomStringConvertible {
  package let bytes: Int
  package var description: String {
    "a message of \(bytes) bytes is larger than MPI's 2 GiB; use more ranks"
  }
}

@inline(__always)
func count32(_ count: Int) throws -> Int32 {
  guard let result = Int32(exactly: count) else { throw MessageTooLarge(bytes: count) }
  return result
}
