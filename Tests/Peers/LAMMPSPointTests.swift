import Crystal
import Foundation
import Mathematics
import RankChecks
import Testing

extension Peers {
  /// The same configuration and parameters in LAMMPS, both sums converged.
  @Suite struct LAMMPSPointTests {
    private struct Point: Decodable {
      var energy_eV: Double
      var forces_eV_A: [[Double]]
      var pressure_GPa: [[Double]]
    }

    enum Configuration: String, CaseIterable {
      case na2b12h12, k2b12h12, triclinic, mixedAnions, amide, antiperovskite
    }

    /// Relative 1e-6 in energy, 1e-5 of the r.m.s. force and of the pressure's largest element: LAMMPS's
    /// constants have 7 to 8 digits.
    @Test(arguments: Configuration.allCases)
    func energyForcesAndPressureAgree(_ configuration: Configuration) throws {
      try withTemporaryFolder { folder in
        let structure = try thermal(configuration, in: folder)
        let output = folder.appendingPathComponent("point.json")
        try runScript("lammps_point.py", [forceFieldPath, structure, output.path])
        let point = try JSONDecoder().decode(Point.self, from: Data(contentsOf: output))
        let ours = try rankCheck(
          ranks: 2, ["structure=\(structure)", "precision=double", "accuracy=1e-9"])
        #expect(abs(ours.potential - point.energy_eV) < 1e-6 * abs(point.energy_eV))

        let forces = point.forces_eV_A.flatMap { $0 }
        try #require(forces.count == ours.forces.count)
        let difference = zip(forces, ours.forces).map { abs($0 - $1) }
        #expect((difference.max() ?? 1) < 1e-5 * ours.rmsForce)
        // A configuration at rest would agree with anything.
        #expect(ours.rmsForce > 0.5)

        let largest = ours.pressure.map(abs).max() ?? 0
        for (a, b) in zip(point.pressure_GPa.flatMap { $0 }, ours.pressure) {
          #expect(abs(a - b) < 1e-5 * largest)
        }
      }
    }

    /// A configuration at about 600 K, written to a file.
    private func thermal(_ configuration: Configuration, in folder: URL) throws -> String {
      let path = folder.appendingPathComponent("start.extxyz").path
      let system =
        switch configuration {
        case .na2b12h12: ["structure=na2b12h12-bcc", "supercell=2,2,2"]
        case .k2b12h12: ["structure=k2b12h12", "supercell=2,1,1"]
        case .triclinic: ["structure=na2b12h12-bcc", "supercell=1,1,0,-1,1,0,0,0,2"]
        case .mixedAnions: ["structure=o-nbh", "supercell=2,1,2"]
        case .amide: ["structure=na2nh2bh4-pbcm", "supercell=2,2,2"]
        case .antiperovskite: ["structure=na3obh4-family", "composition=0.5", "supercell=3,3,3"]
        }
      _ = try rankCheck(
        ranks: 2,
        system + [
          "relax=0.1", "velocities=600:3", "run=langevin,600,10,4:200:1", "structure-out=\(path)",
        ])
      guard configuration == .triclinic else { return path }
      var structure = try ExtXYZ(contentsOf: URL(fileURLWithPath: path)).structure
      func strain(_ v: Vector3) -> Vector3 {
        [1.02 * v.x + 0.04 * v.y - 0.03 * v.z, 0.02 * v.x + 0.98 * v.y + 0.03 * v.z, 0.01 * v.x + 1.01 * v.z]
      }
      let cell = structure.cell
      structure.cell = Cell(a: strain(cell.a), b: strain(cell.b), c: strain(cell.c))
      structure.positions = structure.positions.map(strain)
      try structure.writeExtXYZ(to: URL(fileURLWithPath: path))
      return path
    }
  }
}
