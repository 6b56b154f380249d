import Foundation
import Synchronization

extension BuiltInStructure {
  /// The names that `init(named:)` knows, sorted.
  public static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: url("structures").path)) ?? []
    return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  }

  /// The names of the families, sorted.
  public static var families: [String] {
    names.filter { (try? BuiltInStructure(named: $0))?.isFamily == true }
  }

  /// Structures already read: a study requests the same one at each of its points.
  private static let known = Mutex<[String: BuiltInStructure]>([:])

  /// - Throws: `StructureError.unknownBuiltIn`; `.file` where the program's own data file is missing or
  ///   damaged; `.notNeutral`.
  public init(named name: String) throws {
    if let known = Self.known.withLock({ $0[name] }) {
      self = known
      return
    }
    try self.init(reading: name)
    let structure = self
    Self.known.withLock { $0[name] = structure }
  }

  private init(reading name: String) throws {
    let names = Self.names
    guard names.contains(name) else { throw StructureError.unknownBuiltIn(name: name, known: names) }
    let path = Self.url("structures/\(name).json").path
    do {
      let merged = try JSONSerialization.data(withJSONObject: Self.keys(of: name))
      self = try JSONDecoder().decode(BuiltInStructure.self, from: merged)
      molecules = try JSONDecoder().decode(
        [String: Template].self, from: Data(contentsOf: Self.url("molecules.json")))
    } catch {
      throw StructureError.file(path: path, reason: "\(error)")
    }
    try validate(path: path)
  }

  private static func url(_ path: String) -> URL {
    Bundle.module.bundleURL.appendingPathComponent("Resources/\(path)")
  }

  /// The keys of a file. With `like`, keys that the file lacks are taken from another file, with its
  /// molecules renamed as `rename` lists.
  private static func keys(of name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: url("structures/\(name).json"))
    let own = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    guard let model = own["like"] as? String, model != name else { return own }
    var merged = try keys(of: model).merging(own) { _, own in own }
    if let names = own["rename"] as? [String: String], let groups = merged["ordered"] as? [[String: Any]] {
      merged["ordered"] = groups.map { group in
        group.merging(["molecule": names[group["molecule"] as? String ?? ""] ?? group["molecule"] ?? ""]) {
          $1
        }
      }
    }
    return merged
  }

  private func validate(path: String) throws {
    func fail(_ reason: String) -> StructureError { .file(path: path, reason: reason) }
    let lattices = [lattice_A] + (latticeAtOne_A.map { [$0] } ?? [])
    let occupants = disordered.flatMap(\.occupants)
    let triples =
      lattices.joined() + molecules.values.flatMap(\.positions_A)
      + ordered.flatMap(\.sites).map(\.fractional) + disordered.flatMap(\.fractional)
    guard lattices.allSatisfy({ $0.count == 3 }), triples.allSatisfy({ $0.count == 3 }),
      occupants.allSatisfy({ $0.perCell.count == (isFamily ? 2 : 1) && $0.orientations?.isEmpty != true }),
      molecules.values.allSatisfy({ $0.elements.count == $0.positions_A.count })
    else { throw fail("an array of the wrong length") }
    for name in ordered.map(\.molecule) + occupants.map(\.molecule) where molecules[name] == nil {
      throw fail("no molecule is named \(name)")
    }
    // Molecule counts are linear in the composition: valid and neutral at both ends means so in between.
    for end in 0..<(isFamily ? 2 : 1) {
      func charge(_ molecule: String) -> Int { molecules[molecule]?.formalCharge ?? 0 }
      let total =
        ordered.reduce(0) { $0 + charge($1.molecule) * $1.sites.count }
        + occupants.reduce(0) { $0 + charge($1.molecule) * $1.perCell[end] }
      guard total == 0 else { throw StructureError.notNeutral(name: name, charge: total) }
      for group in disordered {
        let filled = group.occupants.map { $0.perCell[end] }
        guard filled.allSatisfy({ $0 >= 0 }), filled.reduce(0, +) <= group.fractional.count else {
          throw fail("more molecules than sites")
        }
      }
    }
  }
}
