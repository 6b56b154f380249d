import Crystal
import Forces
import Foundation
import Mathematics
import Model
import Support

/// Minima and saddle points of an energy landscape.
package struct LandscapeSummary: Codable, Sendable {
  package struct Form: Codable, Sendable {
    /// `rigid` or `relaxed`.
    package var form: String
    package var site: String
    package var distance_A: Double
    /// Relative to anion and cation far apart, eV.
    package var energy_eV: Double
    package var nextSite: String?
    package var nextEnergy_eV: Double?
    package var saddleSite: String?
    /// From the global minimum to the next one, eV.
    package var barrier_eV: Double?
  }

  package var anion: String
  package var cation: String
  package var forms: [Form]
}

/// The energy landscape of a cation around an anion of a structure.
package struct Landscape {
  package let summary: LandscapeSummary
  private let maps: [(form: String, map: SphereMap)]
  private let profile: [(distance_A: Double, rigid_eV: Double, relaxed_eV: Double)]

  /// - Throws: ``InputError`` for ions that the structure or the potential does not have.
  package init(
    of structure: Structure, anion: String?, cation: String?, potential: LoadedPotential, directions: Int
  ) throws {
    let landscape = try Self.cationLandscape(structure, anion: anion, cation: cation, potential: potential)
    let sphere = SphereMap.directions(directions)
    let forms: [(name: String, minimum: (Vector3) -> CationLandscape.Point)] = [
      ("rigid", landscape.rigidPoint), ("relaxed", { landscape.relaxedPoint($0) }),
    ]
    maps = forms.map { ($0.name, SphereMap(sphere.map($0.minimum))) }
    summary = LandscapeSummary(
      anion: landscape.kind, cation: landscape.cation,
      forms: zip(maps, forms).compactMap { map, form in
        Self.summary(of: map.map, form.name, landscape, form.minimum)
      })
    let minimum = maps[0].map.points.min { $0.energy_eV < $1.energy_eV }
    profile = stride(from: 2.0, through: 10, by: 0.05).compactMap { r in
      guard let minimum else { return nil }
      return (
        r, landscape.rigidEnergy(minimum.direction * r),
        landscape.relaxedPoint(minimum.direction, distance_A: r).energy_eV
      )
    }
  }

  private static func cationLandscape(
    _ structure: Structure, anion: String?, cation: String?, potential: LoadedPotential
  ) throws -> CationLandscape {
    guard case .forceField(let forceField) = potential else {
      throw InputError(
        key: "--potential", found: "a machine-learned model",
        wanted: "a force field: the landscape is that of pairs around one anion without surroundings")
    }
    let kinds = structure.moleculeKinds
    let anions = Set(kinds.filter { $0.composition.values.reduce(0, +) > 1 }.map(\.name)).sorted()
    let cations = Set(kinds.filter(\.isCation).map(\.name)).sorted()
    let kind = try choice(anion, among: anions, "--anion")
    guard let index = kinds.firstIndex(where: { $0.name == kind }), anions.contains(kind) else {
      throw InputError(found: "--anion \(kind)", wanted: "one of \(anions.joined(separator: ", "))")
    }
    let range = structure.moleculeRanges[index]
    do {
      return try CationLandscape(
        positions: Array(structure.positions[range]), elements: Array(structure.elements[range]),
        cation: try choice(cation, among: cations, "--cation"),
        forceField: forceField)
    } catch let error as PotentialError {
      throw InputError(error.description)
    }
  }

  /// The ion that an option names, or else the only one of the structure.
  private static func choice(_ wanted: String?, among known: [String], _ option: String) throws -> String {
    if let wanted { return wanted }
    guard known.count == 1 else {
      throw InputError(found: "no \(option)", wanted: "\(option): one of \(known.joined(separator: ", "))")
    }
    return known[0]
  }

  /// - Parameter minimum: the energy minimum in a direction.
  private static func summary(
    of map: SphereMap, _ form: String, _ landscape: CationLandscape,
    _ minimum: (Vector3) -> CationLandscape.Point
  ) -> LandscapeSummary.Form? {
    guard let coarse = map.points.min(by: { $0.energy_eV < $1.energy_eV }) else { return nil }
    let lowest = SphereMap.refined(coarse, minimum)
    let next = map.passage.map { SphereMap.refined($0.next, minimum) }
    return LandscapeSummary.Form(
      form: form, site: landscape.site(lowest.direction), distance_A: lowest.distance_A,
      energy_eV: lowest.energy_eV, nextSite: next.map { landscape.site($0.direction) },
      nextEnergy_eV: next?.energy_eV,
      saddleSite: map.passage.map { landscape.site($0.saddle.direction) },
      barrier_eV: map.passage.map { $0.saddle.energy_eV - lowest.energy_eV })
  }

  /// Writes the minimum in every direction, then the energies by distance towards the rigid minimum.
  /// - Throws: ``FileError``.
  package func writeCSV(to path: String) throws {
    var lines = ["form,x,y,z,distance_A,energy_eV"]
    for (form, map) in maps {
      for p in map.points {
        let numbers = [p.direction.x, p.direction.y, p.direction.z, p.distance_A, p.energy_eV]
        lines.append(([form] + numbers.map { String(format: "%.6f", $0) }).joined(separator: ","))
      }
    }
    for point in profile {
      lines.append(String(format: "profile rigid,,,,%.3f,%.6f", point.distance_A, point.rigid_eV))
      lines.append(String(format: "profile relaxed,,,,%.3f,%.6f", point.distance_A, point.relaxed_eV))
    }
    try OutputFile.write(lines.joined(separator: "\n") + "\n", to: path)
  }
}
