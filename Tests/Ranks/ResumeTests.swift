import Foundation
import RankChecks
import Testing

extension Ranks {
  @Suite struct ResumeTests {
    private static let integrators = ["nve", "nhc,600,0.05", "langevin,600,10,5"]

    private static func system() throws -> [String] {
      [try thermalStructure(papersCell), "precision=double", "skin=0.4", "velocities=900:1"]
    }

    /// A run through a snapshot equals the uninterrupted run, bit for bit on the same number of ranks.
    @Test(arguments: [1, 2, 3])
    func splitRunIsTheWholeRun(_ ranks: Int) throws {
      let system = try Self.system()
      let found = try rankChecks(
        ranks: ranks,
        Self.integrators.flatMap { integrator in
          [
            system + ["run=\(integrator):120:1"],
            system + [
              "run=\(integrator):53:1", "snapshot=", "run=same:60:1", "snapshot=", "run=same:7:1",
            ],
          ]
        })
      for (index, integrator) in Self.integrators.enumerated() {
        #expect(found[2 * index] == found[2 * index + 1], "\(integrator)")
      }
    }

    /// On another number of ranks to rounding, which 30 fs of motion amplify a little.
    @Test(arguments: [(2, 3), (3, 1), (1, 4)])
    func resumedRunDoesNotDependOnRanks(_ ranks: (before: Int, after: Int)) throws {
      try withTemporaryFolder { folder in
        let system = try Self.system()
        let integrators = Self.integrators.dropFirst()
        func file(_ integrator: String) -> String { folder.appendingPathComponent(integrator).path }
        let whole = try rankChecks(
          ranks: ranks.before,
          integrators.map { system + ["run=\($0):60:1", "save=\(file($0))", "run=same:30:1"] })
        // One step initialises the integrator; the snapshot then replaces all of its state.
        let resume = integrators.map { system + ["run=\($0):1:1", "load=\(file($0))", "run=same:30:1"] }
        let same = try rankChecks(ranks: ranks.before, resume)
        let other = try rankChecks(ranks: ranks.after, resume)
        for (whole, (same, other)) in zip(whole, zip(same, other)) {
          #expect(relativeDifference(same.forces, other.forces) < 1e-9)
          #expect(relativeDifference(same.positions, other.positions) < 1e-11)
          #expect(relativeDifference(same.velocities, other.velocities) < 1e-9)
          #expect(abs(same.conserved - other.conserved) < 1e-10 * abs(same.conserved))
          #expect(whole.forces == same.forces && whole.positions == same.positions)
          #expect(whole.conserved == same.conserved)
        }
      }
    }
  }
}
