import Model
import Support

/// The lines of a model file, and the position of the reader.
struct NEPLines {
  private var rest: [Substring]
  private var next = 0
  private let source: String

  init(_ text: String, source: String) {
    // CR LF is one newline character.
    rest = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    self.source = source
  }

  /// An error at the line that was read last.
  func error(_ found: String, wanted: String) -> PotentialError {
    PotentialError("\(source):\(max(next, 1)): \(found); wanted \(wanted)")
  }

  /// The words of the next line.
  mutating func next(_ wanted: String) throws -> [String] {
    guard next < rest.count else { throw error("found the end of the file", wanted: wanted) }
    next += 1
    let tokens = rest[next - 1].split(whereSeparator: \.isWhitespace).map(String.init)
    guard !tokens.isEmpty else {
      throw error(isAtEnd ? "found the end of the file" : "found an empty line", wanted: wanted)
    }
    return tokens
  }

  private var isAtEnd: Bool { rest[next...].allSatisfy { $0.allSatisfy(\.isWhitespace) } }

  /// The numbers behind a keyword.
  mutating func reals(_ keyword: String, counts: [Int]) throws -> [Double] {
    let wanted = "'\(keyword)' and \(Set(counts).sorted().map(String.init).joined(separator: " or ")) numbers"
    let tokens = try next(wanted)
    guard tokens[0] == keyword else { throw error("found '\(tokens[0].prefix(40))'", wanted: wanted) }
    guard counts.contains(tokens.count - 1) else {
      throw error("found \(tokens.count - 1) numbers after '\(keyword)'", wanted: wanted)
    }
    return try tokens.dropFirst().map { try number($0) }
  }

  mutating func integers(_ keyword: String, _ ranges: [ClosedRange<Int>]) throws -> [Int] {
    let values = try reals(keyword, counts: [ranges.count])
    for (value, range) in zip(values, ranges) {
      guard value.rounded() == value, range.contains(Int(clamped(value))) else {
        throw error(
          "found '\(keyword)' with \(value)",
          wanted: range.count == 1
            ? "\(range.lowerBound)" : "whole numbers from \(range.lowerBound) to \(range.upperBound)")
      }
    }
    return values.map { Int($0) }
  }

  private func clamped(_ value: Double) -> Double { min(max(value, -1e6), 1e6) }

  private func number(_ token: some StringProtocol) throws -> Double {
    guard let value = decimalNumber(token) else {
      throw error("found '\(token.prefix(40))'", wanted: "a number")
    }
    return value
  }

  /// So many lines of one number each.
  mutating func numbers(_ count: Int, _ what: String) throws -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(count)
    for index in 0..<count {
      guard next < rest.count else {
        throw error("the file ends", wanted: "\(count - index) more \(what) of \(count)")
      }
      let line = rest[next]
      next += 1
      let tokens = line.split(whereSeparator: \.isWhitespace)
      guard tokens.count == 1 else {
        if tokens.isEmpty && isAtEnd {
          throw error("the file ends", wanted: "\(count - index) more \(what) of \(count)")
        }
        throw error("found \(tokens.count) words", wanted: "one number: \(what)")
      }
      result.append(try number(tokens[0]))
    }
    return result
  }

  mutating func expectEnd() throws {
    guard let more = rest[next...].firstIndex(where: { !$0.allSatisfy(\.isWhitespace) }) else { return }
    next = more + 1
    throw error("found more numbers", wanted: "the end of the file, by its first lines")
  }
}
