import Digest
import HDF5

/// The content of a checkpoint: named arrays with all that the engine needs for a bitwise identical restart.
package struct CheckpointContent: Sendable, Equatable {
  /// The attempt that writes it.
  package var attempt: Int
  package var doubles: [String: [Double]]
  package var integers: [String: [Int64]]
  package var text: [String: String]

  package init(
    attempt: Int, doubles: [String: [Double]] = [:], integers: [String: [Int64]] = [:],
    text: [String: String] = [:]
  ) {
    self.attempt = attempt
    self.doubles = doubles
    self.integers = integers
    self.text = text
  }

  /// SHA-256 over the sequence number and the whole content, names and lengths included.
  func digest(sequence: Int) -> [UInt8] {
    let hash = SHA256()
    func add(_ header: String) { hash.update(header + "\n") }
    add("\(sequence) \(attempt) \(doubles.count) \(integers.count) \(text.count)")
    for (name, values) in doubles.sorted(by: { $0.key < $1.key }) {
      add("\(name) \(values.count)")
      values.withUnsafeBytes { hash.update($0) }
    }
    for (name, values) in integers.sorted(by: { $0.key < $1.key }) {
      add("\(name) \(values.count)")
      values.withUnsafeBytes { hash.update($0) }
    }
    for (name, value) in text.sorted(by: { $0.key < $1.key }) {
      add("\(name) \(value.utf8.count)")
      hash.update(value)
    }
    return hash.finish()
  }
}
