import Foundation
import RankChecks
import Synchronization
import TestSupport
import Testing

/// Parent of all suites that start ranks: one job at a time on the available cores.
@Suite(.serialized, .needs(.program("mpirun"))) enum Ranks {}

let papersCell = "supercell=1,1,0,-1,1,0,0,0,2"
let na2b12h12 = "structure=na2b12h12-bcc"

/// √(Σ(a−b)²/Σa²).
func relativeDifference(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return (difference / a.reduce(0) { $0 + $1 * $1 }).squareRoot()
}

/// Cells in motion, each made once on one rank for all tests that start from it: relaxed, then 0.2 ps at 600 K.
private enum ThermalStructures {
  private static let made = Mutex<[String: String]>([:])

  /// Removed when the process exits.
  static let folder: Result<URL, any Error> = Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "paddlewheel-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    atexit {
      if let folder = try? ThermalStructures.folder.get() { try? FileManager.default.removeItem(at: folder) }
    }
    return folder
  }

  static func path(_ system: [String]) throws -> String {
    let name = system.joined(separator: " ")
    return try made.withLock { made in
      if let path = made[name] { return path }
      let path = try folder.get().appendingPathComponent("\(made.count).extxyz").path
      _ = try rankCheck(
        ranks: 1,
        system + [
          "relax=0.1", "velocities=600:3", "run=langevin,600,10,4:200:1", "structure-out=\(path)",
        ])
      made[name] = path
      return path
    }
  }
}

/// A cell of Na2B12H12, or of another structure, in thermal motion, as a command.
func thermalStructure(_ supercell: String, of structure: String = na2b12h12) throws -> String {
  "structure=\(try ThermalStructures.path([structure, supercell]))"
}
