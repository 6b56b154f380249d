import Crystal
import Foundation
import Mathematics
import Model
import Support

/// What a landscape comes to.
package struct LandscapeSummary: Codable, Sendable {
  package struct Form: Codable, Sendable {
    /// `rigid` or `relaxed`.
    package var form: String
    package var site: String
    package var distance_A: Double
    /// Against anion and cation far apart, eV.
    package var energy_eV: Double
    package var nextSite: String?
    package var nextEnergy_eV: Double?
    package var saddleSite: String?
    /// From the minimum to the next one.
    package var barrier_eV: Double?
  }

  package var anion: String
  package var cation: String
  package var forms: [Form]
}

/// The energy of a cation around an anion of a structure.
package struct Landscape {
  package let summary: LandscapeSummary
  private let maps: [(form: String, map: SphereMap)]
  private let profile: [(distance_A: Double, rigid_eV: Double, relaxed_eV: Double)]

  /// - Throws: ``InputError`` for ions that the structure or the potential does not have.
  package init(
    of structure: Structure, anion: String?, cation: String?, potential: String?, directions: Int
  ) throws {
    let kinds = structure.moleculeKinds
    let anions = Set(kinds.filter { $0.composition.values.reduce(0, +) > 1 }.map(\.name)).sorted()
    let cations = Set(kinds.filter(\.isCation).map(\.name)).sorted()
    func choose(_ wanted: String?, _ known: [String], _ what: String) throws -> String {
      let found = wanted ?? (known.count == 1 ? known[0] : "")
      guard wanted != nil || !found.isEmpty else {
        throw InputError(found: "no \(what)", wanted: "\(what): one of \(known.joined(separator: ", "))")
      }
      return found
    }
    let kind = try choose(anion, anions, "--anion")
    guard let index = kinds.firstIndex(where: { $0.name == kind }), anions.contains(kind) else {
      throw InputError(found: "--anion \(kind)", wanted: "one of \(anions.joined(separator: ", "))")
    }
    let range = structure.moleculeRanges[index]
    let landscape: CationLandscape
    do {
      landscape = try CationLandscape(
        positions: Array(structure.positions[range]), elements: Array(structure.elements[range]),
        cation: try choose(cation, cations, "--cation"),
        forceField: try ForceFieldFile.load(potential ?? ForceFieldFile.builtInName))
    } catch let error as PotentialError {
      throw InputError(error.description)
    }
    let sphere = SphereMap.directions(directions)
    maps = [
      ("rigid", SphereMap(sphere.map(landscape.rigidPoint))),
      ("relaxed", SphereMap(sphere.map { landscape.relaxedPoint($0) })),
    ]
    let evaluate: [(Vector3) -> CationLandscape.Point] = [
      landscape.rigidPoint, { landscape.relaxedPoint($0) },
    ]
    summary = LandscapeSummary(
      anion: landscape.kind, cation: landscape.cation,
      forms: zip(maps, evaluate).compactMap { entry, evaluate in
        let (form, map) = entry
        guard let coarse = map.points.min(by: { $0.energy_eV < $1.energy_eV }) else { return nil }
        let lowest = SphereMap.polished(coarse, evaluate)
        let next = map.passage.map { SphereMap.polished($0.next, evaluate) }
        return LandscapeSummary.Form(
          form: form, site: landscape.site(lowest.direction), distance_A: lowest.distance_A,
          energy_eV: lowest.energy_eV, nextSite: next.map { landscape.site($0.direction) },
          nextEnergy_eV: next?.energy_eV,
          saddleSite: map.passage.map { landscape.site($0.saddle.direction) },
          barrier_eV: map.passage.map { $0.saddle.energy_eV - lowest.energy_eV })
      })
    let towards = maps[0].map.points.min { $0.energy_eV < $1.energy_eV }
    profile = stride(from: 2.0, through: 10, by: 0.05).compactMap { r in
      guard let towards else { return nil }
      return (
        r, landscape.rigidEnergy(towards.direction * r),
        landscape.relaxedPoint(towards.direction, distance_A: r).energy_eV
      )
    }
  }

  /// Every direction at its best distance, then the energies towards the rigid minimum against distance.
  /// - Throws: ``RunFailure``.
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
    try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: path)
  }
}
