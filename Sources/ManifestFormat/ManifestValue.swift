import Foundation
import Support
import Units
import Yams

/// A value of the manifest with its key path and its place in the file. It is read strictly: an unexpected value
/// is an error that names file, line, key, what was found and what was wanted.
package struct ManifestValue {
  package enum Sign { case positive, notNegative, any }

  package let node: Node
  /// The key path, such as `dynamics.thermostat`; empty for the whole document.
  package let path: String
  package let file: String

  package init(node: Node, path: String, file: String) {
    (self.node, self.path, self.file) = (node, path, file)
  }

  package var place: SourcePlace {
    SourcePlace(file: file, line: node.mark?.line, column: node.mark?.column)
  }

  /// The text of a scalar; nil for a mapping, a list and YAML's null.
  package var text: String? {
    guard case .scalar(let scalar) = node, !scalar.isNull else { return nil }
    return scalar.string
  }

  /// The value, for messages.
  package var found: String {
    switch node {
    case .scalar(let scalar): scalar.isNull ? "nothing" : "'\(scalar.string.prefix(80))'"
    case .mapping(let mapping):
      "a mapping with the keys {\(mapping.keys.compactMap(\.scalar?.string).joined(separator: ", "))}"
    case .sequence(let sequence): "a list of \(sequence.count)"
    case .alias: "an alias"
    }
  }

  /// What was found and what was wanted, with the place.
  package func error(wanted: String, message: String? = nil) -> InputError {
    InputError(
      place: place, key: path.isEmpty ? nil : path, found: found, wanted: wanted, message: message)
  }

  package func child(_ key: String, _ node: Node) -> ManifestValue {
    ManifestValue(node: node, path: path.isEmpty ? key : "\(path).\(key)", file: file)
  }

  /// A name, a path or another text on one line. It may become a part of a script, a table or a file's name.
  package func string(wanted: String) throws -> String {
    guard let text, !text.isEmpty else { throw error(wanted: wanted) }
    return try withoutControlCharacters(text, wanted, place: place, key: path.isEmpty ? nil : path)
  }

  /// A text for people, of any number of lines.
  package func prose(wanted: String) throws -> String {
    guard let text, !text.isEmpty else { throw error(wanted: wanted) }
    try withoutControlCharacters(
      text.filter { $0 != "\n" && $0 != "\t" }, wanted, place: place, key: path.isEmpty ? nil : path)
    return text
  }

  package func choice<T: RawRepresentable & CaseIterable>(_ type: T.Type) throws -> T
  where T.RawValue == String {
    let known = T.allCases.map(\.rawValue)
    guard let text, let value = T(rawValue: text) else {
      let hint = text.flatMap { nearest(to: $0, among: known) }.map { "did you mean '\($0)'?" }
      throw error(wanted: known.joined(separator: " or "), message: hint)
    }
    return value
  }

  package func integer(_ range: ClosedRange<Int>) throws -> Int {
    guard let text, let value = Int(text), range.contains(value) else {
      let bound =
        range.upperBound == .max
        ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
      throw error(wanted: "a whole number \(bound)")
    }
    return value
  }

  /// A quantity in internal units.
  /// - Parameter limit: that the key has beside those of the dimension.
  package func quantity(
    _ dimension: PhysicalDimension, _ sign: Sign = .positive, limit: ManifestLimit?
  ) throws -> Double {
    let value = try number(dimension, sign)
    if let limit, !limit.contains(value) { throw error(wanted: limit.wanted) }
    try check(value, dimension)
    return value
  }

  /// A quantity in internal units.
  package func quantity(_ dimension: PhysicalDimension, _ sign: Sign = .positive) throws -> Double {
    try quantity(dimension, sign, limit: nil)
  }

  private func number(_ dimension: PhysicalDimension, _ sign: Sign) throws -> Double {
    let above =
      switch sign {
      case .positive: " above 0"
      case .notNegative: " of at least 0"
      case .any: ""
      }
    let unit =
      dimension.isDimensionless ? "without a unit" : "with its unit (\(dimension.unitNames))"
    let wanted = "\(dimension.name)\(above) \(unit), such as \(dimension.example)"
    guard let text else { throw error(wanted: wanted) }
    let value: Double
    do {
      value = try Quantity.parse(text, as: dimension)
    } catch {
      let hint: String? =
        switch error {
        case .notANumber: nil
        case .notFinite: "the number is too large"
        case .missingUnit: "the unit is missing"
        case .unitNotWanted(let unit): "the unit '\(unit)' has no place here"
        case .unknownUnit(let unit): "'\(unit)' is not a unit of \(dimension.name)"
        }
      throw self.error(wanted: wanted, message: hint)
    }
    guard sign == .any || value > 0 || (sign == .notNegative && value == 0) else {
      throw error(wanted: wanted)
    }
    return value
  }

  /// - Throws: ``InputError`` for a number that no quantity of its kind has.
  private func check(_ value: Double, _ dimension: PhysicalDimension) throws {
    let (least, most) = (dimension.magnitudes.lowerBound, dimension.magnitudes.upperBound)
    guard value != 0, !dimension.magnitudes.contains(abs(value)) else { return }
    func text(_ number: Double) -> String { Quantity.print(number, as: dimension) }
    throw error(
      wanted: abs(value) > most
        ? "\(dimension.name) of at most \(text(most))" : "\(dimension.name) of at least \(text(least))")
  }

  /// The items of a list.
  package func list(wanted: String) throws -> [ManifestValue] {
    guard case .sequence(let sequence) = node else { throw error(wanted: wanted) }
    return sequence.enumerated().map {
      ManifestValue(node: $0.element, path: "\(path)[\($0.offset)]", file: file)
    }
  }
}

extension Node.Scalar {
  /// YAML's null: nothing, `~` or `null`, unquoted.
  package var isNull: Bool {
    guard style == .plain || style == .any else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(string)
  }
}
