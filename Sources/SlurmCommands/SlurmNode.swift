import Foundation

/// A node as sinfo lists it.
package struct SlurmNode: Equatable, Sendable {
  package var name: String
  package var cores: Int
  package var threads: Int
  package var memory_bytes: Double
  package var features: Set<String>

  /// Name, sockets, cores of a socket, threads of a core, memory in MiB, features.
  package static let format = "%N|%X|%Y|%Z|%m|%f"

  package init?(line: Substring) {
    let fields = line.split(separator: "|", omittingEmptySubsequences: false)
    guard fields.count == 6, let sockets = Int(fields[1]), let each = Int(fields[2]),
      let threads = Int(fields[3]), let memory_MiB = Double(fields[4]),
      (1...4096).contains(sockets), (1...4096).contains(each), (1...64).contains(threads),
      (0...1e12).contains(memory_MiB)
    else { return nil }
    name = String(fields[0])
    cores = sockets * each
    self.threads = threads
    memory_bytes = memory_MiB * 1_048_576
    features = Set(fields[5].split(separator: ",").map(String.init))
  }
}
