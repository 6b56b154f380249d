import Crystal
import HDF5
import Trajectory

/// The elements and masses of an H5MD group's atoms, in the file's order.
enum H5MDSpecies {
  /// Reads names of an enumeration, strings, or numbers: atom types where the hints name their elements, else
  /// atomic numbers where the diffusing element is among them.
  static func elements(in group: HDF5Group, atomCount: Int, hints: ImportHints) throws -> [String] {
    func wrong(_ found: String, _ wanted: String) -> TrajectoryProblem {
      TrajectoryProblem(file: group.filePath, place: "\(group.path)/species", found: found, wanted: wanted)
    }
    if case .inOrder(let runs) = hints.elements {
      let elements = runs.flatMap { Array(repeating: $0.element, count: min($0.count, atomCount + 1)) }
      guard elements.count == atomCount else {
        throw wrong("\(atomCount) atoms", "\(runs.map(\.count).reduce(0, &+)), as --elements says")
      }
      return elements
    }
    guard let series = try H5MDSeries("species", in: group, rank: 1) else {
      throw wrong("no species", "their elements in the file's order, as --elements \"Na*4,B*24,H*24\"")
    }
    guard series.shape == [atomCount] else { throw wrong("\(series.shape) species", "\(atomCount)") }
    if series.frameCount == nil, let names = try? series.value.readEnumeration() {
      return try checked(names, wrong)
    }
    if series.frameCount == nil, let names = try? series.value.readTexts() {
      return try checked(names, wrong)
    }
    let numbers = try series.read(Int64.self, frames: 0..<1).map { Int($0) }
    if case .ofTypes(let table) = hints.elements {
      return try numbers.map { number in
        guard let element = table[number] else {
          throw wrong("the species \(number)", "one that --elements names")
        }
        return element
      }
    }
    let symbols = numbers.map { Element(atomicNumber: $0)?.symbol }
    let elements = symbols.compactMap { $0 }
    guard elements.count == atomCount, let mobile = hints.mobile, elements.contains(mobile) else {
      throw wrong(
        "the numbers \(Set(numbers).sorted().prefix(20).map(String.init).joined(separator: ", "))",
        "atomic numbers, or the elements of these types, as --elements \"1=Na,2=B,3=H\"")
    }
    return elements
  }

  private static func checked(
    _ names: [String], _ wrong: (String, String) -> TrajectoryProblem
  ) throws -> [String] {
    for name in Set(names).sorted() where Element(symbol: name) == nil {
      throw wrong("the species '\(name.prefix(20))'", "elements' symbols")
    }
    return names
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
