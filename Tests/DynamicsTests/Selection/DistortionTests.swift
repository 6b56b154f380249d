import Crystal
import Foundation
import Mathematics
import Support
import Testing

@testable import Selection

/// Distorted copies of structures.
@Suite struct DistortionTests {
  private func copies(_ recipe: DistortionRecipe, _ structure: Structure) throws -> [DistortedCell] {
    var made: [DistortedCell] = []
    let givenUp = try recipe.forEach(of: structure, number: 0) { made.append($0) }
    #expect(made.count + givenUp == recipe.count)
    return made
  }

  @Test func volumesChangeAndIonsDoNot() throws {
    let structure = try buildStructure(named: "na2b12h12-bcc", supercell: .identity, seed: 1)
    let recipe = try DistortionRecipe(volumeChanges: [-0.08, 0, 0.1], copies: 5)
    let made = try copies(recipe, structure)
    // Nothing is random in them.
    #expect(made.count == 3)
    for (copy, wanted) in zip(made, [0.92, 1, 1.1]) {
      #expect(abs(copy.structure.cell.volume / structure.cell.volume - wanted) < 1e-12)
      for ion in structure.moleculeRanges {
        for atom in ion {
          let (a, b) = (structure.positions, copy.structure.positions)
          #expect(
            abs(length(b[atom] - b[ion.lowerBound]) - length(a[atom] - a[ion.lowerBound])) < 1e-9)
        }
      }
      // Cations are at the same fractions of the cell.
      let cation = try #require(structure.moleculeRanges.first { $0.count == 1 }?.lowerBound)
      let (before, after) = (
        structure.cell.fractional(structure.positions[cation]),
        copy.structure.cell.fractional(copy.structure.positions[cation])
      )
      #expect(length(before - after) < 1e-12)
    }
  }

  @Test func strainsAndDisplacementsHaveTheirSize() throws {
    let structure = try buildStructure(named: "na2b12h12-bcc", supercell: .identity, seed: 1)
    let recipe = try DistortionRecipe(displacements_A: [0.02, 0.05], strain: 0.012, copies: 40, seed: 3)
    let made = try copies(recipe, structure)
    #expect(made.count == 80)
    for size in [0.02, 0.05] {
      let those = made.filter { $0.displacement_A == size }
      var sum = 0.0
      for copy in those {
        let map = copy.structure.cell.deformation(from: structure.cell)
        #expect((map - copy.strain - .identity).squareSum < 1e-20)
        #expect((copy.strain - copy.strain.transposed).squareSum == 0)
        for ion in structure.moleculeRanges where ion.count == 1 {
          let r = copy.structure.positions[ion.lowerBound] - map * structure.positions[ion.lowerBound]
          sum += dot(r, r)
        }
      }
      let count = Double(3 * those.count * structure.moleculeRanges.count { $0.count == 1 })
      // Of some hundred numbers the variance is known to 10 %.
      #expect(abs((sum / count).squareRoot() / size - 1) < 0.15)
    }
    let strains = made.flatMap { [$0.strain.x.x, $0.strain.x.y, $0.strain.y.z, $0.strain.z.z] }
    let deviation = (strains.reduce(0) { $0 + $1 * $1 } / Double(strains.count)).squareRoot()
    #expect(abs(deviation / 0.012 - 1) < 0.15)
    #expect(Set(strains).count == strains.count)
  }

  /// The same for the same seed; a copy does not depend on how many others there are.
  @Test func seedsDecide() throws {
    let structure = try buildStructure(named: "na2b12h12-bcc", supercell: .identity, seed: 1)
    func positions(_ copies: Int, _ seed: UInt64) throws -> [[Vector3]] {
      try self.copies(DistortionRecipe(displacements_A: [0.03], copies: copies, seed: seed), structure)
        .map(\.structure.positions)
    }
    let three = try positions(3, 1)
    #expect(try Array(positions(5, 1).prefix(3)) == three)
    #expect(try positions(3, 2) != three)
    #expect(Set(three).count == 3)
  }

  @Test func nearAtomsAreRefused() throws {
    let structure = try buildStructure(named: "na2b12h12-bcc", supercell: .identity, seed: 1)
    // Atoms of different ions have to be 2 Å apart: at half of the volume they are not.
    var recipe = try DistortionRecipe(displacements_A: [0, 0.01], volumeChanges: [0, -0.49], copies: 2)
    recipe.limits.general_A = 2
    let made = try copies(recipe, structure)
    #expect(made.count == 3 && made.allSatisfy { $0.volumeChange == 0 })
    for copy in made { try copy.structure.checkOverlaps(recipe.limits) }
    for bad in [
      { try DistortionRecipe(displacements_A: [-0.1]) }, { try DistortionRecipe(strain: .nan) },
      { try DistortionRecipe(volumeChanges: [4]) }, { try DistortionRecipe(copies: 0) },
      { try DistortionRecipe(displacements_A: []) },
    ] as [() throws -> DistortionRecipe] {
      #expect(throws: InputError.self) { try bad() }
    }
  }
}
