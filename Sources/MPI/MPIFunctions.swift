import CMPI

/// The functions of the MPI library in this process.
struct MPIFunctions: @unchecked Sendable {
  // A table of constants, which is never freed.
  let table: UnsafePointer<pw_mpi_functions>
  /// The file that was loaded, or `linked`.
  let origin: String

  @inline(__always) var calls: pw_mpi_functions {
    @inline(__always) _read { yield table.pointee }
  }

  /// Makes a call of MPI.
  /// - Throws: ``MPIError`` where its code is one of an error.
  @inline(__always)
  func check(_ made: @autoclosure () throws -> Int32, _ call: StaticString) throws {
    MPICall.begin()
    let code = try made()
    MPICall.end()
    if code != 0 { throw MPIError(call: "\(call)", message: text(of: code)) }
  }

  private func text(of code: Int32) -> String {
    Self.text { calls.error_text(code, $0, $1) }
  }

  /// What the library says of itself, its first line: `Open MPI v4.1.4, package: …`.
  var description: String {
    Self.text { calls.describe($0, $1) }.split(separator: "\n").first.map(String.init) ?? ""
  }

  private static func text(_ fill: (UnsafeMutablePointer<CChar>, Int32) -> Void) -> String {
    var text = [CChar](repeating: 0, count: 4096)
    text.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { fill(base, Int32($0.count)) } }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
