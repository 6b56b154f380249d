import Foundation
import TestSupport
import Testing

extension WithRanks {
  /// Density functional programs label displaced and strained cells: forces and stress against differences of energies.
  @Suite struct LabelValidation {
    private struct Comparison: Decodable {
      /// Of a force, and of two elements of the stress: printed, and by energies. eV/Å, eV/Å³.
      var force: [Double]
      var tension: [Double]
      var shear: [Double]
    }

    /// The frame as it is, an atom displaced along y, and strains xx and xy, each both ways.
    private static let frames = #"""
      import sys
      import numpy as np
      import ase
      atoms = ase.Atoms(sys.argv[2], cell=eval(sys.argv[3]), positions=eval(sys.argv[4]), pbc=True)
      def strained(e):
          other = atoms.copy()
          other.set_cell(atoms.cell.array @ (np.eye(3) + e), scale_atoms=True)
          return other
      frames = [atoms]
      for step in (1, -1):
          other = atoms.copy()
          other.positions[1, 1] += 0.01 * step
          e, s = np.zeros((3, 3)), np.zeros((3, 3))
          e[0, 0] = 0.004 * step
          s[0, 1] = s[1, 0] = 0.004 * step
          frames += [other, strained(e), strained(s)]
      import ase.io
      ase.io.write(sys.argv[1], frames, format="extxyz")
      """#

    private static let compare = #"""
      import json, sys
      import ase.io
      a = ase.io.read(sys.argv[1], index=":")
      assert len(a) == 7
      e = [x.get_potential_energy() for x in a]
      v = a[0].get_volume()
      s = a[0].get_stress(voigt=False)
      print(json.dumps({"force": [a[0].get_forces()[1, 1], -(e[1] - e[4]) / 0.02],
                        "tension": [s[0, 0], (e[2] - e[5]) / 0.008 / v],
                        "shear": [s[0, 1], (e[3] - e[6]) / 0.016 / v]}))
      """#

    private func compare(
      _ folder: Folder, symbols: String, cell: String, positions: String, command: String
    ) throws -> Comparison {
      _ = try Python.run(Self.frames, ["\(folder.path)/in.extxyz", symbols, cell, positions])
      let label = try paddlewheel(
        "label", "in.extxyz", "--output", "train.extxyz", "--template", "template", "--local", "--command",
        command, in: folder.path)
      try #require(label.exitCode == 0, "\(label.errors)")
      let text = try Python.run(Self.compare, ["\(folder.path)/train.extxyz"])
      print("\(symbols): \(text)")
      return try JSONDecoder().decode(Comparison.self, from: Data(text.utf8))
    }

    private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("jobs/engines").path

    private func template() throws -> Folder {
      let folder = try Folder()
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/template", withIntermediateDirectories: true)
      return folder
    }

    /// A finite difference is exact to some thousandths; the basis of the strained cell is another one.
    private func agree(_ values: [Double], _ tolerance: Double) -> Bool {
      abs(values[0] - values[1]) < tolerance * abs(values[1]) && abs(values[1]) > 1e-3
    }

    /// Energies of cells with the same number of plane waves: then their difference is what the stress is of, whatever the
    /// cut-off. Those of an atom displaced by 0.01 Å err by some meV/Å, as the exchange is summed on a mesh.
    @Test(.needs(.program("pw.x"), .python)) func quantumEspresso() throws {
      let folder = try template()
      for name in ["Li.gth", "F.gth"] {
        try FileManager.default.copyItem(
          atPath: "\(Self.examples)/\(name)", toPath: "\(folder.path)/template/\(name)")
      }
      let strain = 0.004
      var energies: [Double] = []
      var labels: [(forces: [Double], trace: Double, volume_A3: Double)] = []
      for (index, factor) in [1, 1 + strain, 1 - strain].enumerated() {
        try folder.write(Self.pwInput(cutoff_Ry: 50 / (factor * factor)), to: "template/pw.in")
        let atom = [2.4, 1.85, 2.02]
        let steps = index == 0 ? [0, 0.01, -0.01] : [0]
        let frames = steps.map { step in
          let cell = [0.1, 2, 2, 2, 0, 2.05, 2, 2, 0].map { "\($0 * factor)" }.joined(separator: " ")
          let place = [atom[0], atom[1] + step, atom[2]].map { "\($0 * factor)" }.joined(separator: " ")
          return "2\nLattice=\"\(cell)\" Properties=species:S:1:pos:R:3\nLi 0 0 0\nF \(place)\n"
        }
        try folder.write(frames.joined(), to: "in.extxyz")
        let label = try paddlewheel(
          "label", "in.extxyz", "--output", "\(index).extxyz", "--template", "template", "--local",
          "--command",
          "pw.x -in pw.in", in: folder.path)
        try #require(label.exitCode == 0, "\(label.errors)")
        for one in try values("\(folder.path)/\(index).extxyz") {
          energies.append(one[0])
          labels.append((Array(one[1..<4]), one[4], one[5]))
        }
      }
      let force = [labels[0].forces[1], -(energies[1] - energies[2]) / 0.02]
      let trace = [labels[0].trace, (energies[3] - energies[4]) / (2 * strain * labels[0].volume_A3)]
      print("LiF: force \(force), trace of the stress \(trace)")
      #expect(abs(force[0] - force[1]) < 0.01 && abs(force[1]) > 0.05)
      #expect(agree(trace, 0.002))
    }

    /// Of each frame: energy, the force on the second atom, and the trace of the stress.
    private func values(_ path: String) throws -> [[Double]] {
      let script = """
        import json, sys
        import ase.io
        print(json.dumps([[a.get_potential_energy()] + a.get_forces()[1].tolist() + [float(a.get_stress(voigt=False).trace()), a.get_volume()]
                          for a in ase.io.read(sys.argv[1], index=":")]))
        """
      return try JSONDecoder().decode([[Double]].self, from: Data(try Python.run(script, [path]).utf8))
    }

    private static func pwInput(cutoff_Ry: Double) -> String {
      """
      &control
        calculation = 'scf', pseudo_dir = './', outdir = './', tprnfor = .true., tstress = .true.
      /
      &system
        ibrav = 0, nat = {atoms}, ntyp = 2, ecutwfc = \(cutoff_Ry), nosym = .true.
      /
      &electrons
        conv_thr = 1e-10
      /
      ATOMIC_SPECIES
      Li 6.94 Li.gth
      F 18.998 F.gth
      K_POINTS gamma
      {cell}
      {coordinates}

      """
    }

    @Test(.needs(.program("cp2k.psmp"), .python)) func cp2k() throws {
      let folder = try template()
      try folder.write(
        """
        &GLOBAL
          PROJECT label
          RUN_TYPE ENERGY_FORCE
          PRINT_LEVEL MEDIUM
        &END GLOBAL
        &FORCE_EVAL
          METHOD QUICKSTEP
          STRESS_TENSOR ANALYTICAL
          &PRINT
            &FORCES ON
            &END FORCES
            &STRESS_TENSOR ON
            &END STRESS_TENSOR
          &END PRINT
          &DFT
            BASIS_SET_FILE_NAME BASIS_MOLOPT
            POTENTIAL_FILE_NAME GTH_POTENTIALS
            &MGRID
              CUTOFF 350
              REL_CUTOFF 60
            &END MGRID
            &QS
              EPS_DEFAULT 1e-14
            &END QS
            &SCF
              EPS_SCF 1e-8
              SCF_GUESS ATOMIC
              &OT
                PRECONDITIONER FULL_SINGLE_INVERSE
              &END OT
            &END SCF
            &XC
              &XC_FUNCTIONAL PBE
              &END XC_FUNCTIONAL
            &END XC
          &END DFT
          &SUBSYS
            &CELL
              {cell}
            &END CELL
            &COORD
              {coordinates}
            &END COORD
            &KIND H
              BASIS_SET SZV-MOLOPT-GTH
              POTENTIAL GTH-PBE-q1
            &END KIND
          &END SUBSYS
        &END FORCE_EVAL

        """, to: "template/cp2k.inp")
      let found = try compare(
        folder, symbols: "H2", cell: "[[3.6, 0.1, 0], [0, 3.6, 0], [0, 0.2, 3.6]]",
        positions: "[[0.1, 0.2, 0], [0.5, 0.75, 0.45]]", command: "cp2k.psmp -i cp2k.inp -o cp2k.out")
      #expect(agree(found.force, 0.01) && agree(found.tension, 0.02) && agree(found.shear, 0.05), "\(found)")
    }
  }
}
