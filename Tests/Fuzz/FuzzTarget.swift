import Foundation

/// What a reader made of an input.
enum Outcome {
  /// Of its content, to compare with that of the undamaged file.
  case read(digest: UInt64)
  /// With an error of the kinds that users see.
  case refused
  /// With anything else.
  case wrong(String)
}

/// One reader and what it is fed with.
struct FuzzTarget: Sendable {
  enum Input: Sendable {
    /// Text that is cut, doubled, mixed and filled with odd words.
    case text
    /// Bytes that are flipped, cut and replaced by odd numbers.
    case binary
    /// One byte of the first sample, each in turn: the content must not change in silence.
    case flip
    /// The reader makes its own inputs from the number.
    case own
  }

  var name: String
  /// The folder of its samples; those of another target where that has the same files.
  var corpus: String
  var input: Input
  /// Reads an input in a folder of its own.
  var read: @Sendable (_ input: FuzzInput) -> Outcome

  init(
    _ name: String, _ input: Input, corpus: String? = nil,
    read: @escaping @Sendable (_ input: FuzzInput) throws -> UInt64
  ) {
    self.name = name
    self.corpus = corpus ?? name
    self.input = input
    self.read = { fuzzInput in
      do { return .read(digest: try read(fuzzInput)) } catch {
        return isRefusal(error) ? .refused : .wrong("\(type(of: error)): \(error)")
      }
    }
  }
}

/// One input of a target.
struct FuzzInput {
  /// Of the target's inputs, from 0.
  var number: Int
  var bytes: [UInt8]
  /// The name of the sample.
  var sample: String
  /// A folder that holds nothing else.
  var folder: String

  /// Writes the bytes to a file.
  func write(_ name: String) throws -> String {
    let path = "\(folder)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}

/// Sums up what was read, so that two readings can be compared.
struct ContentDigest {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bits: UInt64) { value = (value ^ bits) &* 0x100_0000_01b3 }
  mutating func add(_ number: Double) { add(number.bitPattern) }
  mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }
  mutating func add(_ text: String) { for byte in text.utf8 { add(UInt64(byte)) } }
}

/// A reader as a target of mixed damage, and one of flipped bytes.
func withFlips(
  _ name: String, _ input: FuzzTarget.Input, read: @escaping @Sendable (_ input: FuzzInput) throws -> UInt64
) -> [FuzzTarget] {
  [FuzzTarget(name, input, read: read), FuzzTarget("flip-\(name)", .flip, corpus: name, read: read)]
}
