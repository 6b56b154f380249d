import Foundation
import TestSupport
import Testing

extension WithRanks {
  /// Density functional programs drive the example studies for ten steps.
  @Suite struct EngineValidation {
    private struct Comparison: Decodable {
      var frames: Int
      /// Between the record and the program's own output, of all steps: eV, GPa.
      var energy: Double
      var pressure: Double
      /// Largest less smallest conserved energy, and of the potential energy, eV.
      var drift: Double
      var change: Double
    }

    /// Compares the record of a run with the output of its engine; one SCF a line that matches, in the order of the steps.
    private static let script = #"""
      import glob, json, re, sys
      import h5py, numpy as np
      run, energy_pattern, energy_eV, pressure_pattern, pressure_GPa = sys.argv[1:6]
      text = open(run + "/engine.log").read()
      o = h5py.File(run + "/rank-0000.h5")["observables"]
      value = lambda name: np.asarray(o[name + "/value"]).ravel()
      found = np.array([float(x) for x in re.findall(energy_pattern, text)]) * float(energy_eV)
      ours = value("potential_energy")
      difference = abs(found[-len(ours):] - ours).max()
      pressure = 0.0
      if pressure_pattern:
          theirs = np.array([float(x) for x in re.findall(pressure_pattern, text)]) * float(pressure_GPa)
          mine = np.asarray(o["pressure/value"]).reshape(len(ours), 9)[:, [0, 4, 8]].mean(1)
          mine = mine - 2 / 3 * value("kinetic_energy") / value("volume") * 160.21766340
          pressure = abs(theirs[-len(ours):] - mine).max()
      print(json.dumps({"frames": len(ours), "energy": difference, "pressure": pressure,
                        "drift": float(np.ptp(value("conserved_energy"))), "change": float(np.ptp(ours))}))
      """#

    private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("jobs/engines").path

    private func compare(_ example: String, _ patterns: [String]) throws -> Comparison {
      let folder = try Folder()
      let run = try paddlewheel(
        "run", "\(Self.examples)/\(example).yaml", "--output", "study", in: folder.path)
      try #require(run.exitCode == 0, "\(run.errors)")
      let study = StudyFolder(path: "\(folder.path)/study")
      let text = try Python.run(Self.script, [try study.run()] + patterns)
      print("\(example): \(text)")
      return try JSONDecoder().decode(Comparison.self, from: Data(text.utf8))
    }

    /// Energies have eight digits behind the point, pressures two. The conserved energy keeps to a hundredth of what the
    /// potential energy changes by.
    @Test(.needs(.program("pw.x"))) func quantumEspressoRunsTenSteps() throws {
      let found = try compare(
        "quantum-espresso",
        [#"(?m)^!.*= *(\S+) Ry"#, "13.605693122994", #"P= *(\S+)"#, "0.1"])
      #expect(found.frames == 11)
      #expect(found.energy < 1e-6)
      #expect(found.pressure < 2e-3)
      #expect(found.change > 0.02 && found.drift < 0.02 * found.change)
    }

    @Test(.needs(.program("cp2k.psmp"))) func cp2kRunsTenSteps() throws {
      let found = try compare(
        "cp2k", [#"ENERGY\| Total FORCE_EVAL.*: +(\S+)"#, "27.211386245988", "", ""])
      #expect(found.frames == 11)
      #expect(found.energy < 1e-6)
      #expect(found.change > 0.02 && found.drift < 0.05 * found.change)
    }
  }
}
