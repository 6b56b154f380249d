import Foundation
import Mathematics
import Support
import Testing

@testable import Forces
@testable import Model
@testable import PotentialKeys
@testable import SinglePoints

extension Engine {
  /// The machine-learned potentials of the program, on frames that their training never saw.
  @Suite struct BuiltInModelTests {
    private static let frames = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Potentials/frames")
      .path

    private func errors(_ potential: String, _ file: String) throws -> FrameEnergies {
      try FrameEnergies(
        FrameEnergies.Request(
          path: "\(Self.frames)/\(file)",
          potential: LoadedPotential(PotentialSpecification(argument: potential)),
          keys: ReferenceKeys(energy: "energy", forces: "forces", stress: "none", virial: "none")),
        on: .alone())
    }

    /// The r.m.s. error of some systems together over the r.m.s. of the reference.
    private func relative(
      _ found: FrameEnergies, _ members: ErrorGroup.Members, where isWanted: (String) -> Bool
    ) -> Double {
      var (error, reference) = (0.0, 0.0)
      for one in found.systems where isWanted(one.system ?? "") {
        guard let sums = one[.force, members] else { continue }
        error += Double(sums.count) * sums.rms * sums.rms
        reference += Double(sums.count) * sums.referenceRMS * sums.referenceRMS
      }
      return (error / reference).squareRoot()
    }

    @Test func forcesOfTheSaltsAreThoseOfPBE() throws {
      let found = try errors("paddlewheel-nep", "dft-test.extxyz.xz")
      let classical = try errors(ForceFieldFile.builtInName, "dft-test.extxyz.xz")
      func hasNitrogenOrOxygen(_ system: String) -> Bool { system.contains("NH2") || system.contains("O") }
      func isSodiumBorate(_ system: String) -> Bool {
        system.hasPrefix("Na") && !hasNitrogenOrOxygen(system)
      }
      #expect(found.frames.count == 45)
      #expect(relative(found, .all, where: isSodiumBorate) < 0.09)
      #expect(relative(found, .all, where: { !isSodiumBorate($0) }) < 0.12)
      for system in classical.systems.compactMap(\.system) {
        let share = ["K", "Rb", "Cs"].contains { system.hasPrefix($0) } ? 0.8 : 0.6
        let (new, old) = (
          relative(found, .singleIons, where: { $0 == system }),
          relative(classical, .singleIons, where: { $0 == system })
        )
        #expect(new < share * old, "\(system): \(new), paddlewheel-ff \(old)")
      }
    }

    @Test func forcesOfSodiumBoratesAreThoseOfTheNetwork() throws {
      let found = try errors("nabh-r2scan-nep", "m3gnet-test.extxyz.xz")
      #expect(found.frames.count == 148)
      #expect(relative(found, .all, where: { _ in true }) < 0.06)
      #expect(relative(found, .element("Na"), where: { _ in true }) < 0.14)
    }

    /// What `potential.yaml` says of a salt are these errors.
    @Test(arguments: BuiltInModels.names) func theDescriptionHasATableOfSalts(_ name: String) throws {
      let path = try #require(BuiltInModels.description(of: name))
      let words = try PotentialDescription(contentsOf: path)
      #expect(words.model.hasPrefix(name) && words.nep.count == 4 && words.training != nil)
      #expect(words.salts.contains { $0.ions == ["Na", "B12H12"] && $0.trust == .trusted })
      #expect(words.salts.allSatisfy { $0.trust == .notUsable || $0.held_out?.force != nil })
    }
  }
}
