import Crystal
import Foundation
import Mathematics
import Support
import TestSupport
import Testing

@testable import Forces
@testable import Model
@testable import NEP
@testable import SinglePoints

extension Engine {
  /// Energies, forces and stresses of given frames, and their errors.
  @Suite struct SinglePointTests {
    private static let heldOut = Bundle.module.bundleURL.appendingPathComponent("Resources/held-out.extxyz")
      .path

    private func energies(
      _ path: String, _ potential: LoadedPotential? = nil, keys: ReferenceKeys? = nil,
      rules: IonRules = IonRules(), output: String? = nil
    ) throws -> FrameEnergies {
      try FrameEnergies(
        FrameEnergies.Request(
          path: path, potential: potential ?? .forceField(.load(ForceFieldFile.builtInName)),
          keys: keys ?? ReferenceKeys(), rules: rules, output: output), on: .alone())
    }

    /// The report on the fit of paddlewheel-ff has these errors, computed by another program, of its 29 held-out frames:
    /// r.m.s. errors of single ions, of net forces and torques on ions of several atoms, of the stress of ions' centres, the
    /// error of its pressure, and of the energy; relative errors in per cent, the fourth of atoms in ions.
    private static let reported: [(system: String, errors: [Double], per_cent: [Double])] = [
      ("Na2B12H12", [0.102, 0.195, 0.36, 0.27, -0.08, 22], [31, 37, 40, 35]),
      ("Li2B12H12", [0.095, 0.134, 0.75, 0.52, -0.38, 22], [34, 21, 61, 37]),
      ("K2B12H12", [0.047, 0.106, 0.26, 0.16, 0.13, 12], [19, 29, 32, 31]),
      ("Rb2B12H12", [0.045, 0.075, 0.26, 0.29, 0.08, 19], [18, 19, 51, 38]),
      ("Cs2B12H12", [0.047, 0.071, 0.22, 0.31, -0.12, 24], [18, 21, 35, 32]),
      ("NaBH4", [0.077, 0.218, 0.11, 0.36, -0.15, 13], [38, 83, 36, 31]),
      ("Na3O(BH4)", [0.149, 0.184, 0.10, 0.36, -0.17, 19], [26, 31, 29, 37]),
      ("Na2(NH2)(BH4)", [0.228, 0.336, 0.16, 0.44, 0.32, 11], [46, 79, 57, 30]),
      ("Na3(B12H12)(BH4)", [0.145, 0.247, 0.49, 0.32, 0.32], [36, 53, 36, 24]),
      ("LiBH4", [], [48, 136, 50, 55]), ("KBH4", [], [68, 98, 50]), ("RbBH4", [], [104, 111, 19]),
      ("CsBH4", [], [136, 84, 26]),
    ]

    @Test func heldOutErrorsAreThoseOfTheReport() throws {
      let found = try energies(
        Self.heldOut,
        keys: ReferenceKeys(
          energy: "energy+d3anion_energy", forces: "forces+d3anion_forces", stress: "stress+d3anion_stress"))
      #expect(found.frames.count == 29 && found.framesWithoutIons == 0)
      #expect(found.systems.map(\.system).count == Self.reported.count)
      for wanted in Self.reported {
        let one = try #require(found.systems.first { $0.system == wanted.system })
        let rows = [
          one[.force, .singleIons], one[.netForce, .molecularIons], one[.torque, .molecularIons],
          one[.force, .molecularIons],
        ].compactMap { $0 }
        let errors =
          rows.prefix(3).map(\.rms) + [
            try #require(one[.ionStress]).rms, try #require(one[.ionPressure]).mean,
            one[.relativeEnergy]?.rms ?? .nan,
          ]
        // Half of the last printed digit: three decimals and two. Energies differ by up to 1 meV per atom: the report's are
        // truncated at the cut-off, those here shifted to zero.
        for (k, (value, printed)) in zip(errors, wanted.errors).enumerated() {
          #expect(
            abs(value - printed) < [5.1e-4, 5.1e-4, 5.1e-3, 5.1e-3, 5.1e-3, 1.5][k],
            "\(wanted.system) \(k) \(value)")
        }
        for (row, printed) in zip(rows, wanted.per_cent) {
          #expect(abs((row.relative ?? .nan) * 100 - printed) < 0.51, "\(wanted.system) \(row)")
        }
      }
    }

    /// Frames with nothing but atoms; results are those of the engine, in the file's order, and come back through ASE.
    @Test(.needs(.python)) func resultsAreWhatASEReads() throws {
      let folder = try TemporaryFolder()
      var structure = sheared(try shaken("nabh4"))
      // Sodium last: not the order in which ions are assembled.
      let order = structure.elements.indices.sorted { structure.elements[$0] < structure.elements[$1] }
      structure.ions = IonFacts()
      let direct = try System(structure).evaluate(ForceSettings(coulombAccuracy: 1e-7, precision: .double))
      let input = try folder.file("in.extxyz", Self.extXYZ(structure, order))
      let output = folder.file("out.extxyz")
      let found = try energies(input, output: output)
      #expect(found.all == nil && found.frames.count == 1)
      #expect(abs(found.frames[0].energy_eV - direct.result.potential) < 1e-9)
      let script = """
        import sys
        from ase.io import read
        a = read(sys.argv[1])
        print(a.get_potential_energy(), *a.get_forces().ravel(), *a.get_stress(voigt=False).ravel())
        """
      let numbers = try Python.run(script, [output]).split(separator: " ").compactMap { Double($0) }
      try #require(numbers.count == 1 + 3 * order.count + 9)
      #expect(abs(numbers[0] - direct.result.potential) < 1e-9)
      for (place, atom) in order.enumerated() {
        for k in 0..<3 { #expect(abs(numbers[1 + 3 * place + k] - direct.forces[atom][k]) < 1e-8) }
      }
      let stress = direct.result.virial.elements.map { -$0 / structure.cell.volume }
      for k in 0..<9 { #expect(abs(numbers[numbers.count - 9 + k] - stress[k]) < 1e-8) }
      // Its own output as reference, in GPUMD's convention of a virial, too.
      let again = try #require(try energies(output).all)
      #expect(again[.energy]?.largest == 0 && again[.force]?.largest == 0 && again[.stress]?.largest == 0)
      #expect(abs((again[.force, .ion("BH4")]?.slope ?? 0) - 1) < 1e-12)
    }

    /// Hand-made references: half of the forces, an energy 1 eV too high, and a virial of −V times the stress.
    @Test func errorsAreThoseOfTheReference() throws {
      let folder = try TemporaryFolder()
      let structure = try shaken("nabh4")
      let direct = try System(structure).evaluate(ForceSettings(coulombAccuracy: 1e-7, precision: .double))
      let virial = direct.result.virial.elements.map { "\($0)" }.joined(separator: " ")
      let text = Self.extXYZ(
        structure, Array(structure.elements.indices), vectors: direct.forces.map { $0 * 0.5 },
        info: "system=a energy=\(direct.result.potential + 1) virial=\"\(virial)\"")
      let other = text.replacing(
        "energy=\(direct.result.potential + 1)", with: "energy=\(direct.result.potential)")
      let input = try folder.file("in.extxyz", text + other)
      let all = try #require(try energies(input).all)
      let atoms = Double(structure.atomCount)
      #expect(abs((all[.energy]?.rms ?? 0) - 1000 / atoms / 2.0.squareRoot()) < 1e-6)
      #expect(abs((all[.relativeEnergy]?.rms ?? 0) - 500 / atoms) < 1e-6)
      #expect(abs((all[.energy]?.mean ?? 0) + 500 / atoms) < 1e-6)
      // d = f/2 = r: the error is as large as the reference, and the slope is 2.
      for row in all.rows where [.force, .netForce, .torque].contains(row.group.quantity) {
        #expect(abs((row.errors.relative ?? 0) - 1) < 1e-9, "\(row.group)")
        #expect(abs((row.errors.slope ?? 0) - 2) < 1e-9, "\(row.group)")
      }
      #expect((all[.stress]?.largest ?? 1) < 1e-9)
      #expect(all[.force, .element("H")]?.count == 2 * 3 * structure.elements.count { $0 == "H" })
      // Twice the same array.
      let keys = try ReferenceKeys(energy: "none", forces: "forces+forces", virial: "none")
      let twice = try #require(try energies(input, keys: keys).all)
      #expect((twice[.force]?.largest ?? 1) < 1e-9 && twice[.energy] == nil && twice[.stress] == nil)
    }

    /// Two references of one quantity: the same twice is none, others are refused unless one is named.
    @Test func contradictoryReferencesAreRefused() throws {
      let folder = try TemporaryFolder()
      let head = "1\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3"
      func errors(_ properties: String, _ info: String, _ atom: String, _ keys: ReferenceKeys? = nil) throws
        -> String
      {
        let path = try folder.file("in.extxyz", "\(head)\(properties) \(info)\nH 0 0 0 \(atom)\n")
        let reader = try LabelledFrameReader(path, arrays: ["force", "forces"])
        let frame = try #require(try reader.next())
        do {
          _ = try (keys ?? ReferenceKeys()).values(of: frame)
          return "none"
        } catch { return "\(error)" }
      }
      let both = ":forces:R:3:force:R:3"
      #expect(try errors(both, "", "1 2 3 1 2 3") == "none")
      #expect(
        try errors(both, "", "1 2 3 -1 -2 -3").contains("the arrays forces and force with different numbers"))
      #expect(try errors(both, "", "1 2 3 -1 -2 -3", ReferenceKeys(forces: "force")) == "none")
      let stress = "stress=\"0.1 0 0 0 0.1 0 0 0 0.1\""
      #expect(try errors("", "\(stress) virial=\"-6.4 0 0 0 -6.4 0 0 0 -6.4\"", "") == "none")
      let other = "\(stress) virial=\"6.4 0 0 0 6.4 0 0 0 6.4\""
      #expect(try errors("", other, "").contains("component 1 of 9"))
      #expect(try errors("", other, "", ReferenceKeys(virial: "virial")) == "none")
    }

    /// Each frame by itself: other atoms, other columns, none of the labels. A NEP model needs no ions.
    @Test func framesMayDiffer() throws {
      let folder = try TemporaryFolder()
      let small = try shaken("nabh4")
      let other = try shaken("o-nbh")
      func text(_ s: Structure) -> String { Self.extXYZ(s, Array(s.elements.indices)) }
      let lone =
        "1\nLattice=\"4 0 0 0 4 0 0 0 4\" config_type=lone energy=-1 Properties=pos:R:3:species:S:1\n0 0 0 H\n"
      let input = try folder.file("in.extxyz", text(small) + text(other) + lone)
      var model = SmallNEP(["H", "Na", "B"])
      model.seed = 3
      let nep = LoadedPotential.nep([try .init(text: model.text, source: "nep.txt")], base: nil)
      let found = try energies(input, nep)
      #expect(found.frames.map(\.atoms) == [small.atomCount, other.atomCount, 1])
      #expect(found.frames[2].system == "lone")
      #expect(found.all?.frames == 1)
      let direct = try System(small, nep: .init(text: model.text, source: "nep.txt")).evaluate(
        ForceSettings(
          nep: .init(text: model.text, source: "nep.txt"), elements: small.elements, precision: .double))
      #expect(abs(found.frames[0].energy_eV - direct.result.potential) < 1e-9)
    }

    /// Models of random numbers with the energies, forces and stresses that NEP_CPU (of June 2026) gives for two frames: nep5
    /// with ZBL and all descriptors, and nep4 with some of them. Sums of some thousand terms in double precision.
    @Test(arguments: ["nep5", "nep4", "nep4b"])
    func resultsAreThoseOfNEPCPU(_ name: String) throws {
      let folder = Bundle.module.bundleURL.appendingPathComponent("Resources").path
      let model = try NEPModel.load(path: "\(folder)/nep-cpu-\(name).txt")
      let all = try #require(try energies("\(folder)/nep-cpu-\(name).extxyz", .nep([model], base: nil)).all)
      #expect(all.frames == 2)
      // 1e-14 was found.
      #expect((all[.energy]?.largest ?? 1) < 1e-9, "meV/atom")
      #expect((all[.force]?.largest ?? 1) < 1e-11 && (all[.stress]?.largest ?? 1) < 1e-10)
      #expect((all[.force]?.referenceRMS ?? 0) > 0.01)
    }

    /// γ from NEP_CPU's projections and an active set that MaxVol chose of 60 frames, by numpy: a frame of the training set,
    /// one near it and one far from it. The inverse has a condition of 1e9 to 7e9.
    @Test(arguments: [ActiveSetOrder.rows, .columns])
    func gradesAreThoseOfTheProjections(_ order: ActiveSetOrder) throws {
      let folder = Bundle.module.bundleURL.appendingPathComponent("Resources").path + "/nep-cpu-small"
      let potential = LoadedPotential.nep([try .load(path: folder + ".txt")], base: nil)
      let path = folder + (order == .rows ? ".asi" : "-columns.asi")
      let output = try TemporaryFolder()
      let found = try FrameEnergies(
        FrameEnergies.Request(
          path: folder + ".extxyz", potential: potential, keys: ReferenceKeys(),
          output: output.file("out.extxyz"),
          grader: ExtrapolationGrader(path: path, order: order, potential: potential)), on: .alone())
      let wanted = [0.8308550417423248, 1.4596076756715775, 40.27447216173843]
      for (frame, grade) in zip(found.frames, wanted) {
        #expect(abs((frame.largestGrade ?? 0) - grade) < 1e-5 * grade)
      }
      #expect(found.frames.map(\.atomsOutside) == [0, 2, 7])
      #expect(!found.isWhollyOutside)
      #expect((found.all?[.force]?.largest ?? 1) < 1e-8)
      let text = try String(contentsOfFile: output.file("out.extxyz"), encoding: .utf8)
      #expect(text.contains(":reference_forces:R:3:gamma:R:1"))
      // The other order is no inverse of this one.
      let other = try ExtrapolationGrader(
        path: path, order: order == .rows ? .columns : .rows, potential: potential)
      let wrong = try FrameEnergies(
        FrameEnergies.Request(
          path: folder + ".extxyz", potential: potential, keys: ReferenceKeys(), grader: other), on: .alone())
      #expect(wrong.isWhollyOutside)
    }

    @Test(arguments: [
      ("H 10 10", "H 11 11", ".asi:1: found '11'; wanted 10 rows for H"),
      ("H 10 10", "Xx 10 10", ".asi:1: found 'Xx'; wanted each element"),
      ("Na 10 10", "H 10 10", ".asi:102: found 'H'; wanted each element"),
      ("Na 10 10\n", "Na 10 10\nnan\n", ".asi:103: found 'nan'; wanted number 1 of 100"),
    ])
    func badActiveSetsAreNamed(_ old: String, _ new: String, _ words: String) throws {
      let resources = Bundle.module.bundleURL.appendingPathComponent("Resources").path + "/nep-cpu-small"
      let potential = LoadedPotential.nep([try .load(path: resources + ".txt")], base: nil)
      let sound = try String(contentsOfFile: resources + ".asi", encoding: .utf8)
      let folder = try TemporaryFolder()
      let bad = try folder.file("bad.asi", sound.replacing(old, with: new))
      var error = #expect(throws: InputError.self) {
        try ExtrapolationGrader(path: bad, order: .rows, potential: potential)
      }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
      let short = try folder.file("short.asi", String(sound.prefix(300)))
      error = #expect(throws: InputError.self) {
        try ExtrapolationGrader(path: short, order: .rows, potential: potential)
      }
      #expect(error?.description.contains("found the end of the file; wanted number") == true)
      error = #expect(throws: InputError.self) {
        try ExtrapolationGrader(
          path: short, order: .rows, potential: .forceField(.load(ForceFieldFile.builtInName)))
      }
      #expect(error?.description.contains("wanted the NEP model") == true)
    }

    @Test(arguments: [
      ("Na 0 0 0 1 0 0", "Na 0 0 0 nan 0 0", "in.extxyz:3: frame 1: found “nan”, wanted a number of forces"),
      ("Na 0 0 0 1 0 0", "Na 0 0 0 1 0", "in.extxyz:3: frame 1: found 6 columns, wanted 7"),
      ("Na 0 0 0 1 0 0\n", "", "in.extxyz:4: frame 1: found 1 atoms, wanted 2"),
      ("Na 0", "Xx 0", "in.extxyz:3: frame 1: found “Xx”, wanted an element's symbol"),
      ("Lattice=", "Box=", "in.extxyz:2: frame 1: no Lattice, wanted Lattice"),
      ("energy=1", "energy=nan", "in.extxyz:2: frame 1: found energy=\"nan\", wanted a number"),
      ("energy=1", "stress=\"1 2 3\"", "in.extxyz:2: frame 1: found stress=\"1 2 3\", wanted 6 or 9 numbers"),
      ("forces:R:3", "forces:R:1:f:R:2", "in.extxyz:2: frame 1: found the array forces of another size"),
      ("Cl 2.8 0 0", "Na 0.5 0 0", "in.extxyz:1: frame 1: "),
      ("2\nLat", "two\nLat", "in.extxyz:1: frame 1: found “two”, wanted a number of atoms"),
    ])
    func badFramesAreNamed(_ old: String, _ new: String, _ words: String) throws {
      let folder = try TemporaryFolder()
      let sound = """
        2
        Lattice="5.6 0 0 0 5.6 0 0 0 5.6" Properties=species:S:1:pos:R:3:forces:R:3 energy=1
        Na 0 0 0 1 0 0
        Cl 2.8 0 0 0 0 0

        """
      let input = try folder.file("in.extxyz", sound.replacing(old, with: new) + sound)
      var error = #expect(throws: InputError.self) { try energies(input) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
      // paddlewheel-ff knows no Cl; the frame and its line are named, and no output is left.
      let output = folder.file("out.extxyz")
      error = #expect(throws: InputError.self) {
        try energies(try folder.file("sound.extxyz", sound), output: output)
      }
      #expect(
        error?.description.contains("sound.extxyz:1: frame 1: paddlewheel-ff has no molecule Cl") == true)
      #expect(!FileManager.default.fileExists(atPath: output))
      let keys = try ReferenceKeys(forces: "dft_forces")
      error = #expect(throws: InputError.self) {
        try energies(Self.heldOut, keys: keys)
      }
      #expect(error?.description.contains(":2: frame 1: found no array dft_forces in Properties") == true)
    }

    @Test func unfinishedFilesAreRefused() throws {
      let folder = try TemporaryFolder()
      let text = Self.extXYZ(try shaken("nabh4"), Array(0..<12))
      var error = #expect(throws: InputError.self) {
        try energies(try folder.file("a.extxyz", text + String(text.dropLast(1))))
      }
      #expect(
        error?.description.contains("frame 2: found the end of the file in the middle of a line") == true)
      error = #expect(throws: InputError.self) { try energies(try folder.file("b.extxyz", "")) }
      #expect(error?.description.contains("found no frame") == true)
      error = #expect(throws: InputError.self) { try energies(folder.file("nowhere.extxyz")) }
      #expect(error?.description.contains("nowhere.extxyz") == true)
    }

    /// One frame without ions' labels.
    private static func extXYZ(
      _ structure: Structure, _ order: [Int], vectors: [Vector3]? = nil, info: String = ""
    ) -> String {
      func text(_ v: Vector3) -> String { "\(v.x) \(v.y) \(v.z)" }
      let lattice = structure.cell.vectors.map(text).joined(separator: " ")
      let forces = vectors == nil ? "" : ":forces:R:3"
      var lines = [
        "\(order.count)",
        "Lattice=\"\(lattice)\" Properties=species:S:1:pos:R:3\(forces) \(info) pbc=\"T T T\"",
      ]
      for atom in order {
        lines.append(
          "\(structure.elements[atom]) \(text(structure.positions[atom]))"
            + (vectors.map { " \(text($0[atom]))" } ?? ""))
      }
      return lines.joined(separator: "\n") + "\n"
    }
  }
}

struct PairedSumTests {
  /// Against the formulas, with a large mean: single sums of squares would lose seven digits.
  @Test func errorsAreThoseOfTheFormulas() throws {
    let reference = [3e5 + 1, 3e5 + 2, 3e5 + 4, 3e5 + 7]
    let computed = [3e5 + 1.5, 3e5 + 1.5, 3e5 + 5, 3e5 + 8]
    var sum = PairedSum()
    for (c, r) in zip(computed, reference) { sum.add(c, r) }
    let plain = try #require(sum.errors())
    #expect(abs(plain.rms - (2.5 / 4).squareRoot()) < 1e-9 && plain.mean == 0.5 && plain.largest == 1)
    // d = 0.5, −0.5, 1, 1 about 0.5; r = 1, 2, 4, 7 about 3.5.
    let centred = try #require(sum.errors(isCentred: true, unit: 2))
    #expect(abs(centred.rms - 2 * (1.5 / 4).squareRoot()) < 1e-9)
    #expect(abs(centred.referenceRMS - 2 * (21.0 / 4).squareRoot()) < 1e-9)
    #expect(abs((centred.slope ?? 0) - (1 + (0 + 1.5 + 0.25 + 1.75) / 21)) < 1e-9)
    #expect(PairedSum().errors() == nil)
  }
}
