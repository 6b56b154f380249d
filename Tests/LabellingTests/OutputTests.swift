import Foundation
import Mathematics
import SinglePoints
import TestSupport
import Testing

@testable import Labelling

/// Outputs of real programs, and what is wrong with some.
@Suite struct OutputTests {
  private static func resource(_ name: String) -> String {
    Bundle.module.bundleURL.appendingPathComponent("Resources/\(name)").path
  }

  private struct Reading: Decodable {
    var energy: Double
    var forces: [Double]
    var stress: [Double]
    var cell: [Double]
    var positions: [Double]

    var label: FrameLabel {
      FrameLabel(
        energy_eV: energy,
        forces_eV_A: stride(from: 0, to: forces.count, by: 3).map {
          Vector3(forces[$0], forces[$0 + 1], forces[$0 + 2])
        }, stress_eV_A3: Tensor3(stress[...]))
    }
  }

  /// What ASE reads.
  private func ase(_ path: String, _ format: String) throws -> Reading {
    let script = """
      import json, sys, os
      import ase, ase.io
      path = sys.argv[1].replace("ASE", os.path.dirname(ase.__file__))
      atoms = ase.io.read(path, format=sys.argv[2])
      print(json.dumps({"energy": atoms.calc.get_property("free_energy", atoms) if "vasp" in sys.argv[2] else atoms.get_potential_energy(),
        "forces": atoms.get_forces(apply_constraint=False).ravel().tolist(), "stress": atoms.get_stress(voigt=False).ravel().tolist(),
        "cell": atoms.cell.array.ravel().tolist(), "positions": atoms.positions.ravel().tolist()}))
      """
    return try JSONDecoder().decode(Reading.self, from: Data(try Python.run(script, [path, format]).utf8))
  }

  private func label(_ output: EngineOutput) throws -> FrameLabel {
    FrameLabel(
      energy_eV: try #require(output.energy_eV), forces_eV_A: try #require(output.forces_eV_A),
      stress_eV_A3: output.stress_eV_A3)
  }

  private func flat(_ vectors: [Vector3]?) -> [Double] { (vectors ?? []).flatMap { [$0.x, $0.y, $0.z] } }

  private func close(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < tolerance }
  }

  @Test(.needs(.python)) func quantumEspressoAsASEReadsIt() throws {
    let output = try EspressoOutput(Self.resource("pw-6.7.out")).output
    let peer = try ase(Self.resource("pw-6.7.out"), "espresso-out")
    #expect(output.isComplete && output.convergence == .achieved && output.configurations == 1)
    #expect(output.program == "Quantum ESPRESSO 6.7MaX")
    #expect(output.elements == ["Li", "F"])
    // ASE reads it with the rydberg of 2006.
    let label = try label(output)
    #expect(abs(label.energy_eV - peer.energy) < 2e-7 * abs(peer.energy))
    var alike = peer.label
    alike.energy_eV = label.energy_eV
    #expect(difference(label, alike) < 1e-6)
    #expect(
      close(flat(output.cell_A), peer.cell, 1e-5) && close(flat(output.positions_A), peer.positions, 1e-5))
  }

  /// A single point of VASP 6.3 with PSTRESS, which is among ASE's own test data.
  @Test(.needs(.python)) func vaspAsASEReadsIt() throws {
    let path =
      try Python.run(
        "import ase, os; print(os.path.dirname(ase.__file__))", []
      ).trimmingCharacters(in: .whitespacesAndNewlines) + "/test/testdata/vasp/vasprun_pstress.xml"
    let output = try VASPOutput.read(path)
    let peer = try ase(path, "vasp-xml")
    #expect(output.isComplete && output.convergence == .achieved && output.configurations == 1)
    #expect(output.program == "VASP 6.3.0" && output.elements == ["C", "C"])
    #expect(difference(try label(output), peer.label) < 1e-6)
    // −166 kbar: under tension.
    #expect((output.stress_eV_A3?.trace ?? 0) > 0)
    #expect(
      close(flat(output.cell_A), peer.cell, 1e-9) && close(flat(output.positions_A), peer.positions, 1e-8))
  }

  /// No other program reads it: the numbers are those of the file, times constants.
  @Test func cp2kAsItPrints() throws {
    let output = try CP2KOutput(Self.resource("cp2k-2023.1.out")).output
    #expect(output.isComplete && output.convergence == .achieved && output.configurations == 1)
    #expect(output.program == "CP2K 2023.1" && output.elements == ["H", "H"])
    #expect(abs((output.energy_eV ?? 0) - -1.173145020801675 * 27.211386245988) < 1e-10)
    let force = try #require(output.forces_eV_A?.last)
    #expect(length(force - Vector3(-0.02440718, -0.03292207, -0.02709755) * 51.42206747632) < 1e-8)
    let stress = try #require(output.stress_eV_A3)
    #expect(
      abs(stress.x.y - 1.66732942739 / 160.2176634) < 1e-10
        && abs(stress.y.y - 5.60168881297 / 160.2176634) < 1e-10)
    #expect(output.positions_A == [[0.1, 0.2, 0], [0.5, 0.75, 0.45]])
  }

  /// The three forms in which CP2K has printed the same.
  @Test(arguments: [
    """
     ENERGY| Total FORCE_EVAL ( QS ) energy (a.u.):             -1.500000000000000
     ATOMIC FORCES in [a.u.]

     # Atom   Kind   Element          X              Y              Z
          1      1      H           0.10000000     0.20000000     0.30000000
     SUM OF ATOMIC FORCES           0.10000000     0.20000000     0.30000000     0.37416574

     STRESS TENSOR [GPa]

                X               Y               Z
      X       1.00000000      0.10000000      0.20000000
      Y       0.10000000      2.00000000      0.30000000
      Z       0.20000000      0.30000000      3.00000000
      1/3 Trace(stress tensor):   2.0
    """,
    """
     ENERGY| Total FORCE_EVAL ( QS ) energy [hartree]                    -1.500000000000000
     FORCES| Atomic forces [hartree/bohr]
     FORCES|   Atom     x               y               z               |f|
     FORCES|      1  1.00000000E-01  2.00000000E-01  3.00000000E-01   3.74165739E-01
     FORCES| Sum     1.00000000E-01  2.00000000E-01  3.00000000E-01   3.74165739E-01
     FORCES| Total atomic force                                       3.74165739E-01

     STRESS| Analytical stress tensor [bar]
     STRESS|                        x                   y                   z
     STRESS|      x        1.00000000000E+04   1.00000000000E+03   2.00000000000E+03
     STRESS|      y        1.00000000000E+03   2.00000000000E+04   3.00000000000E+03
     STRESS|      z        2.00000000000E+03   3.00000000000E+03   3.00000000000E+04
     STRESS| 1/3 Trace                                             2.00000000000E+04

     STRESS| Eigenvectors and eigenvalues of the analytical stress tensor [bar]
     STRESS|      x           0.007264743638      0.999965932074     -0.003918952737
     STRESS|      y           0.999928532212     -0.007227148152      0.009523591678
     STRESS|      z          -0.009494944377      0.003987859110      0.999946970099
    """,
  ]) func cp2kOfOtherVersions(_ text: String) throws {
    let folder = try TemporaryFolder()
    let output = try CP2KOutput(try folder.file("cp2k.out", text + "\n PROGRAM ENDED AT 2026\n")).output
    let au = 27.211386245988 / 0.529177210903
    let stress = [1, 0.1, 0.2, 0.1, 2, 0.3, 0.2, 0.3, 3].map { -$0 / 160.2176634 }
    let wanted = FrameLabel(
      energy_eV: -1.5 * 27.211386245988, forces_eV_A: [Vector3(0.1, 0.2, 0.3) * au],
      stress_eV_A3: Tensor3(stress[...]))
    #expect(difference(try label(output), wanted) < 1e-12)
    // Force fields have no field that could converge.
    #expect(output.isComplete && output.convergence == .unknown)
  }

  @Test func unconvergedFieldsAreSeen() throws {
    let cp2k = try CP2KOutput(Self.resource("cp2k-2023.1-unconverged.out")).output
    #expect(
      cp2k.isComplete
        && cp2k.convergence == .failed(.line("*** WARNING in qs_scf.F:601 :: SCF run NOT converged ***")))
    // It prints forces all the same.
    #expect(cp2k.forces_eV_A?.count == 2)
    let pw = try EspressoOutput(Self.resource("pw-6.7-unconverged.out")).output
    #expect(
      pw.isComplete
        && pw.convergence == .failed(.line("convergence NOT achieved after 3 iterations: stopping")))
  }

  /// Outputs of killed programs, at every line.
  @Test func outputsThatAreCutOffAreNotComplete() throws {
    let folder = try TemporaryFolder()
    for (name, last) in [("cp2k-2023.1.out", "PROGRAM ENDED"), ("pw-6.7.out", "JOB DONE")] {
      let lines = try String(contentsOfFile: Self.resource(name), encoding: .utf8).split(
        separator: "\n", omittingEmptySubsequences: false)
      let end = try #require(lines.firstIndex { $0.contains(last) })
      for count in stride(from: 0, to: end, by: 7) {
        let path = try folder.file(name, lines[..<count].joined(separator: "\n") + "\n")
        let output = try name.hasPrefix("pw") ? EspressoOutput(path).output : CP2KOutput(path).output
        #expect(!output.isComplete)
      }
    }
  }

  /// Numbers too wide for their columns, and no numbers.
  @Test func numbersThatAreNone() throws {
    let folder = try TemporaryFolder()
    let text = try String(contentsOfFile: Self.resource("pw-6.7.out"), encoding: .utf8)
    let wide = try folder.file(
      "wide.out", text.replacing("-0.00423690    0.00025780", with: "************    0.00025780"))
    #expect(try #require(try EspressoOutput(wide).output.forces_eV_A)[0].y.isNaN)
    let words = try folder.file(
      "words.out",
      text.replacing("-58.95820070 Ry\n     estimated scf accuracy    <          5.7E-10", with: "none Ry\n"))
    #expect(throws: (any Error).self) { try EspressoOutput(words) }
    let cp2k = try String(contentsOfFile: Self.resource("cp2k-2023.1.out"), encoding: .utf8)
    let unit = try folder.file("unit.out", cp2k.replacing("stress tensor [GPa]", with: "stress tensor [psi]"))
    #expect(throws: (any Error).self) { try CP2KOutput(unit) }
  }

  // MARK: against the frame

  private func frame(_ sample: SampleFrame) throws -> LabelledFrame {
    let folder = try TemporaryFolder()
    let reader = try LabelledFrameReader(try folder.frames("in.extxyz", [sample]), arrays: [])
    return try #require(try reader.next())
  }

  private func output(_ sample: SampleFrame) -> EngineOutput {
    EngineOutput(
      isComplete: true, convergence: .achieved, energy_eV: -1,
      forces_eV_A: [[1, 0, 0], [2, 0, 0], [-3, 0, 0]],
      configurations: 1, elements: sample.elements, positions_A: sample.positions, cell_A: sample.cell)
  }

  @Test func outputsOfOtherFramesAreRefused() throws {
    let sample = SampleFrame(0)
    let check = OutputCheck(frame: try frame(sample), order: [0, 1, 2])
    func refusal(_ change: (inout EngineOutput) -> Void) -> LabelRefusal? {
      var other = output(sample)
      change(&other)
      if case .refused(let refusal) = check.outcome(other) { return refusal }
      return nil
    }
    #expect(refusal { _ in } == nil)
    // A lattice vector further on is the same place.
    #expect(refusal { $0.positions_A?[1] += sample.cell[1] - sample.cell[2] } == nil)
    #expect(refusal { $0.elements = ["F", "F", "Li"] } == .element(atom: 1, found: "F", wanted: "Li"))
    #expect(refusal { $0.elements = ["F", "Li"] } == .atomCount(found: 2, wanted: 3))
    #expect(refusal { $0.forces_eV_A = [[1, 0, 0]] } == .atomCount(found: 1, wanted: 3))
    #expect(refusal { $0.cell_A?[2].z += 0.02 } == .cell)
    guard case .position(atom: 2, let distance) = refusal({ $0.positions_A?[2].x += 0.02 }) else {
      Issue.record("another position")
      return
    }
    #expect(abs(distance - 0.02) < 1e-9)
    #expect(refusal { $0.energy_eV = nil } == .missing(.energy))
    #expect(refusal { $0.forces_eV_A = nil } == .missing(.forces))
    #expect(refusal { $0.energy_eV = .nan } == .notFinite(.energy))
    #expect(refusal { $0.forces_eV_A?[1].y = .infinity } == .notFinite(.force(atom: 1)))
    #expect(refusal { $0.configurations = 2 } == .configurations(2))
    #expect(refusal { $0.convergence = .failed(.silence) } == .notConverged(.silence))
  }

  /// Of an input in another order than the frame's.
  @Test func forcesComeBackToTheirAtoms() throws {
    let sample = SampleFrame(0)
    var other = output(sample)
    let order = [2, 0, 1]
    other.elements = order.map { sample.elements[$0] }
    other.positions_A = order.map { sample.positions[$0] }
    guard case .label(let label) = OutputCheck(frame: try frame(sample), order: order).outcome(other) else {
      Issue.record("no label")
      return
    }
    #expect(label.forces_eV_A.map(\.x) == [2, -3, 1])
  }
}
