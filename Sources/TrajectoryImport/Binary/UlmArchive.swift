import Crystal
import Foundation
import Mathematics
import Trajectory

/// Reads ASE's trajectories (`.traj`): a ulm file (ase.io.ulm) with one item for each frame. An item is JSON whose arrays are
/// stored elsewhere in the file; what does not change is in the first one.
final class UlmArchive: FrameArchive {
  let atoms: ImportedAtoms
  let frameCount: Int
  private(set) var warnings: [String] = []
  let timeGuess: String? = nil
  private let file: BinaryFile
  private let offsets: [Int]

  private static let longestItem = 1 << 28

  /// - Throws: `TrajectoryProblem`.
  init(_ path: String, hints: ImportHints) throws {
    file = try BinaryFile(path)
    let header = try file.bytes(48, at: 0)
    guard header.starts(with: Array("- of Ulm".utf8)) else {
      throw file.problem(0, "no ulm file", "a trajectory of ASE")
    }
    let tag = String(decoding: header[8..<24], as: UTF8.self).trimmingCharacters(in: .whitespaces)
    guard tag == "ASE-Trajectory" else {
      throw file.problem(8, "the tag '\(tag.prefix(20))'", "ASE-Trajectory")
    }
    let numbers = try file.numbers(Int64.self, 3, at: 24).map { Int(Int64(littleEndian: $0)) }
    guard (1...3).contains(numbers[0]) else { throw file.problem(24, "version \(numbers[0])", "1 to 3") }
    guard numbers[1] >= 0, numbers[1] <= file.size / 8 else {
      throw file.problem(32, "\(numbers[1]) items", "as many as the file has place for")
    }
    guard numbers[1] > 0 else { throw file.problem(32, "no frame", "at least one") }
    let offsets = try file.numbers(Int64.self, numbers[1], at: numbers[2]).map {
      Int(Int64(littleEndian: $0))
    }
    let item = try UlmItem(file, at: offsets[0], longest: Self.longestItem)
    atoms = try Self.atoms(item, file, hints, &warnings)
    self.offsets = offsets
    frameCount = offsets.count
  }

  private static func atoms(
    _ item: UlmItem, _ file: BinaryFile, _ hints: ImportHints, _ warnings: inout [String]
  ) throws -> ImportedAtoms {
    let numbers = try item.integers("numbers")
    guard !numbers.isEmpty else { throw item.problem("no atoms", "at least one") }
    if let pbc = item.flags("pbc"), pbc.contains(false) {
      throw item.problem("pbc \(pbc)", "a periodic cell")
    }
    func values(_ name: String, _ quantity: AtomQuantity) throws -> [Double]? {
      try item.has(name)
        ? quantity.checked(item.array(name, count: numbers.count), fail: item.problem) : nil
    }
    let (masses, charges) = try (values("masses", .mass), values("charges", .charge))
    let labels = try numbers.enumerated().map { index, number in
      let symbol = Element(atomicNumber: number)?.symbol
      guard symbol != nil || hints.elements != nil else {
        throw item.problem("the atomic number \(number)", "an element's")
      }
      return AtomLabel(name: symbol, type: number, mass: masses?[index], charge_e: charges?[index])
    }
    let named = try NamedAtoms(labels, hints, file: file.path) { item.problem($0, $1) }
    warnings += named.notes
    return named.atoms(ids: Array(1...numbers.count))
  }

  func stamp(_ index: Int) throws -> FrameStamp { FrameStamp() }

  func read(_ index: Int, into frame: inout ImportedFrame) throws {
    let item = try UlmItem(file, at: offsets[index], longest: Self.longestItem)
    if item.has("numbers"), try item.integers("numbers").count != atoms.ids.count {
      throw item.problem("other atoms in frame \(index + 1)", "those of the first frame")
    }
    let r = try item.array("positions", count: 3 * atoms.ids.count)
    guard r.allSatisfy({ abs($0) < 1e9 }) else {
      throw item.problem("positions that are no numbers, in frame \(index + 1)", "positions in Å")
    }
    frame.positions = atoms.ids.indices.map { Vector3(r[3 * $0], r[3 * $0 + 1], r[3 * $0 + 2]) }
    let cell = try item.array("cell", count: 9)
    frame.hasCell = cell.contains { $0 != 0 }
    if frame.hasCell { frame.cell = try CellText.cell(cell) { item.problem($0, $1) } }
    frame.isUnwrapped = false
  }
}

/// One item of a ulm file.
private struct UlmItem {
  private let file: BinaryFile
  private let offset: Int
  private let values: [String: Any]

  init(_ file: BinaryFile, at offset: Int, longest: Int) throws {
    self.file = file
    self.offset = offset
    let length = try file.numbers(Int64.self, 1, at: offset).map { Int(Int64(littleEndian: $0)) }[0]
    guard length > 0, length <= longest, file.has(length, at: offset + 8) else {
      throw file.problem(offset, "an item of \(length) bytes", "one within the file")
    }
    let data = Data(try file.bytes(length, at: offset + 8))
    guard let values = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw file.problem(offset, "an item that is no JSON", "that of a frame")
    }
    guard values["_little_endian"] as? Bool != false else {
      throw file.problem(
        offset, "numbers of a big-endian machine", "little-endian ones: write the file again with ASE")
    }
    self.values = values
  }

  func has(_ name: String) -> Bool { values[name] != nil || values[name + "."] != nil }

  func flags(_ name: String) -> [Bool]? { values[name] as? [Bool] }

  /// An array as numbers, from the JSON or from where it says.
  func array(_ name: String, count: Int) throws -> [Double] {
    let numbers: [Double]
    if let stored = values[name + "."] as? [String: Any], let parts = stored["ndarray"] as? [Any] {
      numbers = try self.numbers(parts, name, most: count)
    } else {
      numbers = Self.flat(values[name] as Any)
    }
    guard numbers.count == count else { throw problem("\(numbers.count) numbers of \(name)", "\(count)") }
    return numbers
  }

  func integers(_ name: String) throws -> [Int] {
    guard let stored = values[name + "."] as? [String: Any], let parts = stored["ndarray"] as? [Any] else {
      guard let numbers = values[name] as? [Int] else { throw problem("no \(name)", "those of the atoms") }
      return numbers
    }
    return try numbers(parts, name, most: 100_000_000).map { value in
      guard let number = Int(exactly: value) else { throw problem("\(value) in \(name)", "whole numbers") }
      return number
    }
  }

  /// `[shape, type, offset]`.
  private func numbers(_ parts: [Any], _ name: String, most: Int) throws -> [Double] {
    guard parts.count == 3, let shape = parts[0] as? [Int], let type = parts[1] as? String,
      let place = parts[2] as? Int,
      shape.allSatisfy({ $0 >= 0 && $0 <= most }), shape.count <= 4
    else { throw problem("no array of \(name)", "its shape, type and place") }
    let (count, overflow) = shape.reduce((1, false)) { product, extent in
      let (value, isOver) = product.0.multipliedReportingOverflow(by: extent)
      return (value, product.1 || isOver)
    }
    guard !overflow, count <= most else {
      throw problem("\(name) of the shape \(shape)", "at most \(most) numbers")
    }
    switch type {
    case "float64": return try file.numbers(Double.self, count, at: place)
    case "float32": return try file.numbers(Float.self, count, at: place).map(Double.init)
    case "int64": return try file.numbers(Int64.self, count, at: place).map(Double.init)
    case "int32": return try file.numbers(Int32.self, count, at: place).map(Double.init)
    case "int16": return try file.numbers(Int16.self, count, at: place).map(Double.init)
    case "int8": return try file.numbers(Int8.self, count, at: place).map(Double.init)
    case "uint8": return try file.numbers(UInt8.self, count, at: place).map(Double.init)
    default: throw problem("\(name) of the type '\(type.prefix(20))'", "numbers")
    }
  }

  private static func flat(_ value: Any) -> [Double] {
    if let number = value as? Double { return [number] }
    return (value as? [Any])?.flatMap(flat) ?? []
  }

  func problem(_ found: String, _ wanted: String) -> TrajectoryProblem { file.problem(offset, found, wanted) }
}
