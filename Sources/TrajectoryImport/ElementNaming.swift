import Crystal
import Trajectory

/// What a file says of an atom's species.
struct AtomLabel: Equatable {
  /// Its name: a symbol, or another.
  var name: String?
  var type: Int?
  /// amu
  var mass: Double?
  var charge_e: Double?
}

/// A number that files have for each atom.
enum AtomQuantity: String {
  case mass, charge

  /// - Throws: the error that `fail` makes from what was found and what is wanted, for a value that can't be.
  func checked(_ values: [Double], fail: (String, String) -> TrajectoryProblem) throws -> [Double] {
    let isPossible = { (value: Double) in self == .mass ? value > 0 && value.isFinite : abs(value) <= 100 }
    guard let atom = values.firstIndex(where: { !isPossible($0) }) else { return values }
    throw fail(
      "the \(self) \(values[atom]) of atom \(atom + 1)",
      self == .mass ? "a mass above 0, in amu" : "a charge in e, up to 100")
  }
}

/// The elements of a file's atoms: from the user, else from their names, else from their masses.
struct NamedAtoms {
  let elements: [String]
  /// amu; nil where neither masses nor isotopes are named.
  let masses_amu: [Double]?
  /// nil where an atom has none.
  let charges_e: [Double]?
  /// What the user's word changed.
  let notes: [String]

  /// - Parameters:
  ///   - labels: by rising ids, or in the file's order.
  ///   - fail: makes the error from what was found and what is wanted.
  /// - Throws: the error that `fail` makes.
  init(
    _ labels: [AtomLabel], _ hints: ImportHints, file: String, fail: (String, String) -> TrajectoryProblem
  ) throws {
    let given = try Self.given(labels, hints, fail)
    var elements: [String] = []
    var isotopes: [Double?] = []
    var changes: [String: Int] = [:]
    for (index, label) in labels.enumerated() {
      let own =
        label.name.flatMap(Self.symbol) ?? label.mass.flatMap { Element.nearest(mass_amu: $0)?.symbol }
      guard let symbol = given?[index] ?? own else { throw Self.unnamed(label, fail) }
      if let own, own != symbol {
        changes[
          "\(own == label.name ? own : label.name ?? "mass \(label.mass ?? 0)") are taken as \(symbol)",
          default: 0] += 1
      }
      elements.append(symbol)
      isotopes.append(given == nil ? label.name.flatMap(Self.isotopeMass_amu) : nil)
    }
    self.elements = elements
    masses_amu = Self.masses(labels, elements, isotopes)
    let charges = labels.compactMap(\.charge_e)
    charges_e = charges.count == labels.count ? charges : nil
    notes = changes.sorted { $0.key < $1.key }.map {
      "\(file): \($0.value) atoms that the file names \($0.key), as --elements says"
    }
  }

  /// - Parameter ids: of the atoms, in the order of the labels.
  func atoms(ids: [Int], molecules: [Int]? = nil) -> ImportedAtoms {
    ImportedAtoms(
      ids: ids, elements: elements, masses_amu: masses_amu, charges_e: charges_e, molecules: molecules)
  }

  /// The element's symbol; nil for a name that is none. Deuterium and tritium are hydrogen.
  private static func symbol(_ name: String) -> String? { Element(symbol: name)?.chemicalSymbol }

  private static func isotopeMass_amu(_ name: String) -> Double? {
    Element(symbol: name).flatMap { $0.isIsotope ? $0.mass_amu : nil }
  }

  private static func masses(_ labels: [AtomLabel], _ elements: [String], _ own: [Double?]) -> [Double]? {
    if labels.allSatisfy({ $0.mass != nil }) { return labels.compactMap(\.mass) }
    guard own.contains(where: { $0 != nil }) else { return nil }
    return zip(elements, own).map { $1 ?? Element(symbol: $0)?.mass_amu ?? 1 }
  }

  /// What the user says; nil where that is nothing.
  private static func given(
    _ labels: [AtomLabel], _ hints: ImportHints, _ fail: (String, String) -> TrajectoryProblem
  ) throws -> [String]? {
    switch hints.elements {
    case nil: return nil
    case .inOrder(let runs):
      let total = runs.reduce(0) { $0 &+ $1.count }
      guard total == labels.count else {
        throw fail("\(labels.count) atoms", "\(total), as --elements says")
      }
      return runs.flatMap { Array(repeating: $0.element, count: $0.count) }
    case .ofTypes(let table):
      return try labels.map { label in
        guard let type = label.type ?? label.name.flatMap({ Int($0) }) else {
          throw fail(
            "no column type",
            "one, for --elements names the elements of types; names are given as --elements "
              + "\"\(label.name ?? "Na1")=Na\"")
        }
        guard let element = table[type] else {
          throw fail(
            "the type \(type)",
            "one that --elements names: \(table.keys.sorted().map(String.init).joined(separator: ", "))")
        }
        return element
      }
    case .ofLabels(let table):
      return try labels.map { label in
        guard let name = label.name else {
          throw fail(
            "atoms without names",
            "names, for --elements names the elements of \(table.keys.sorted().joined(separator: ", "))")
        }
        guard let element = table[name] ?? symbol(name) else {
          throw fail("the name “\(name.prefix(20))”", "one that --elements names, or a symbol")
        }
        return element
      }
    }
  }

  private static func unnamed(_ label: AtomLabel, _ fail: (String, String) -> TrajectoryProblem)
    -> TrajectoryProblem
  {
    if let name = label.name {
      return fail(
        "“\(name.prefix(20))”",
        "an element's symbol, or the elements of names, as --elements \"\(name.prefix(20))=Na\"")
    }
    return fail(
      label.mass.map { "the mass \($0)" } ?? "types without elements",
      "their elements, as --elements \"1=Na,2=B,3=H\"")
  }
}
