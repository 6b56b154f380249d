import Crystal
import Foundation
import HDF5
import Mathematics
import Mechanism
import Support

/// A density of one set at one temperature.
struct NamedDensity: Codable, Sendable {
  /// Its index among the sets.
  var set: Int
  var temperature_K: Double
  var grid: DensityGrid
  /// The anions' positions in one replica.
  var anions: [MeanAnion]
  /// The number of operations that the density was averaged by; 1 for none.
  var symmetryOperations: Int

  /// Whether the numbers of points and values agree, as they may not in a file.
  var isConsistent: Bool {
    grid.points.count == 3 && grid.points.allSatisfy { (1...4096).contains($0) }
      && grid.values.count == grid.points.reduce(1, *)
      && grid.cell.count == 3 && grid.cell.allSatisfy { $0.count == 3 }
      && anions.allSatisfy { $0.fraction.count == 3 }
  }
}

/// `results/density/*.cube`: the densities as Gaussian cube files, with the anions' centres as atoms.
enum DensityFiles {
  static func write(_ densities: [NamedDensity], to folder: String) throws {
    guard !densities.isEmpty else { return }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for density in densities {
      let name = String(
        format: "set-%d-T%@K-%@.cube", density.set + 1, fourDigits(density.temperature_K),
        density.grid.species)
      let cell = density.grid.unitCell
      let atoms = density.anions.compactMap { anion -> (number: Int, position: Vector3)? in
        guard let number = number(of: anion.kind) else { return nil }
        return (number, cell.cartesian([anion.fraction[0], anion.fraction[1], anion.fraction[2]]))
      }
      let operations = density.symmetryOperations
      let comment =
        "\(density.grid.species) at \(fourDigits(density.temperature_K)) K, set \(density.set + 1), mean over "
        + "\(density.grid.frames) frames, \(operations) symmetry operation\(operations == 1 ? "" : "s")"
      let text = density.grid.cube(comment: comment, atoms: atoms)
      try AtomicFile.write(Data(text.utf8), to: "\(folder)/\(name)")
    }
  }

  /// The atomic number of an anion's first heavy element.
  private static func number(of kind: String) -> Int? {
    let symbols = kind.matches(of: /[A-Z][a-z]?/).map { String($0.output) }
    return (symbols.first { $0 != "H" } ?? symbols.first).flatMap { Element(symbol: $0)?.atomicNumber }
  }
}
