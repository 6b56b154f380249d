import Foundation
import ManifestFormat
import NEP
import Support

extension TrainingRecipe {
  /// Reads GPUMD's `nep.in`. Keys of its own optimiser, which this program does not use, are taken and have no effect:
  /// ``unusedKeys`` names them.
  /// - Throws: ``InputError`` with file, line and key, also for a key that stands there twice.
  package init(nepInput path: String) throws {
    self.init()
    let text: String
    do { text = String(decoding: try FileContents.read(path, most: 1 << 20), as: UTF8.self) } catch {
      throw InputError(place: SourcePlace(file: path), message: error.reason)
    }
    var first: [String: Int] = [:]
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let key = words.first else { continue }
      if let before = first.updateValue(index + 1, forKey: key) {
        throw InputError(
          place: SourcePlace(file: path, line: index + 1), key: key,
          found: "the key again after line \(before)", wanted: "each key once")
      }
      try read(NEPInputLine(key: key, words: Array(words.dropFirst()), file: path, number: index + 1))
    }
    guard !first.isEmpty else {
      throw InputError(place: SourcePlace(file: path), found: "no key", wanted: "GPUMD's input of a training")
    }
    guard settings.loss.isAnyAboveZero else {
      throw InputError(
        place: SourcePlace(file: path), key: "lambda_e, lambda_f, lambda_v", found: "0 for each",
        wanted: LossWeights.wanted)
    }
    let folder = SourceFile.folder(of: path)
    data.training = [InputFile(path: "\(folder)/train.xyz", name: "train.xyz")]
    if FileKind(at: "\(folder)/test.xyz") != nil {
      data.validation = [InputFile(path: "\(folder)/test.xyz", name: "test.xyz")]
    }
  }

  private mutating func read(_ line: NEPInputLine) throws {
    switch line.key {
    case "type": architecture.elements = try line.symbols()
    case "version": try line.expect(try line.integer(3...5) != 3, wanted: "4 or 5")
    case "model_type", "mode": try line.expect(try line.integer(0...9) == 0, wanted: "0: a potential")
    case "cutoff": architecture.cutoffs_A = try line.cutoffs(architecture.elements.count)
    case "n_max": architecture.highestOrder = try line.pair(0...20)
    case "basis_size": architecture.basisSize = try line.pair(0...20)
    case "l_max":
      try line.expect(
        architecture.setDegrees(try line.integers(0...8)),
        wanted: "degrees and flags as in the manual of GPUMD")
    case "neuron": architecture.neurons = try line.integer(1...1000)
    case "zbl":
      let factor = architecture.repulsion?.factor
      architecture.repulsion = NEPArchitecture.Repulsion(
        outer_A: try line.number(within: 0.1...2.5), factor: factor)
    case "use_typewise_cutoff_zbl":
      let factor = line.words.isEmpty ? 0.65 : try line.number(within: 0.1...2)
      architecture.repulsion = NEPArchitecture.Repulsion(
        outer_A: architecture.repulsion?.outer_A ?? 2, factor: factor)
    case "lambda_e": settings.loss.energy = try line.number(within: 0...1e6)
    case "lambda_f": settings.loss.force = try line.number(within: 0...1e6)
    case "lambda_v": settings.loss.virial = try line.number(within: 0...1e6)
    case "batch": settings.batch = try line.integer(1...100_000)
    case "epoch": settings.epochs = try line.integer(0...1_000_000)
    case let key where Self.unused.contains(key): unusedKeys.append(key)
    default:
      throw line.error(wanted: "a key of nep.in that this program knows")
    }
  }

  /// Of the evolution strategy, of other optimisers' schedules, and of what is written when.
  private static let unused: Set<String> = [
    "lambda_1", "lambda_2", "lambda_shear", "lambda_q", "lambda_z", "population", "generation", "prediction",
    "force_delta", "output_descriptor", "save_potential", "lr", "start_lr", "stop_lr", "lr_scheduler",
    "weight_decay",
    "max_grad_norm", "scheduler_patience", "scheduler_factor", "step_size", "patience", "fine_tune",
  ]
}

/// One line of `nep.in`.
private struct NEPInputLine {
  let key: String
  let words: [String]
  let file: String
  let number: Int

  func error(wanted: String) -> InputError {
    InputError(
      place: SourcePlace(file: file, line: number), key: key,
      found: words.isEmpty ? "no value" : "'\(words.joined(separator: " "))'", wanted: wanted)
  }

  func expect(_ condition: Bool, wanted: String) throws {
    guard condition else { throw error(wanted: wanted) }
  }

  func numbers(_ counts: ClosedRange<Int>) throws -> [Double] {
    let numbers = words.compactMap { decimalNumber($0) }
    guard numbers.count == words.count, counts.contains(numbers.count) else {
      throw error(wanted: counts.count == 1 ? "\(counts.lowerBound) numbers" : "numbers")
    }
    return numbers
  }

  func number(within range: ClosedRange<Double>) throws -> Double {
    let value = try numbers(1...1)[0]
    try expect(range.contains(value), wanted: "a number from \(range.lowerBound) to \(range.upperBound)")
    return value
  }

  func integers(_ range: ClosedRange<Int>) throws -> [Int] {
    let numbers = words.compactMap { Int($0) }
    guard numbers.count == words.count, !numbers.isEmpty, numbers.allSatisfy({ range.contains($0) }) else {
      throw error(wanted: "whole numbers from \(range.lowerBound) to \(range.upperBound)")
    }
    return numbers
  }

  func integer(_ range: ClosedRange<Int>) throws -> Int {
    let numbers = try integers(range)
    try expect(numbers.count == 1, wanted: "one whole number")
    return numbers[0]
  }

  func pair(_ range: ClosedRange<Int>) throws -> NEPArchitecture.Pair<Int> {
    let numbers = try integers(range)
    try expect(numbers.count == 2, wanted: "two whole numbers: radial, angular")
    return NEPArchitecture.Pair(radial: numbers[0], angular: numbers[1])
  }

  /// The number of elements and their symbols.
  func symbols() throws -> [String] {
    guard let first = words.first, Int(first) == words.count - 1, words.count > 1 else {
      throw error(wanted: "the number of elements and as many symbols")
    }
    return Array(words.dropFirst())
  }

  /// Two lengths, or two for each element.
  func cutoffs(_ elements: Int) throws -> [NEPArchitecture.Pair<Double>] {
    let lengths = try numbers(2...200)
    guard lengths.count == 2 || lengths.count == 2 * elements else {
      throw error(wanted: "2 lengths, or 2 for each element after 'type'")
    }
    let pairs = stride(from: 0, to: lengths.count, by: 2).map {
      NEPArchitecture.Pair(radial: lengths[$0], angular: lengths[$0 + 1])
    }
    try expect(
      pairs.allSatisfy { $0.angular > 0 && $0.angular <= $0.radial && $0.radial <= 100 },
      wanted: "0 < angular ≤ radial ≤ 100 Å")
    return pairs
  }
}
