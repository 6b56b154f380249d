import CMPI

/// An MPI call that failed, with the message of the MPI library.
package struct MPIError: Error, CustomStringConvertible {
  package let call: String
  package let code: Int32

  package var description: String {
    var text = [CChar](repeating: 0, count: Int(MPI_MAX_ERROR_STRING) + 1)
    var count: Int32 = 0
    MPI_Error_string(code, &text, &count)
    let message = String(decoding: text.prefix(Int(count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return "\(call) failed: \(message)"
  }
}

@inline(__always)
func check(_ code: Int32, _ call: StaticString) throws {
  if code != MPI_SUCCESS { throw MPIError(call: "\(call)", code: code) }
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
