import Foundation
import Mathematics

/// The samples of a target, sorted by name.
struct Corpus {
  var samples: [(name: String, bytes: [UInt8])] = []

  init(_ folder: String, target: FuzzTarget) throws {
    guard target.input != .own else { return }
    let path = "\(folder)/\(target.corpus)"
    for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
      samples.append((name, Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))))
    }
    guard !samples.isEmpty else { throw CocoaError(.fileNoSuchFile) }
  }

  func input(_ number: Int, of target: FuzzTarget, folder: String) -> FuzzInput {
    var random = SplitMix64(seed: SplitMix64.number(number + 1, seed: 20))
    guard !samples.isEmpty else { return FuzzInput(number: number, bytes: [], sample: "", folder: folder) }
    let sample = samples[target.input == .flip ? 0 : random.next(below: samples.count)]
    let bytes =
      switch target.input {
      case .text: Mutation.text(sample.bytes, &random)
      case .binary: Mutation.binary(sample.bytes, &random)
      case .flip: Mutation.flip(sample.bytes, number: number, &random)
      case .own: sample.bytes
      }
    return FuzzInput(number: number, bytes: bytes, sample: sample.name, folder: folder)
  }
}

/// Counts of inputs; the file in which the worker keeps them tells the supervisor how far it is.
struct Progress {
  static let fields = 4
  var next = 0
  var read = 0
  var refused = 0
  /// Flips that changed nothing that is read.
  var unchanged = 0
}

/// Feeds a target with inputs until the count or the time is reached; a failure is printed and counts as one.
struct Worker {
  var target: FuzzTarget
  var corpus: Corpus
  var state: UnsafeMutablePointer<Int>
  var folder: String

  func run(upTo count: Int, until end: Date) -> [String] {
    var failures: [String] = []
    let wanted = reference()
    while state[0] < count, Date() < end {
      let number = state[0]
      clear()
      let input = corpus.input(number, of: target, folder: folder)
      switch target.read(input) {
      case .read(let digest):
        state[1] += 1
        if let wanted {
          if digest == wanted {
            state[3] += 1
          } else {
            failures.append("input \(number): other content in silence")
          }
        }
      case .refused: state[2] += 1
      case .wrong(let message): failures.append("input \(number): \(message)")
      }
      state[0] = number + 1
      if failures.count > 20 { break }
    }
    return failures
  }

  /// Of the undamaged file, for flips.
  private func reference() -> UInt64? {
    guard target.input == .flip, let sample = corpus.samples.first else { return nil }
    clear()
    let input = FuzzInput(number: 0, bytes: sample.bytes, sample: sample.name, folder: folder)
    guard case .read(let digest) = target.read(input) else {
      fatalError("the sample \(sample.name) can't be read")
    }
    return digest
  }

  private func clear() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names { try? FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
  }
}
