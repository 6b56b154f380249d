import Foundation
import Model
import Support

/// The environments that span a model's training set (its active set), with which new ones are compared: for each element
/// the inverse of the matrix whose rows are their projections.
///
/// A projection is the derivative of an atom's energy by the parameters of its network (Lysogorskiy et al., Phys. Rev.
/// Mater. 7, 043801 (2023), for linear models; GPUMD's `compute_extrapolation` for NEP). MaxVol chooses the rows so that
/// no projection of the training set is a combination of them with a factor above 1.
package struct NEPActiveSet: Sendable {
  /// How a file writes an inverse.
  package enum Order: String, Sendable, CaseIterable {
    /// As GPUMD reads it.
    case rows
    /// As the scripts `nep_extrapolation` write it.
    case columns
  }

  /// Numbers of a projection.
  package let size: Int
  /// By element; `[number of the active set][number of the projection]`, so that one row gives one factor.
  let factors: [String: [Double]]

  /// Reads an `.asi` file: for each element a line with its symbol, rows and columns, then the numbers.
  /// - Throws: `PotentialError` with file and line for what is none, or is of a model with other numbers of neurons and
  ///   descriptors.
  package init(path: String, model: NEPModel, order: Order) throws {
    let data: Data
    do { data = try FileContents.read(path, most: 1 << 34) } catch {
      throw PotentialError("can't read the active set \(path): \(error.reason)")
    }
    size = model.neuronCount * (model.descriptorCount + 2)
    var words = NumberedWords(data, source: path)
    var factors: [String: [Double]] = [:]
    while let symbol = words.next() {
      guard model.elements.contains(symbol), factors[symbol] == nil else {
        throw words.error(symbol, wanted: "each element of \(model.source) once")
      }
      for what in ["rows", "columns"] {
        let word = words.next()
        guard let word, Int(word) == size else {
          throw words.error(
            word,
            wanted:
              "\(size) \(what) for \(symbol): the neurons of \(model.source) times its descriptors and 2")
        }
      }
      factors[symbol] = try Self.matrix(&words, size, order)
    }
    guard !factors.isEmpty else { throw words.error(nil, wanted: "an element, rows and columns") }
    self.factors = factors
  }

  private static func matrix(_ words: inout NumberedWords, _ size: Int, _ order: Order) throws -> [Double] {
    var numbers: [Double] = []
    for index in 0..<(size * size) {
      let word = words.next()
      guard let word, let value = decimalNumber(word) else {
        throw words.error(word, wanted: "number \(index + 1) of \(size * size)")
      }
      numbers.append(value)
    }
    guard order == .rows else { return numbers }
    // γ = projection · inverse: the columns of the inverse are needed.
    var transposed = [Double](repeating: 0, count: size * size)
    for i in 0..<size { for j in 0..<size { transposed[j * size + i] = numbers[i * size + j] } }
    return transposed
  }
}

/// The words of a file, with the line of each.
private struct NumberedWords {
  private let data: Data
  private var place: Data.Index
  private var line = 1
  private let source: String

  init(_ data: Data, source: String) {
    self.data = data
    place = data.startIndex
    self.source = source
  }

  mutating func next() -> String? {
    while place < data.endIndex, data[place] <= 32 {
      if data[place] == 10 { line += 1 }
      place += 1
    }
    let first = place
    while place < data.endIndex, data[place] > 32 { place += 1 }
    return first < place ? String(decoding: data[first..<place], as: UTF8.self) : nil
  }

  func error(_ found: String?, wanted: String) -> PotentialError {
    PotentialError(
      "\(source):\(line): found \(found.map { "'\($0.prefix(40))'" } ?? "the end of the file"); wanted \(wanted)"
    )
  }
}
