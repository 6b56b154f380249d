internal import CGemmi
import Foundation
import Mathematics

extension CIFDocument {
  private static let operationTags = [
    "_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz", "_space_group_symop.operation_xyz",
  ]
  private static let hallTags = ["_space_group_name_hall", "_symmetry_space_group_name_hall"]
  private static let nameTags = [
    "_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_name_h-m_full",
  ]
  private static let numberTags = ["_space_group_it_number", "_symmetry_int_tables_number"]

  /// The symmetry operations of a data block: those it lists; else those of its Hall symbol, its
  /// Hermann–Mauguin symbol or its number (in the setting of the International Tables).
  ///
  /// - Throws: `StructureError.malformed` where there are none, where they form no group, or where they are
  ///   incompatible with the cell.
  func operations(block: Int, cell: Cell, angles: Vector3) throws -> [SymmetryOperation] {
    let (operations, tag) = try givenOperations(block: block, angles: angles)
    if let misfit = operations.first(where: { !$0.preserves(cell) }) {
      throw error(
        tag, block: block,
        """
        found a rotation (\(misfit.rotation.map { $0 / SymmetryOperation.denominator })) that the cell's \
        edges and angles don't have; wanted symmetry and cell in the same setting (hexagonal or \
        rhombohedral axes?)
        """)
    }
    guard Self.makeGroup(operations) else {
      throw error(tag, block: block, "the \(operations.count) operations make no group; is one missing?")
    }
    return operations
  }

  /// Whether the operations form a group: each one that the earlier ones do not generate becomes a generator,
  /// and all elements are multiplied by the generators until no new ones appear.
  private static func makeGroup(_ operations: [SymmetryOperation]) -> Bool {
    let allowed = Set(operations)
    var generators: [SymmetryOperation] = []
    var generated: Set<SymmetryOperation> = []
    for operation in operations where !generated.contains(operation) {
      generators.append(operation)
      generated = [operation]
      var queue = [operation]
      while let element = queue.popLast() {
        for generator in generators {
          let product = element.after(generator)
          guard allowed.contains(product) else { return false }
          if generated.insert(product).inserted { queue.append(product) }
        }
      }
    }
    return true
  }

  private func givenOperations(
    block: Int, angles: Vector3
  ) throws -> (operations: [SymmetryOperation], tag: String) {
    for tag in Self.operationTags {
      guard let values = values(tag, block: block), value(tag, block: block) != nil else { continue }
      guard values.count <= 1000 else {
        throw error(tag, block: block, "found \(values.count) operations, wanted at most 1000")
      }
      var seen = Set<SymmetryOperation>()
      let operations = try (0..<values.count).map { row in
        try operation(value(tag, block: block, row: row) ?? "?", tag: tag, block: block, row: row)
      }.filter { seen.insert($0).inserted }
      return (operations, tag)
    }
    for tag in Self.hallTags {
      guard let hall = value(tag, block: block) else { continue }
      if let group = SymmetryOperation.group({ Int(cgemmi_operations_of_hall(hall, $0, $1)) }) {
        return (group, tag)
      }
    }
    for tag in Self.nameTags {
      guard let name = value(tag, block: block) else { continue }
      let group = SymmetryOperation.group {
        Int(cgemmi_operations_of_name(name, angles.x, angles.z, $0, $1))
      }
      guard let group else {
        throw error(
          tag, block: block,
          """
          found \(StructureText.excerpt(name)), which names no space group; wanted a Hermann–Mauguin \
          symbol, or the operations as _space_group_symop_operation_xyz
          """)
      }
      return (group, tag)
    }
    for tag in Self.numberTags {
      guard let text = value(tag, block: block) else { continue }
      let group = Int32(text).flatMap { number in
        SymmetryOperation.group { Int(cgemmi_operations_of_number(number, $0, $1)) }
      }
      guard let group else {
        throw error(tag, block: block, "found \(StructureText.excerpt(text)), wanted 1…230")
      }
      return (group, tag)
    }
    throw text.error(
      line: 1,
      """
      block \(StructureText.excerpt(blockNames[block])) tells no symmetry; wanted \
      _space_group_symop_operation_xyz ('x, y, z' for P 1) or _space_group_name_H-M_alt
      """)
  }

  private func operation(_ triplet: String, tag: String, block: Int, row: Int) throws -> SymmetryOperation {
    func fail(_ problem: String) -> StructureError {
      error(
        tag, block: block,
        "operation \(row + 1): found \(StructureText.excerpt(triplet)), wanted one like 'x, -y, z+1/2'\(problem)"
      )
    }
    guard let plain = Self.withoutDecimals(triplet) else { throw fail("") }
    var operation = CGemmiOperation()
    var problem = CGemmiError()
    guard cgemmi_operation(plain, &operation, &problem) == 1 else { throw fail(" (\(problem.text))") }
    let result = SymmetryOperation(operation)
    let r = result.rotation
    let determinant = determinant([Array(r[0..<3]), Array(r[3..<6]), Array(r[6..<9])])
    let unit = SymmetryOperation.denominator
    guard r.allSatisfy({ $0 % unit == 0 && abs($0) <= unit }), abs(determinant) == unit * unit * unit else {
      throw fail(" with a rotation of the lattice onto itself")
    }
    return result
  }

  /// `x+0.5` as `x+12/24`: gemmi accepts only fractions. Nil where a number is not a multiple of 1/24 or has
  /// more digits than a translation.
  private static func withoutDecimals(_ triplet: String) -> String? {
    var result = ""
    var rest = Substring(triplet)
    while let first = rest.first {
      guard first.isASCII, first.isNumber || first == "." else {
        result.append(first)
        rest = rest.dropFirst()
        continue
      }
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest[number.endIndex...]
      if !number.contains(".") {
        guard number.count <= 3 else { return nil }
        result += number
      } else {
        guard let value = Double("0" + number), value < 100 else { return nil }
        let parts = value * Double(SymmetryOperation.denominator)
        guard abs(parts - parts.rounded()) < 0.05 else { return nil }
        result += "\(Int(parts.rounded()))/24"
      }
    }
    return result.count <= 128 ? result : nil
  }
}
