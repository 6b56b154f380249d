import Foundation
import RankChecks
import Testing

extension Validation {
  /// 1404 atoms at constant energy for 20 ps from 600 K.
  @Suite struct EnergyDriftValidation {
    private static let system = ["structure=na2b12h12-bcc", "supercell=3,3,3"]

    /// At 0.5 fs the energy does not move: less than 1e-6 eV per atom and ps within three standard errors,
    /// which are themselves small enough for that to mean something.
    @Test func energyHoldsAtHalfAFemtosecond() throws {
      let found = try rankCheck(
        ranks: 2, Self.system + Self.equilibration + ["run=nve:40000:0.5:10"])
      #expect(found.series.time_ps.last == 20)
      expectEnergyHolds(found, below: 1e-6, error: 3e-6, "20 ps at 0.5 fs")
    }

    /// At 1 fs it holds no worse than LAMMPS's from the same positions and velocities, beyond the errors of
    /// the two.
    @Test func energyHoldsNoWorseThanInLAMMPS() throws {
      try withTemporaryFolder { folder in
        let structure = folder.appendingPathComponent("start.extxyz").path
        let velocities = folder.appendingPathComponent("velocities.txt").path
        let found = try rankCheck(
          ranks: 2,
          Self.system + Self.equilibration
            + ["structure-out=\(structure)", "velocities-out=\(velocities)", "run=nve:20000:1:5"])
        let ours = found.drift()
        let output = folder.appendingPathComponent("lammps.json")
        try runScript(
          "lammps_drift.py",
          [forceFieldPath, structure, velocities, output.path, "20000", "0.001", "5", "2"])
        let run = try JSONDecoder().decode(Run.self, from: Data(contentsOf: output))
        // It is the same run: the first steps have the same energy but for the mesh's accuracy.
        let first = try #require(found.series.conserved_eV.first)
        #expect(abs(run.energy_eV[1] - first) < 1e-3 * abs(first))
        let theirs = Trend(
          times: run.time_ps, values: run.energy_eV.map { $0 / Double(found.atomCount) })
        print("drift at 1 fs: ours \(ours.slope) ± \(ours.error), LAMMPS's \(theirs.slope) ± \(theirs.error)")
        let error = (ours.error * ours.error + theirs.error * theirs.error).squareRoot()
        #expect(abs(ours.slope) < abs(theirs.slope) + 3 * error)
      }
    }

    /// 3 ps with a thermostat that brings every mode to its temperature.
    private static let equilibration = ["relax=0.1", "velocities=600:3", "run=langevin,600,10,4:6000:0.5"]

    private struct Run: Decodable {
      var time_ps: [Double]
      var energy_eV: [Double]
    }
  }
}
