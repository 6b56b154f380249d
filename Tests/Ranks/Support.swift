import Foundation
import RankChecks
import Testing

/// Parent of all suites that start ranks: one job at a time on the cores there are.
@Suite(.serialized, .enabled(if: hasMPIRun, "mpirun is not on the path")) enum Ranks {}

let papersCell = "supercell=1,1,0,-1,1,0,0,0,2"
let na2b12h12 = "structure=na2b12h12-bcc"

/// √(Σ(a−b)²/Σa²).
func relativeDifference(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return (difference / a.reduce(0) { $0 + $1 * $1 }).squareRoot()
}

/// A cell in motion, made on one rank for all tests that start from it: relaxed, then 0.2 ps at 600 K.
func thermalStructure(_ supercell: String, in folder: URL) throws -> String {
  let path = folder.appendingPathComponent("start.extxyz").path
  _ = try rankCheck(
    ranks: 1,
    [
      na2b12h12, supercell, "relax=0.1", "velocities=600:3", "run=langevin,600,10,4:200:1",
      "structure-out=\(path)",
    ])
  return "structure=\(path)"
}
