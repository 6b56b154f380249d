import Foundation
import Support

/// A parameter file as stored (JSON). `docs/potential.md` describes the format.
package struct ForceFieldFile: Codable, Sendable {
  package struct AtomType: Codable, Sendable {
    package var element: String
    package var mass_amu: Double
    package var charge_e: Double
  }
  package struct Molecule: Codable, Sendable {
    /// The number of atoms of each element in this molecule; no other molecule has the same.
    package var elements: [String: Int]
    /// The atom type of each element in it.
    package var types: [String: String]
  }
  /// k (r − r0)², without a factor ½, for the `first`th to `last`th (from 1) of the distances between atoms
  /// of the two types in the molecule, in ascending order.
  package struct Bond: Codable, Sendable {
    package var name: String
    package var molecule: String
    package var types: [String]
    package var first: Int
    package var last: Int
    package var k_eV_per_A2: Double
    package var r0_A: Double
  }
  /// k (θ − θ0)², without a factor ½, for each pair of bonds of the two names that share an atom.
  package struct Angle: Codable, Sendable {
    package var name: String
    package var molecule: String
    package var bonds: [String]
    package var count: Int
    package var k_eV_per_rad2: Double
    package var theta0_rad: Double
  }
  /// A exp(−r/ρ) − C/r⁶ between atoms of different molecules.
  package struct Pair: Codable, Sendable {
    package var types: [String]
    package var A_eV: Double
    package var rho_A: Double
    package var C_eVA6: Double
    package var origin: String
  }

  package var name: String
  package var version: String
  package var source: String
  package var short_range_cutoff_A: Double
  package var types: [String: AtomType]
  package var molecules: [String: Molecule]
  package var bonds: [Bond]
  package var angles: [Angle]
  package var pairs: [Pair]
  /// For which salts it can be relied on; nil where the file does not say.
  package var salts: [SaltTrust]?

  /// The built-in potential.
  package static let builtInName = "paddlewheel-ff"

  /// - Parameter source: `paddlewheel-ff` or the path of a parameter file.
  /// - Throws: `PotentialError` naming the file and the key.
  package static func load(_ source: String) throws -> ForceFieldFile {
    source == builtInName ? try builtIn.get() : try read(source)
  }

  /// Read only once: a study loads it for each of its runs.
  private static let builtIn = Result { try read(builtInName) }

  private static func read(_ source: String) throws -> ForceFieldFile {
    let url =
      source == builtInName
      ? Bundle.module.bundleURL.appendingPathComponent("Resources/paddlewheel-ff.json")
      : URL(fileURLWithPath: source)
    let data: Data
    do { data = try FileContents.read(url.path, most: 1 << 26) } catch {
      throw PotentialError(
        "potential: no readable file at '\(source)' (\(error.reason)); wanted 'paddlewheel-ff' or the path of a parameter file"
      )
    }
    do {
      let file = try JSONDecoder().decode(ForceFieldFile.self, from: data)
      try file.validate(source)
      return file
    } catch let error as DecodingError {
      throw PotentialError("\(source): \(error.inPlainWords)")
    }
  }

  private func validate(_ source: String) throws {
    func known(_ type: String, _ place: String) throws {
      guard types[type] != nil else {
        throw PotentialError(
          "\(source): \(place) names the type '\(type)', which 'types' does not define; "
            + "defined are \(types.keys.sorted().joined(separator: ", "))")
      }
    }
    for (name, type) in types where !(type.mass_amu > 0) {
      throw PotentialError("\(source): types.\(name).mass_amu is \(type.mass_amu); wanted above 0")
    }
    for (name, molecule) in molecules {
      for (element, type) in molecule.types { try known(type, "molecules.\(name).types.\(element)") }
      for element in molecule.elements.keys where molecule.types[element] == nil {
        throw PotentialError("\(source): molecules.\(name).types has no type for \(element)")
      }
    }
    for pair in pairs {
      let place = "pairs \(pair.types.joined(separator: "-"))"
      guard pair.types.count == 2 else { throw PotentialError("\(source): \(place): wanted two types") }
      for type in pair.types { try known(type, place) }
      guard pair.rho_A > 0, pair.A_eV >= 0 else {
        throw PotentialError("\(source): \(place): wanted A_eV of 0 or more and rho_A above 0")
      }
    }
    for bond in bonds {
      guard bond.types.count == 2, 1 <= bond.first, bond.first <= bond.last else {
        throw PotentialError("\(source): bonds \(bond.name): wanted two types and 1 <= first <= last")
      }
      for type in bond.types { try known(type, "bonds \(bond.name)") }
    }
    for angle in angles where angle.bonds.count != 2 {
      throw PotentialError("\(source): angles \(angle.name): wanted the names of two bonds")
    }
  }
}

/// A potential that can't be read or does not fit the structure.
package struct PotentialError: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

extension DecodingError {
  fileprivate var inPlainWords: String {
    func place(_ context: Context) -> String {
      context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch self {
    case .keyNotFound(let key, let context):
      return "\(place(context)): the key '\(key.stringValue)' is missing"
    case .typeMismatch(let type, let context): return "\(place(context)): wanted \(type)"
    case .valueNotFound(let type, let context): return "\(place(context)): wanted \(type), found null"
    case .dataCorrupted(let context): return "\(place(context)) \(context.debugDescription)"
    @unknown default: return localizedDescription
    }
  }
}
