import Dynamics
import Forces
import Foundation
import Model
import Testing

extension Engine {
  @Suite struct SnapshotTests {
    private static let integrators = ["nve", "nhc", "langevin"]

    private func integrator(_ name: String) -> Integrator {
      switch name {
      case "nve": Integrator()
      case "nhc": Integrator(NoseHooverThermostat(temperature_K: 600, damping_ps: 0.05))
      default: Integrator(Langevin(temperature_K: 600, friction_perPs: 10, seed: 2))
      }
    }

    /// A run that is stopped and resumed elsewhere ends in the same bits, with lists built in between and in
    /// both halves, in both precisions.
    @Test(arguments: integrators, [Precision.mixed, .double])
    func splitRunIsTheWholeRun(_ name: String, _ precision: Precision) throws {
      let system = try System(shaken("na2b12h12-bcc", papersCell, by: 0.03))
      let settings = ForceSettings(skin_A: 0.4, precision: precision)
      func new() throws -> Simulation {
        try system.simulation(settings, integrator(name), timestep_ps: 0.001)
      }
      let whole = try new()
      try whole.start(temperature_K: 900, seed: 5)
      var halfway: Snapshot?
      for step in 1...150 {
        try whole.advance(wantsObservables: step % 7 == 0)
        if step == 83 { halfway = try whole.snapshot() }
      }
      let saved = try #require(halfway)
      // Both halves rebuild their lists at least once, and not at the very end.
      #expect(whole.rebuilds >= 4)

      let split = try new()
      try split.restore(try throughArrays(saved, system))
      #expect(try split.snapshot() == saved)
      for step in 84...150 { try split.advance(wantsObservables: step % 7 == 0) }
      let a = try whole.snapshot()
      let b = try split.snapshot()
      #expect(a == b)
      #expect(try whole.observables().conservedEnergy_eV == split.observables().conservedEnergy_eV)
    }

    /// Asking for energies in between does not change the run.
    @Test func observingDoesNotDisturb() throws {
      let system = try System(shaken("na2b12h12-bcc", oneCell, by: 0.03))
      let ends = try [1, 1000].map { interval in
        let simulation = try system.simulation(
          ForceSettings(precision: .double), integrator("nhc"), timestep_ps: 0.001)
        try simulation.start(temperature_K: 600, seed: 5)
        for step in 1...50 { try simulation.advance(wantsObservables: step % interval == 0) }
        return try simulation.snapshot().positions
      }
      #expect(largestDifference(ends[0], ends[1]) < 1e-11)
    }

    @Test func incompleteArraysAreRefused() throws {
      let system = try System(shaken())
      let simulation = try system.simulation(ForceSettings(), integrator("nhc"), timestep_ps: 0.001)
      try simulation.start(temperature_K: 600, seed: 5)
      let saved = try simulation.snapshot()
      let size = (system.topology.atomCount, system.topology.moleculeCount)
      #expect(Snapshot(doubles: saved.doubles, integers: saved.integers, topology: size) == saved)
      for key in saved.doubles.keys {
        var doubles = saved.doubles
        doubles[key] = nil
        #expect(Snapshot(doubles: doubles, integers: saved.integers, topology: size) == nil, "\(key)")
      }
      for key in saved.integers.keys {
        var integers = saved.integers
        integers[key] = nil
        #expect(Snapshot(doubles: saved.doubles, integers: integers, topology: size) == nil, "\(key)")
      }
      for key in ["positions", "velocities", "references", "cell"] {
        var doubles = saved.doubles
        doubles[key]?.removeLast()
        #expect(Snapshot(doubles: doubles, integers: saved.integers, topology: size) == nil, "\(key)")
      }
      var integers = saved.integers
      integers["molecules"]?[1] = try #require(saved.integers["molecules"]?.first)
      #expect(Snapshot(doubles: saved.doubles, integers: integers, topology: size) == nil)
      let larger = (size.0 + 1, size.1)
      #expect(Snapshot(doubles: saved.doubles, integers: saved.integers, topology: larger) == nil)
    }

    private func throughArrays(_ snapshot: Snapshot, _ system: System) throws -> Snapshot {
      try #require(
        Snapshot(
          doubles: snapshot.doubles, integers: snapshot.integers,
          topology: (system.topology.atomCount, system.topology.moleculeCount)))
    }
  }
}
