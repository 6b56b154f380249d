import Crystal
import Foundation
import Mathematics
import Support

/// A recipe for distorted copies of a structure: scaled volumes, random strains, displaced atoms.
package struct DistortionRecipe: Sendable {
  /// Standard deviations of displacements along each axis, Å.
  package var displacements_A: [Double]
  /// Standard deviation of the components of the strain.
  package var strain: Double
  /// Changes of the volume, relative.
  package var volumeChanges: [Double]
  /// Of each displacement and volume.
  package var copies: Int
  package var seed: UInt64
  /// How near atoms may come.
  package var limits = OverlapLimits()

  /// - Throws: ``InputError`` for a recipe that makes no sense.
  package init(
    displacements_A: [Double] = [0], strain: Double = 0, volumeChanges: [Double] = [0], copies: Int = 1,
    seed: UInt64 = 1
  ) throws {
    func refuse(_ key: String, _ found: String, _ wanted: String) -> InputError {
      InputError(key: key, found: found, wanted: wanted)
    }
    for value in displacements_A where !(value >= 0 && value <= 2) {
      throw refuse("--displacement", "\(value) Å", "0 to 2 Å")
    }
    guard strain >= 0, strain <= 0.2 else { throw refuse("--strain", "\(strain)", "0 to 0.2") }
    for value in volumeChanges where !(value > -0.5 && value <= 1) {
      throw refuse("--volume", "\(value)", "changes from -50% to 100%")
    }
    guard (1...1_000_000).contains(copies) else { throw refuse("--copies", "\(copies)", "1 or more") }
    guard !displacements_A.isEmpty, !volumeChanges.isEmpty else {
      throw InputError("a recipe without a displacement or a volume")
    }
    self.displacements_A = displacements_A
    self.strain = strain
    self.volumeChanges = volumeChanges
    self.copies = copies
    self.seed = seed
  }

  /// Frames for each structure.
  package var count: Int {
    displacements_A.reduce(0) { $0 + copies(displacedBy: $1) } * volumeChanges.count
  }

  /// Without random numbers all copies are the same.
  private func copies(displacedBy displacement_A: Double) -> Int {
    strain == 0 && displacement_A == 0 ? 1 : copies
  }
}

/// A distorted copy.
package struct DistortedCell: Sendable {
  package let structure: Structure
  package let volumeChange: Double
  package let displacement_A: Double
  /// From 1.
  package let copy: Int
  /// The symmetric strain that was applied, without the change of the volume.
  package let strain: Matrix3

  /// Entries for a comment line.
  package func info(source: String, recipe: DistortionRecipe) -> [String: String] {
    [
      "source": source, "volume_change": "\(volumeChange)", "displacement_A": "\(displacement_A)",
      "copy": "\(copy)", "seed": "\(recipe.seed)",
      "strain": strain.elements.map { String(format: "%.6g", $0) }.joined(separator: " "),
    ]
  }
}

extension DistortionRecipe {
  /// Calls `body` with distorted copies of a structure. Random numbers depend on the seed, the number of the structure, volume,
  /// displacement and copy, and on nothing else.
  ///
  /// The cell becomes (1 + v)^⅓ (1 + ε) times as large, with the components of ε normal. Centres of ions go with the cell, and
  /// the atoms of an ion keep their distances from each other; then each atom is displaced. Where atoms come too near, other random
  /// numbers are tried.
  /// - Parameter number: of the structure.
  /// - Returns: how many copies were given up after 20 attempts.
  /// - Throws: what `body` throws; `StructureError` for a structure that is not finite.
  package func forEach(
    of structure: Structure, number: Int, _ body: (DistortedCell) throws -> Void
  ) throws -> Int {
    var givenUp = 0
    for (v, volumeChange) in volumeChanges.enumerated() {
      for (d, displacement_A) in displacements_A.enumerated() {
        for copy in 1...copies(displacedBy: displacement_A) {
          // One stream of numbers for each copy.
          let stream = [number, v, d, copy].reduce(seed) { SplitMix64.number($1 + 1, seed: $0) }
          let random = CounterRandom(seed: stream)
          let made = try (0..<Self.attempts).lazy.compactMap { attempt in
            try distorted(structure, volumeChange, displacement_A, copy, random, Int64(attempt))
          }.first
          if let made { try body(made) } else { givenUp += 1 }
        }
      }
    }
    return givenUp
  }

  private static let attempts = 20

  /// - Returns: nil where atoms come too near.
  private func distorted(
    _ structure: Structure, _ volumeChange: Double, _ displacement_A: Double, _ copy: Int,
    _ random: CounterRandom, _ attempt: Int64
  ) throws -> DistortedCell? {
    let diagonal = random.normal3(.lattice, id: -1, step: attempt) * strain
    let others = random.normal3(.lattice, id: -2, step: attempt) * strain
    let strain = Matrix3(
      [diagonal.x, others.z, others.y], [others.z, diagonal.y, others.x], [others.y, others.x, diagonal.z])
    let map = (Matrix3.identity + strain) * cbrt(1 + volumeChange)
    var result = structure
    result.cell = structure.cell.mapped(by: map)
    for ion in structure.moleculeRanges {
      let centre = ion.reduce(into: Vector3()) { $0 += structure.positions[$1] } / Double(ion.count)
      let shift = map * centre - centre
      for atom in ion {
        result.positions[atom] +=
          shift + random.normal3(.lattice, id: Int32(truncatingIfNeeded: atom), step: attempt)
          * displacement_A
      }
    }
    do {
      try result.checkOverlaps(limits)
    } catch StructureError.overlap {
      return nil
    }
    return DistortedCell(
      structure: result, volumeChange: volumeChange, displacement_A: displacement_A, copy: copy,
      strain: strain)
  }
}
