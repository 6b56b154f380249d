/// A structure that comes with the program: a conventional cell, molecules on its sites, some of them
/// distributed at random over more sites than there are molecules. Read from
/// `Resources/structures/<name>.json`, where each number has its source.
///
/// A family is a structure with a composition x between 0 and 1: the numbers of molecules in a cell and the
/// lattice are linear in x.
public struct BuiltInStructure: Decodable, Equatable, Sendable {
  /// A rigid molecule about its site, of `Resources/molecules.json`.
  package struct Template: Decodable, Equatable, Sendable {
    package var elements: [String]
    package var positions_A: [[Double]]
    package var formalCharge: Int
    package var source: String
  }

  /// One place of a molecule.
  package struct Site: Decodable, Equatable, Sendable {
    package var fractional: [Double]
    /// How the template is turned; as it is where there is none.
    package var orientation: Orientation?
  }

  /// Sites that one kind of molecule always fills.
  package struct OrderedSites: Decodable, Equatable, Sendable {
    package var molecule: String
    package var sites: [Site]
    /// Whether a part of these numbers was worked out, not taken from the source.
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
    /// How many there are in a cell; of a family at x = 0 and at x = 1.
    package var perCell: [Int]
    /// The orientations to choose among; the template's own where there are none.
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

  /// Whether it has a composition.
  public var isFamily: Bool { latticeAtOne_A != nil }

  /// What of it was worked out and not taken from a publication, one line each: what and how.
  public var constructions: [String] {
    let lattice = latticeIsConstructed == true ? ["lattice: \(latticeSource)"] : []
    return lattice
      + ordered.filter { $0.isConstructed == true }.map { "\($0.molecule): \($0.source)" }
      + disordered.filter { $0.isConstructed == true }.map { group in
        "\(group.occupants.map(\.molecule).joined(separator: ", ")): \(group.source)"
      }
  }
}
