import Crystal
import Foundation
import Mathematics
import Model
import StructureScience
import Testing

/// A cation around one isolated anion.
struct LandscapeTests {
  private func landscape(_ structure: String, _ cation: String) throws -> CationLandscape {
    let built = try buildStructure(named: structure, supercell: .identity, seed: 1)
    let index = try #require(built.moleculeRanges.firstIndex { $0.count > 1 })
    let range = built.moleculeRanges[index]
    return try CationLandscape(
      positions: Array(built.positions[range]), elements: Array(built.elements[range]), cation: cation,
      forceField: .load(ForceFieldFile.builtInName))
  }

  /// Charges, Born–Mayer and dispersion with the file's parameters, atom by atom.
  @Test func energyIsTheSumOverPairs() throws {
    let field = try ForceFieldFile.load(ForceFieldFile.builtInName)
    let map = try landscape("nabh4", "Na")
    let types = try #require(field.molecules["BH4"]?.types)
    let place: Vector3 = [1.1, -0.7, 2.6]
    var wanted = 0.0
    for (element, r) in zip(map.elements, map.geometry) {
      let type = try #require(types[element])
      let pair = try #require(
        field.pairs.first { $0.types == [type, "Na"] || $0.types == ["Na", type] })
      let d = length(place - r)
      let charges = try #require(field.types[type]).charge_e * (try #require(field.types["Na"]).charge_e)
      wanted +=
        14.399645478425668 * charges / d + pair.A_eV * exp(-d / pair.rho_A) - pair.C_eVA6 / pow(d, 6)
    }
    #expect(abs(map.rigidEnergy(place) - wanted) < 1e-10)
  }

  @Test(arguments: [("na2b12h12-bcc", "Na"), ("li2b12h12-fcc", "Li"), ("nabh4", "Na")])
  func cationSitsOverAFaceOfThree(_ structure: String, _ cation: String) throws {
    let map = try landscape(structure, cation)
    let sphere = SphereMap(SphereMap.directions(600).map(map.rigidPoint))
    let passage = try #require(sphere.passage)
    #expect(map.site(passage.minimum.direction) == "over a face of 3 atoms")
    #expect(map.site(passage.next.direction) == "over a face of 3 atoms")
    #expect(map.site(passage.saddle.direction) == "over an edge")
    // All faces are equivalent, except for the grid of directions.
    #expect(abs(passage.next.energy_eV - passage.minimum.energy_eV) < 0.03)
    #expect((0.05...0.4).contains(passage.barrier_eV))
  }

  /// Relaxation lowers the energy and reaches a minimum in the distance; far away there is nothing to relax.
  @Test func relaxedEnergyIsAMinimum() throws {
    let map = try landscape("na2b12h12-bcc", "Na")
    for direction in SphereMap.directions(7) {
      let rigid = map.rigidPoint(direction)
      let relaxed = map.relaxedPoint(direction)
      #expect(relaxed.energy_eV < rigid.energy_eV && relaxed.energy_eV > rigid.energy_eV - 0.5)
      for shift in [-0.02, 0.02] {
        let beside = map.relaxedPoint(direction, distance_A: relaxed.distance_A + shift)
        #expect(beside.energy_eV > relaxed.energy_eV)
        #expect(beside.energy_eV < map.rigidEnergy(direction * beside.distance_A))
      }
      let far = map.relaxedPoint(direction, distance_A: 60)
      #expect(abs(far.energy_eV - map.rigidEnergy(direction * 60)) < 1e-4)
    }
  }

  @Test func unknownIonsAreNamed() throws {
    let error = #expect(throws: PotentialError.self) { try landscape("nabh4", "Xx") }
    #expect(error?.description.contains("Xx") == true)
  }
}
