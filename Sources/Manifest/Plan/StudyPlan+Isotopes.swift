import Crystal
import Foundation
import Support

extension Manifest {
  /// The isotopes D and T of the structure's file, as masses; none for a structure that is built in.
  ///
  /// A file that cannot be read has none here: building the system says what is wrong with it.
  func isotopesOfStructure() -> AtomMasses {
    guard let system = simulated?.system, case .file(let file) = system.structure,
      Self.mayHoldIsotopes(file.path)
    else { return AtomMasses() }
    do {
      let rules = try system.declared.rules(single: analysis.mobile)
      return try StructureFile.read(path: file.path, options: StructureFile.ReadOptions(rules: rules))
        .isotopes()
    } catch {
      return AtomMasses()
    }
  }

  /// Whether a file has the symbols D or T, or their masses: most have not, and need not be read twice.
  private static func mayHoldIsotopes(_ path: String) -> Bool {
    guard let data = FileManager.default.contents(atPath: path) else { return false }
    if data.range(of: Data("2.01".utf8)) != nil || data.range(of: Data("3.01".utf8)) != nil { return true }
    func isLetter(_ byte: UInt8?) -> Bool {
      byte.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0 & 0xDF) } ?? false
    }
    return data.withUnsafeBytes { bytes in
      bytes.indices.contains { i in
        (bytes[i] == UInt8(ascii: "D") || bytes[i] == UInt8(ascii: "T"))
          && !isLetter(i > 0 ? bytes[i - 1] : nil) && !isLetter(i + 1 < bytes.count ? bytes[i + 1] : nil)
      }
    }
  }

  /// Adds masses that the manifest does not have.
  mutating func addMasses(_ masses: AtomMasses) {
    updateSimulation { $0.dynamics.masses_amu.fill(from: masses) }
  }
}

/// The isotopes of the structures of a study, which all of them have to have: the manifest keeps one set of masses.
/// - Throws: ``InputError`` for structures with different isotopes.
func commonIsotopes(of manifests: [Manifest], _ document: ManifestDocument) throws -> AtomMasses {
  var known: [(of: SystemSpecification, masses: AtomMasses)] = []
  var common: AtomMasses?
  func words(_ masses: AtomMasses) -> String { masses.isEmpty ? "none" : masses.text }
  for manifest in manifests {
    guard let system = manifest.simulated?.system else { continue }
    var key = SystemSpecification()
    (key.structure, key.declared) = (system.structure, system.declared)
    let masses = known.first { $0.of == key }?.masses ?? manifest.isotopesOfStructure()
    if !known.contains(where: { $0.of == key }) { known.append((key, masses)) }
    guard common ?? masses == masses else {
      throw InputError(
        place: document.place(of: "sweep"), key: "sweep",
        found: "structures with different isotopes (\(words(masses)), and before "
          + "\(words(common ?? AtomMasses())))",
        wanted: "a study for each, or the masses as an axis, dynamics.masses")
    }
    common = masses
  }
  return common ?? AtomMasses()
}
