import Crystal
import HDF5
import Trajectory

/// The names, masses and charges of an H5MD group's atoms, in the file's order.
enum H5MDSpecies {
  /// Reads names of an enumeration, strings, or numbers: atom types where the hints name their elements, else
  /// atomic numbers where the diffusing element is among them, which a note says. 1, 2, 3, … may be either.
  static func labels(
    in group: HDF5Group, atomCount: Int, hints: ImportHints, _ notes: inout [String]
  ) throws -> [AtomLabel] {
    func wrong(_ found: String, _ wanted: String) -> TrajectoryProblem {
      TrajectoryProblem(file: group.filePath, place: "\(group.path)/species", found: found, wanted: wanted)
    }
    let masses = try values(.mass, ["amu", "u", "Da", "g mol-1", "g/mol"], in: group, atomCount, &notes)
    let charges = try values(.charge, ["e"], in: group, atomCount, &notes)
    func labels(_ names: [String?], types: [Int]? = nil) -> [AtomLabel] {
      names.indices.map {
        AtomLabel(name: names[$0], type: types?[$0], mass: masses?[$0], charge_e: charges?[$0])
      }
    }
    let hasOrder = if case .inOrder = hints.elements { true } else { false }
    guard let series = try H5MDSeries("species", in: group, rank: 1) else {
      guard hasOrder else {
        throw wrong("no species", "their elements in the file's order, as --elements \"Na*4,B*24,H*24\"")
      }
      return labels(Array(repeating: nil, count: atomCount))
    }
    guard series.shape == [atomCount] else { throw wrong("\(series.shape) species", "\(atomCount)") }
    if series.frameCount == nil, let names = try? series.value.readEnumeration() { return labels(names) }
    if series.frameCount == nil, let names = try? series.value.readTexts() { return labels(names) }
    let numbers = try series.read(Int64.self, frames: 0..<1).map { Int($0) }
    if let names = try? series.value.enumeration().values {
      return labels(numbers.map { number in names.first { Int($0.value) == number }?.key })
    }
    if hints.elements != nil { return labels(Array(repeating: nil, count: atomCount), types: numbers) }
    let kinds = Set(numbers).sorted()
    let text = kinds.prefix(20).map(String.init).joined(separator: ", ")
    let symbols = kinds.compactMap { Element(atomicNumber: $0)?.symbol }
    guard symbols.count == kinds.count, let mobile = hints.mobile, symbols.contains(mobile),
      kinds.last != kinds.count
    else {
      throw wrong(
        "the numbers \(text)",
        "their elements, as --elements \"1=Na,2=B,3=H\": atomic numbers tell them only where that of the "
          + "mobile ion is among them, and not where they are 1, 2, 3, … as types are")
    }
    notes.append(
      "\(group.filePath): species \(text) are taken as atomic numbers (\(symbols.joined(separator: ", "))); "
        + "--elements names them otherwise")
    return labels(numbers.map { Element(atomicNumber: $0)?.symbol })
  }

  /// The molecule of each atom, as this program's exports have it; nil where the group has none.
  /// - Parameter places: of the atoms in the file.
  static func molecules(in group: HDF5Group, places: [Int]) throws -> [Int]? {
    guard let series = try H5MDSeries("molecule", in: group, rank: 1), series.shape == [places.count] else {
      return nil
    }
    let numbers = try series.read(Int64.self, frames: 0..<1).map { Int($0) }
    return MoleculeLabels.told(places.map { numbers[$0] }, zeroIsNone: false)
  }

  /// - Returns: those of the first frame; nil where the group has none, or has them in an unknown unit.
  private static func values(
    _ quantity: AtomQuantity, _ units: [String], in group: HDF5Group, _ count: Int, _ notes: inout [String]
  ) throws -> [Double]? {
    guard let series = try H5MDSeries(quantity.rawValue, in: group, rank: 1) else { return nil }
    func wrong(_ found: String, _ wanted: String) -> TrajectoryProblem {
      TrajectoryProblem(file: group.filePath, place: series.value.path, found: found, wanted: wanted)
    }
    guard series.shape == [count] else { throw wrong("\(series.shape) values", "\(count)") }
    guard units.contains(series.unit ?? units[0]) else {
      notes.append(
        "\(group.filePath): the unit of \(quantity) '\(series.unit ?? "")' is not known, so it is not used")
      return nil
    }
    return try quantity.checked(series.read(Double.self, frames: 0..<1), fail: wrong)
  }
}
