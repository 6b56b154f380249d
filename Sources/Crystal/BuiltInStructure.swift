import Foundation

/// A structure that comes with the program: a conventional cell, molecules on its sites, some of them
/// distributed at random over more sites than there are molecules. Read from `Resources/<name>.json`,
/// where each number has its source.
public struct BuiltInStructure: Codable, Equatable, Sendable {
  /// A rigid molecule about its site.
  public struct Template: Codable, Equatable, Sendable {
    public var elements: [String]
    public var positions_A: [[Double]]
    public var formalCharge: Int
    public var source: String
  }

  /// One site that is always filled.
  public struct OrderedSite: Codable, Equatable, Sendable {
    public var molecule: String
    public var fractional: [Double]
    /// Rows of the matrix that turns the template.
    public var rotation: [[Double]]
    public var source: String
  }

  /// Sites of which a fixed part is filled at random.
  public struct DisorderedSites: Codable, Equatable, Sendable {
    public var molecule: String
    /// [filled, of]: a fraction in whole numbers.
    public var occupancy: [Int]
    public var fractional: [[Double]]
    public var source: String
  }

  public var name: String
  public var title: String
  public var lattice_A: [[Double]]
  public var latticeSource: String
  public var molecules: [String: Template]
  public var ordered: [OrderedSite]
  public var disordered: [DisorderedSites]

  /// The names that `init(named:)` knows, sorted.
  public static var names: [String] {
    let folder = Bundle.module.bundleURL.appendingPathComponent("Resources")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  }

  /// - Throws: `StructureError.unknownBuiltIn`; `StructureError.file` where the program's own data file is
  ///   missing or damaged.
  public init(named name: String) throws {
    guard Self.names.contains(name) else {
      throw StructureError.unknownBuiltIn(name: name, known: Self.names)
    }
    let url = Bundle.module.bundleURL.appendingPathComponent("Resources/\(name).json")
    do {
      self = try JSONDecoder().decode(BuiltInStructure.self, from: Data(contentsOf: url))
    } catch {
      throw StructureError.file(path: url.path, reason: "\(error)")
    }
    try validate(path: url.path)
  }

  private func validate(path: String) throws {
    func fail(_ reason: String) -> StructureError { .file(path: path, reason: reason) }
    let triples =
      lattice_A + molecules.values.flatMap(\.positions_A) + ordered.map(\.fractional)
      + ordered.flatMap(\.rotation) + disordered.flatMap(\.fractional)
    guard lattice_A.count == 3, triples.allSatisfy({ $0.count == 3 }),
      ordered.allSatisfy({ $0.rotation.count == 3 }),
      disordered.allSatisfy({ $0.occupancy.count == 2 && $0.occupancy[1] > 0 }),
      molecules.values.allSatisfy({ $0.elements.count == $0.positions_A.count })
    else { throw fail("an array of the wrong length") }
    for name in ordered.map(\.molecule) + disordered.map(\.molecule) where molecules[name] == nil {
      throw fail("no molecule is named \(name)")
    }
  }
}
