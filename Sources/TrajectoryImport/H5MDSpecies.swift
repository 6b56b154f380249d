import Crystal
import HDF5
import Trajectory

/// The names and masses of an H5MD group's atoms, in the file's order.
enum H5MDSpecies {
  /// Reads names of an enumeration, strings, or numbers: atom types where the hints name their elements, else
  /// atomic numbers where the diffusing element is among them.
  static func labels(in group: HDF5Group, atomCount: Int, hints: ImportHints) throws -> [AtomLabel] {
    func wrong(_ found: String, _ wanted: String) -> TrajectoryProblem {
      TrajectoryProblem(file: group.filePath, place: "\(group.path)/species", found: found, wanted: wanted)
    }
    let masses = try masses(in: group, atomCount: atomCount)
    func labels(_ names: [String?], types: [Int]? = nil) -> [AtomLabel] {
      names.indices.map { AtomLabel(name: names[$0], type: types?[$0], mass: masses?[$0]) }
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
    if hints.elements != nil { return labels(Array(repeating: nil, count: atomCount), types: numbers) }
    let symbols = numbers.compactMap { Element(atomicNumber: $0)?.symbol }
    guard symbols.count == atomCount, let mobile = hints.mobile, symbols.contains(mobile) else {
      throw wrong(
        "the numbers \(Set(numbers).sorted().prefix(20).map(String.init).joined(separator: ", "))",
        "atomic numbers, or the elements of these types, as --elements \"1=Na,2=B,3=H\"")
    }
    return labels(symbols)
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

  static func masses(in group: HDF5Group, atomCount: Int) throws -> [Double]? {
    guard let series = try H5MDSeries("mass", in: group, rank: 1), series.shape == [atomCount],
      series.unit == nil || ["amu", "u", "Da", "g mol-1", "g/mol"].contains(series.unit)
    else { return nil }
    let masses = try series.read(Double.self, frames: 0..<1)
    return masses.allSatisfy { $0 > 0 && $0.isFinite } ? masses : nil
  }
}
