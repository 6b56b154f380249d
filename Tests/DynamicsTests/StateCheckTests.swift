import Dynamics
import Forces
import Foundation
import Testing

extension Engine {
  /// States behind a right checksum that are not those of this simulation.
  @Suite struct StateCheckTests {
    private let simulation: Simulation
    private let snapshot: Snapshot

    init() throws {
      let system = try System(shaken("na2b12h12-bcc", papersCell, by: 0.03))
      simulation = try system.simulation(
        ForceSettings(), Integrator(NoseHooverThermostat(temperature_K: 600, damping_ps: 0.05)),
        timestep_ps: 0.001)
      try simulation.start(temperature_K: 600, seed: 5)
      try simulation.advance(wantsObservables: false)
      snapshot = try simulation.snapshot()
    }

    private func fault(
      _ change: (inout [String: [Double]], inout [String: [Int64]]) -> Void,
      cell: Simulation.CellChange = .none, words: Int = 0
    ) -> String {
      var (doubles, integers) = (snapshot.doubles, snapshot.integers)
      change(&doubles, &integers)
      do {
        try simulation.check(
          doubles: doubles, integers: integers, cellChange: cell, perMoleculeWords: words)
        return ""
      } catch { return error.field }
    }

    private func scaled(_ name: String, by factor: Double, cell: Simulation.CellChange = .none) -> String {
      fault({ doubles, _ in doubles[name] = doubles[name]?.map { $0 * factor } }, cell: cell)
    }

    @Test func theOwnStateIsAccepted() throws {
      #expect(fault { _, _ in } == "")
      #expect(fault({ _, _ in }, cell: .near) == "")
      #expect(scaled("cell", by: 1, cell: .near) == "")
    }

    @Test func everyArrayIsMeasured() throws {
      for name in snapshot.doubles.keys {
        #expect(fault { doubles, _ in doubles[name] = nil } == "doubles/\(name)")
        #expect(fault { doubles, _ in doubles[name]? += [1] } == "doubles/\(name)")
        #expect(fault { doubles, _ in doubles[name] = [] } == "doubles/\(name)")
      }
      for name in snapshot.integers.keys {
        #expect(fault { _, integers in integers[name] = [] } == "integers/\(name)")
        #expect(fault { _, integers in integers[name]? += [1] } == "integers/\(name)")
      }
      #expect(fault { _, integers in integers["luggage"] = [0] } == "integers/luggage")
    }

    @Test func everyNumberIsFinite() throws {
      for name in snapshot.doubles.keys {
        for odd in [Double.nan, .infinity, 1e300] {
          let found = fault { doubles, _ in doubles[name]?[0] = odd }
          // The cells come before what is measured against them.
          #expect(found == "doubles/\(name)", "\(name) \(odd): \(found)")
        }
      }
    }

    @Test func placesAndCellsFitEachOther() throws {
      for name in ["cell", "reference_cell", "fitted_cell"] {
        for factor in [0, 1e-6, 1.001, 10, -1] { #expect(scaled(name, by: factor) == "doubles/\(name)") }
        for factor in [0, 1e-6, 100] { #expect(scaled(name, by: factor, cell: .near) == "doubles/\(name)") }
      }
      #expect(scaled("references", by: 1e6) == "doubles/references")
      #expect(scaled("positions", by: 3) == "doubles/positions")
      #expect(scaled("bodies", by: 2) == "doubles/bodies")
      #expect(scaled("cuts", by: 0) == "doubles/cuts")
      #expect(scaled("velocities", by: 1e9) == "doubles/velocities")
    }

    @Test func countsAreThoseOfTheSystem() throws {
      let count = Int64(snapshot.molecules.count)
      for odd in [[.max, .max], [-1, count + 1], [count - 1], [Int64](repeating: 0, count: 5)] as [[Int64]] {
        #expect(fault { _, integers in integers["molecule_counts"] = odd } == "integers/molecule_counts")
      }
      #expect(fault { _, integers in integers["molecules"]?[0] = 1 << 40 } == "integers/molecules")
      let twice = snapshot.molecules[1]
      #expect(fault { _, integers in integers["molecules"]?[0] = twice } == "integers/molecules")
      #expect(fault { _, integers in integers["step"] = [-1] } == "integers/step")
      #expect(fault { _, integers in integers["rebuilds_next"] = [2] } == "integers/rebuilds_next")
    }

    @Test func longerPlansContinueShorterOnes() {
      func plan(_ steps: Int, body: Int? = 10) -> CorrelationPlan {
        CorrelationPlan(
          sampleSteps: steps, bodyInterval: body, velocityInterval: 4, timestep_ps: 0.001, cellChanges: false)
      }
      #expect(plan(2000).continues(plan(1000)) && plan(1000).continues(plan(1000)))
      #expect(!plan(1000).continues(plan(2000)) && !plan(1000).continues(plan(1000, body: 20)))
      var odd = plan(1000)
      odd.bodySamples = .max
      #expect(!plan(1000).continues(odd))
      odd = plan(1000)
      odd.blockSteps = 0
      #expect(!plan(1000).continues(odd))
    }
  }
}
