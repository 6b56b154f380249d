import Foundation
import TestSupport
import Testing
import Trajectory

extension WithRanks {
  /// Runs in which other ions than one alkali metal diffuse.
  @Suite struct MobileSpeciesRunTests {
    /// A study, and the groups of its record with what diffuses.
    struct Salt: CustomTestStringConvertible, Sendable {
      var testDescription: String
      /// Writes files that the manifest names.
      var prepare: @Sendable (Folder) throws -> Void = { _ in }
      var change: @Sendable (inout SmallStudy) -> Void
      var mobile: [(name: String, group: String, count: Int, charge_e: Double)]
    }

    static let salts = [
      Salt(
        testDescription: "Li and Na",
        prepare: { try mixedCations($0) },
        change: {
          $0.system = "{structure: mixed.extxyz}"
          $0.potential = "{name: paddlewheel-ff, accept: not-usable}"
          $0.analysis = "{mobile: [Li, Na]}"
        }, mobile: [("Li", "mobile", 8, 1), ("Na", "mobile-Na", 8, 1)]),
      Salt(
        testDescription: "B12H12 by its centre of mass", change: { $0.analysis = "{mobile: B12H12}" },
        mobile: [("B12H12", "mobile", 8, -2)]),
      Salt(
        testDescription: "oxide in Na3OBH4",
        change: {
          $0.system =
            "{structure: na3obh4-family, composition: 0, supercell: [[2, 0, 0], [0, 2, 0], [0, 0, 2]]}"
          $0.potential = "{name: paddlewheel-ff, accept: not-usable}"
          $0.analysis = "{mobile: O}"
        }, mobile: [("O", "mobile", 8, -2)]),
      Salt(
        testDescription: "protons in BaZrO3",
        prepare: {
          try $0.write(zirconate, to: "POSCAR")
          var model = SmallNEP(["Ba", "Zr", "O", "H"])
          model.depth_eV = 0.1
          try $0.write(model.text, to: "model.txt")
        },
        change: {
          $0.system = "{structure: POSCAR, supercell: [[2, 0, 0], [0, 2, 0], [0, 0, 2]]}"
          $0.potential = "{nep: model.txt}"
          $0.dynamics = "{ensemble: nvt, timestep: 0.5 fs}"
          $0.stages = "{equilibrate: 20 fs, sample: 0.4 ps}"
          $0.analysis = "{mobile: H}"
        }, mobile: [("H", "mobile", 8, 1)]),
    ]

    /// Na2B12H12 in which every other sodium is lithium.
    private static func mixedCations(_ folder: Folder) throws {
      let built = try paddlewheel(
        "structure", "build", "na2b12h12-bcc", "--supercell", "1,1,0,-1,1,0,0,0,2", "--output",
        "mixed.extxyz", in: folder.path)
      try #require(built.exitCode == 0, "\(built.errors)")
      let text = try String(contentsOfFile: "\(folder.path)/mixed.extxyz", encoding: .utf8)
      var sodium = 0
      let lines = text.components(separatedBy: "\n").map { line in
        guard line.hasPrefix("Na ") else { return line }
        sodium += 1
        return sodium % 2 == 0 ? line : "Li" + line.dropFirst(2)
      }
      try #require(sodium == 16)
      try folder.write(lines.joined(separator: "\n"), to: "mixed.extxyz")
    }

    /// One formula unit with a proton at an oxide.
    private static let zirconate = """
      BaZrO3 H
      4.2
      1 0 0
      0 1 0
      0 0 1
      Ba Zr O H
      1 1 3 1
      Direct
      0 0 0
      0.5 0.5 0.5
      0.5 0.5 0
      0.5 0 0.5
      0 0.5 0.5
      0.5 0.231 0

      """

    private let folder: Folder

    init() throws { folder = try Folder() }

    /// A run on two ranks is killed and goes on bit for bit; the results are those of each ion that diffuses.
    @Test(arguments: salts) func killedAndResumed(_ salt: Salt) throws {
      try salt.prepare(folder)
      var manifest = SmallStudy()
      salt.change(&manifest)
      let study = try manifest.plan(in: folder)
      try killAndResume(study, at: [("sample", 40)])
      try expectSame(study, try simulateWhole(manifest, in: folder))

      let record = try RunRecord(directory: try study.run())
      for ion in salt.mobile {
        #expect(record.plan.group(ion.group)?.memberCount == ion.count, "\(record.plan.groups.map(\.name))")
        let names = try record.usableBlocks(of: ion.group).flatMap {
          try record.species(of: ion.group, block: $0)
        }
        #expect(Set(names) == [ion.name])
      }
      let result = try paddlewheel("aggregate", "study", in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      let sets = try #require(try study.summary()["sets"] as? [[String: Any]])
      #expect(sets.compactMap { $0["mobile"] as? String } == salt.mobile.map(\.name))
      for (set, ion) in zip(sets, salt.mobile) {
        #expect(set["charge_e"] as? Double == ion.charge_e)
        let point = try #require((set["temperatures"] as? [[String: Any]])?.first)
        #expect(point["mobile_ions"] as? Int == ion.count)
      }
    }
  }
}
