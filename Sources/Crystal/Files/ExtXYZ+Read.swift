import Foundation
import Mathematics

/// The content of an extXYZ file.
public struct ExtXYZ: Equatable, Sendable {
  /// The atoms of the frame.
  public var structure: Structure
  /// The index in the file of each atom of `structure`; 0, 1, 2, … unless atoms were reordered to make
  /// molecules contiguous and in the order of `Structure.assembling`.
  public var order: [Int]
  /// The other `key=value` entries of the comment line.
  public var info: [String: String]

  /// Reads the only configuration of an extXYZ file. `Lattice` and `Properties` with `species` (or `symbols`,
  /// `element`) and `pos` are required; `mol_id` is used where present, otherwise molecules are found by
  /// their bonds. `charge` (or `charges`, `initial_charges`) are taken as charges of the ions.
  ///
  /// - Throws: `StructureError.file`, `.malformed` with file and line, and what `assembling` throws.
  public init(contentsOf url: URL, rules: IonRules = IonRules()) throws {
    try self.init(text: StructureText(path: url.path).string, file: url.path, rules: rules)
  }

  /// Parses the text of a file; `file` is its name in error messages.
  public init(text: String, file: String, rules: IonRules = IonRules()) throws {
    func fail(_ line: Int, _ problem: String) -> StructureError {
      .malformed(file: file, line: line, problem: problem)
    }
    let lines = StructureText(file: file, string: text).lines
    let first = lines.first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    guard let count = Int(first), count > 0 else {
      throw fail(1, "found “\(first.prefix(40))”, wanted a positive number of atoms")
    }
    guard lines.count >= 2 else { throw fail(2, "the file ends, wanted the comment line with Lattice") }
    let header = try ExtXYZHeader(comment: lines[1]) { fail(2, $0) }
    let (cell, columns, info) = (header.cell, header.columns, header.info)
    var elements: [String] = []
    var positions: [Vector3] = []
    var molecules: [Int] = []
    var charges_e: [Double] = []
    // No capacity is reserved: the announced count may be any number.
    for index in 0..<count {
      let line = index + 3
      guard index + 2 < lines.count, !lines[index + 2].allSatisfy(\.isWhitespace) else {
        throw fail(line, "found \(index) atoms, wanted \(count) as line 1 says")
      }
      let fields = lines[index + 2].split(whereSeparator: \.isWhitespace)
      guard fields.count == columns.width else {
        throw fail(line, "found \(fields.count) columns, wanted \(columns.width) as Properties says")
      }
      let symbol = String(fields[columns.species])
      guard Element(symbol: symbol) != nil else {
        throw fail(line, "found “\(symbol)”, wanted an element's symbol")
      }
      elements.append(symbol)
      var r = Vector3()
      for k in 0..<3 {
        guard let value = fileNumber(fields[columns.position + k]), abs(value) < 1e9 else {
          throw fail(
            line, "found “\(fields[columns.position + k])”, wanted a coordinate in Å, below 10⁹")
        }
        r[k] = value
      }
      positions.append(r)
      if let label = try columns.molecule(of: fields, fail: { fail(line, $0) }) { molecules.append(label) }
      if let charge = try columns.charge(of: fields, fail: { fail(line, $0) }) { charges_e.append(charge) }
    }
    for (index, line) in lines.enumerated().dropFirst(count + 2) where !line.allSatisfy(\.isWhitespace) {
      throw fail(index + 1, "found more after the \(count) atoms that line 1 announces, wanted the end")
    }
    let assignment = try Structure.assembling(
      cell: cell, elements: elements, positions: positions,
      molecules: molecules.isEmpty ? nil : MoleculeLabels.told(molecules, zeroIsNone: false),
      charges_e: charges_e.isEmpty ? nil : charges_e, rules: rules)
    structure = assignment.structure
    order = assignment.order
    self.info = info
  }
}

extension ExtXYZColumns {
  /// - Throws: the error that `fail` makes.
  fileprivate func molecule(of fields: [Substring], fail: (String) -> StructureError) throws -> Int? {
    guard let column = molecule else { return nil }
    guard let label = Int(fields[column]) else {
      throw fail("found “\(fields[column])”, wanted a whole number as mol_id")
    }
    return label
  }

  /// - Throws: the error that `fail` makes.
  fileprivate func charge(of fields: [Substring], fail: (String) -> StructureError) throws -> Double? {
    guard let column = charge else { return nil }
    guard let charge = fileNumber(fields[column]), abs(charge) <= 100 else {
      throw fail("found “\(fields[column])”, wanted a charge in e")
    }
    return charge
  }
}
