/// A structure that comes with the program: a conventional cell and molecules on its sites, some of them
/// distributed at random over more sites than there are molecules. Read from
/// `Resources/structures/<name>.json`, which cites the source of each number.
///
/// A family is a structure with a composition x between 0 and 1: the numbers of molecules in a cell and the
/// lattice are linear in x.
public struct BuiltInStructure: Decodable, Equatable, Sendable {
  /// A rigid molecule about its site, from `Resources/molecules.json`.
  package struct Template: Decodable, Equatable, Sendable {
    package var elements: [String]
    package var positions_A: [[Double]]
    package var formalCharge: Int
    package var source: String
  }

  /// One site of a molecule.
  package struct Site: Decodable, Equatable, Sendable {
    package var fractional: [Double]
    /// The rotation of the template; nil leaves the template as it is.
    package var orientation: Orientation?
  }

  /// Sites that one kind of molecule always fills.
  package struct OrderedSites: Decodable, Equatable, Sendable {
    package var molecule: String
    package var sites: [Site]
    /// Whether some of these numbers were constructed and not taken from the source.
    package var isConstructed: Bool?
    package var source: String
  }

  /// Sites of which each occupant fills a fixed number, drawn at random.
  package struct DisorderedSites: Decodable, Equatable, Sendable {
    package var occupants: [Occupant]
    package var fractional: [[Double]]
    package var isConstructed: Bool?
    package var source: String
  }

  /// A molecule that shares sites with vacancies or with others.
  package struct Occupant: Decodable, Equatable, Sendable {
    package var molecule: String
    /// Molecules in a cell; for a family at x = 0 and at x = 1.
    package var perCell: [Int]
    /// The possible orientations; nil for the template's own.
    package var orientations: [Orientation]?
  }

  /// The name that `buildStructure` takes.
  public var name: String
  /// One line about it.
  public var title: String
  package var lattice_A: [[Double]]
  /// The lattice of a family at x = 1; `lattice_A` is that at x = 0.
  package var latticeAtOne_A: [[Double]]?
  package var latticeIsConstructed: Bool?
  package var latticeSource: String
  package var ordered: [OrderedSites]
  package var disordered: [DisorderedSites]
  /// The templates by name.
  package var molecules: [String: Template] = [:]

  private enum CodingKeys: String, CodingKey {
    case name, title, lattice_A, latticeAtOne_A, latticeIsConstructed, latticeSource, ordered, disordered
  }

  /// Whether the structure has a composition.
  public var isFamily: Bool { latticeAtOne_A != nil }

  /// What was constructed and not taken from a publication, one line each: what and how.
  public var constructions: [String] {
    let lattice = latticeIsConstructed == true ? ["lattice: \(latticeSource)"] : []
    return lattice
      + ordered.filter { $0.isConstructed == true }.map { "\($0.molecule): \($0.source)" }
      + disordered.filter { $0.isConstructed == true }.map { group in
        "\(group.occupants.map(\.molecule).joined(separator: ", ")): \(group.source)"
      }
  }
}
