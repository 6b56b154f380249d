import Foundation
import HDF5
import Manifest
import Trajectory

/// The metadata of the run in an exported file, `/paddlewheel/run`: the values that an import would otherwise need as
/// options.
struct ExportedRun: Codable, Equatable {
  var study: String
  var run: String
  /// The first of the diffusing ions.
  var mobile: String
  /// All of them, where there are several.
  var mobileIons: [String]?
  var temperature_K: Double
  /// Formal charge of the only diffusing ion, e; nil where the study does not give it.
  var charge_e: Double?
  /// By ion, where there are several; those that the study gives.
  var charges_e: [String: Double]?
  /// By element; replaces the standard ones.
  var masses_amu: [String: Double]
  /// Factor by anion or element.
  var massScale: [String: Double]

  enum CodingKeys: String, CodingKey {
    case study, run, mobile
    case temperature_K, masses_amu, charge_e, charges_e
    case mobileIons = "mobile_ions"
    case massScale = "mass_scale"
  }

  /// All diffusing ions.
  var ions: [String] { mobileIons ?? [mobile] }

  /// As the manifest has them.
  var charge: MobileCharge? {
    guard let charges_e, !charges_e.isEmpty else { return charge_e.map { .one($0) } }
    return .each(charges_e)
  }

  private var allCharges: [Double] { [charge_e].compactMap(\.self) + (charges_e?.values.map(\.self) ?? []) }

  private static let place = "paddlewheel/run"

  func write(in root: HDF5Group) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try root.writeText(Self.place, String(decoding: try encoder.encode(self), as: UTF8.self))
  }
}

extension ExportedRun {
  /// - Returns: nil for a file without this metadata, or with damaged metadata: the import then needs the
  ///   options, and reports damage when it reads the record.
  init?(readingFrom path: String) {
    guard (try? HDF5File.probe(path)) != nil, let root = try? HDF5File.open(path).root(),
      (try? root.exists(Self.place)) == true, let text = try? root.readText(Self.place),
      let value = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)),
      (1e-6..<1e9).contains(value.temperature_K), value.ions.count <= mostMobileSpecies,
      value.ions.allSatisfy(isFormula), value.allCharges.allSatisfy({ $0 != 0 && abs($0) <= 20 }),
      (Array(value.masses_amu.keys) + Array(value.massScale.keys)).allSatisfy(isSpeciesName),
      (Array(value.masses_amu.values) + Array(value.massScale.values)).allSatisfy({ $0 > 0 && $0.isFinite })
    else { return nil }
    self = value
  }
}
