import Mathematics
import Units

/// One replica at one point of a study's grid: the unit that is launched, resumed and retried.
package struct RunSpecification: Equatable, Sendable {
  /// A value on an axis.
  package struct Coordinate: Hashable, Sendable {
    package var axis: String
    /// As written in the manifest.
    package var value: String
  }

  package var index: Int
  /// Name of the run's folder in `runs/`, such as `0003-T600K-r1`.
  package var directoryName: String
  /// All axes, the slowest first; temperature and replica last.
  package var point: [Coordinate]
  package var temperature_K: Double
  package var replica: Int
  /// Seed of the velocities and of the site disorder. It depends on the study's seed and on the replica alone:
  /// the same replica starts from the same disorder and the same scaled velocities at every point, so that
  /// points differ in their parameters and not in their random numbers.
  package var seed: UInt64
  /// The run's own manifest: without axes, with the run's temperature in `dynamics`.
  package var manifest: Manifest

  /// The axes other than temperature and replica.
  package var otherAxes: [Coordinate] { Array(point.dropLast(2)) }

  init(
    index: Int, axes: [Coordinate], temperature_K: Double, replica: Int, seed: UInt64, manifest: Manifest
  ) {
    self.index = index
    self.temperature_K = temperature_K
    self.replica = replica
    self.seed = derivedSeed(from: seed, replica: replica)
    self.manifest = manifest
    self.manifest.earlier = []
    self.manifest.updateSimulation {
      $0.sweep = Sweep()
      $0.dynamics.temperature_K = temperature_K
    }
    point =
      axes + [
        Coordinate(axis: "temperature", value: Quantity.print(temperature_K, as: .temperature)),
        Coordinate(axis: "replica", value: String(replica)),
      ]
    directoryName = ""
    nameDirectory()
  }

  /// Writes the values on the axes other than temperature and replica in another way.
  mutating func rename(_ value: (Coordinate) -> String) {
    for index in point.indices.dropLast(2) { point[index].value = value(point[index]) }
    nameDirectory()
  }

  /// Gives the run another index, and the folder that goes with it.
  mutating func renumber(as index: Int) {
    self.index = index
    nameDirectory()
  }

  private mutating func nameDirectory() {
    let digits = String(index)
    let number = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let others = otherAxes.map { axis in
      // All files of a study are in this folder: it tells nothing.
      let value = axis.value.trimmingPrefix(InputFile.folder + "/")
      return "-" + fileSafe(lastKey(axis.axis) + "_" + value)
    }.joined()
    directoryName = "\(number)-T\(Quantity.plain(temperature_K))K-r\(replica)" + others.prefix(100)
  }
}

private func lastKey(_ path: String) -> String { path.split(separator: ".").last.map(String.init) ?? path }

/// Only letters, digits, '.', '_', '+' and '-', which are safe in every shell and file system.
private func fileSafe(_ text: String) -> String {
  String(
    text.replacing("%", with: "pct").unicodeScalars.compactMap { scalar -> Character? in
      if scalar == " " { return nil }
      let isSafe =
        scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789._+-".unicodeScalars.contains(scalar))
      return isSafe ? Character(scalar) : "_"
    })
}

/// The `replica`-th number (from 1) of the SplitMix64 sequence that starts at `seed`.
///
/// G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014: each output is a bijection of its counter, so that
/// replicas of one study never share a seed.
package func derivedSeed(from seed: UInt64, replica: Int) -> UInt64 {
  SplitMix64.number(replica, seed: seed)
}
