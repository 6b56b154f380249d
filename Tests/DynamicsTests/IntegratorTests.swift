import Crystal
import Decomposition
import Dynamics
import Forces
import Foundation
import Mathematics
import Model
import Testing
import Units

extension Engine {
  @Suite struct IntegratorTests {
    private let settings = ForceSettings(coulombAccuracy: 1e-5, precision: .double)

    /// One cell, relaxed and equilibrated at 600 K, from which runs start.
    private func equilibrated(_ supercell: [[Int]] = oneCell, steps: Int = 1000) throws -> (System, Snapshot)
    {
      let structure = try buildStructure(
        named: "na2b12h12-bcc", supercell: SupercellMatrix(rows: supercell), seed: 2026)
      let system = try System(structure)
      let simulation = try system.simulation(
        settings, Integrator(Langevin(temperature_K: 600, friction_perPs: 10, seed: 4)), timestep_ps: 0.0005)
      _ = try Minimiser(tolerance_eV_A: 0.1).relax(simulation)
      try simulation.start(temperature_K: 600, seed: 3)
      for _ in 0..<steps { try simulation.advance(wantsObservables: false) }
      return (system, try simulation.snapshot())
    }

    /// Velocity Verlet is of second order: the fluctuation of the energy falls with the square of the
    /// timestep.
    @Test func energyErrorIsOfSecondOrder() throws {
      let (system, start) = try equilibrated()
      let swings = try [0.00025, 0.0005, 0.001].map { timestep_ps in
        let simulation = try system.simulation(settings, Integrator(), timestep_ps: timestep_ps)
        try simulation.restore(start)
        let energies = try conserved(simulation, steps: Int((0.25 / timestep_ps).rounded()))
        return standardDeviation(energies)
      }
      // B–H stretching at 1 fs has ω·dt = 0.47: the next order is 5 % of the second.
      for (fine, coarse) in zip(swings, swings.dropFirst()) {
        #expect(abs(coarse / fine - 4) < 0.6, "\(swings)")
      }
    }

    /// Runs with half the time step end at the same point with a quarter of the error.
    @Test func trajectoryErrorIsOfSecondOrder() throws {
      let (system, start) = try equilibrated()
      let ends = try [0.000125, 0.00025, 0.0005].map { timestep_ps -> [Vector3] in
        let simulation = try system.simulation(settings, Integrator(), timestep_ps: timestep_ps)
        try simulation.restore(start)
        for _ in 0..<Int((0.02 / timestep_ps).rounded()) { try simulation.advance(wantsObservables: false) }
        let atoms = simulation.domain.atoms
        return (0..<atoms.count).map { atoms.position[$0] }
      }
      #expect(abs(rmsDifference(ends[2], ends[1]) / rmsDifference(ends[1], ends[0]) - 4) < 0.3)
    }

    /// The conserved quantity accounts for the heat of the thermostats: over 0.5 ps it changes only by the
    /// error of the timestep, as in plain dynamics, not by the heat exchanged.
    @Test(arguments: ["nhc", "langevin"])
    func conservedQuantityHolds(_ name: String) throws {
      let (system, start) = try equilibrated()
      let integrator: Integrator =
        name == "nhc"
        // At 600 K, so that heat certainly flows.
        ? Integrator(NoseHooverThermostat(temperature_K: 400, damping_ps: 0.05))
        : Integrator(Langevin(temperature_K: 400, friction_perPs: 20, seed: 9))
      let simulation = try system.simulation(settings, integrator, timestep_ps: 0.0005)
      try simulation.restore(start)
      let before = try simulation.observables()
      let after = try conserved(simulation, steps: 1000)
      let now = try simulation.observables()
      func energy(_ o: Observables) -> Double { o.potentialEnergy_eV + o.kineticEnergy_eV }
      let flow = abs(energy(now) - energy(before))
      #expect(flow > 0.5)
      #expect((after.map { abs($0 - before.conservedEnergy_eV) }.max() ?? 1) < 0.03 * flow)
    }

    /// The thermostats reach the temperature from a cold start; the time constant of Langevin is 1/(2γ).
    @Test(arguments: ["nhc", "langevin"])
    func temperatureIsReached(_ name: String) throws {
      let (system, start) = try equilibrated()
      let integrator: Integrator =
        name == "nhc"
        ? Integrator(NoseHooverThermostat(temperature_K: 300, damping_ps: 0.1))
        : Integrator(Langevin(temperature_K: 300, friction_perPs: 10, seed: 9))
      let simulation = try system.simulation(settings, integrator, timestep_ps: 0.0005)
      try simulation.restore(start)
      for _ in 0..<1000 { try simulation.advance(wantsObservables: false) }
      var sum = 0.0
      let steps = 4000
      for _ in 0..<steps {
        try simulation.advance(wantsObservables: false)
        sum += simulation.propagator.temperature_K
      }
      // 2 ps hold some 30 independent values, each with a spread of √(2/153) = 11 %: 2 % for one standard
      // error, and half a percent for the timestep.
      #expect(abs(sum / Double(steps) / 300 - 1) < 0.08)
    }

    @Test func velocitiesHaveTemperatureAndNoMomentum() throws {
      let system = try System(shaken("na2b12h12-bcc", papersCell))
      let simulation = try system.simulation(settings, Integrator(), timestep_ps: 0.001)
      try simulation.start(temperature_K: 600, seed: 5)
      #expect(abs(simulation.propagator.temperature_K - 600) < 1e-9)
      #expect(length(momentum(simulation)) < 1e-10)
      #expect(abs(temperature(simulation) - 600) < 1e-9)
    }

    /// A cell at rest stays at rest, under every integrator.
    @Test(arguments: ["nve", "nhc", "langevin"])
    func momentumStaysZero(_ name: String) throws {
      let system = try System(shaken("na2b12h12-bcc", oneCell, by: 0.03))
      let integrator: Integrator =
        switch name {
        case "nve": Integrator()
        case "nhc": Integrator(NoseHooverThermostat(temperature_K: 600, damping_ps: 0.1))
        default: Integrator(Langevin(temperature_K: 600, friction_perPs: 10, seed: 2))
        }
      let simulation = try system.simulation(ForceSettings(), integrator, timestep_ps: 0.001)
      try simulation.start(temperature_K: 600, seed: 5)
      for _ in 0..<200 { try simulation.advance(wantsObservables: false) }
      // The last half kick of a thermostat's scaling keeps zeros zero; what is left is rounding.
      #expect(length(momentum(simulation)) < 1e-10)
      #expect(abs(temperature(simulation) / simulation.propagator.temperature_K - 1) < 1e-12)
    }

    @Test func minimiserReachesItsTolerance() throws {
      let system = try System(shaken("na2b12h12-bcc", papersCell))
      let simulation = try system.simulation(settings, Integrator(), timestep_ps: 0.001)
      let before = try simulation.observables().potentialEnergy_eV
      let outcome = try Minimiser(tolerance_eV_A: 0.01).relax(simulation)
      #expect(outcome.converged && outcome.progress.steps > 10)
      #expect(outcome.progress.largestForce_eV_A <= 0.01)
      #expect(outcome.potentialEnergy_eV < before)
      // The forces that it leaves are those of its final positions.
      let atoms = simulation.domain.atoms
      let largest = (0..<atoms.count).map { length(atoms.force[$0]) }.max() ?? 1
      #expect(abs(largest - outcome.progress.largestForce_eV_A) < 1e-9)
      #expect((0..<atoms.count).allSatisfy { atoms.velocity[$0] == .zero })
    }

    @Test func minimiserStopsAtItsLimit() throws {
      let system = try System(shaken())
      let simulation = try system.simulation(settings, Integrator(), timestep_ps: 0.001)
      let outcome = try Minimiser(tolerance_eV_A: 1e-12, largestSteps: 7).relax(simulation)
      #expect(!outcome.converged && outcome.progress.steps == 7)
    }

    @Test func wildMotionIsRefused() throws {
      let system = try System(shaken())
      let simulation = try system.simulation(settings, Integrator(), timestep_ps: 0.05)
      let error = #expect(throws: DecompositionError.self) {
        try simulation.start(temperature_K: 5000, seed: 5)
        for _ in 0..<500 { try simulation.advance(wantsObservables: false) }
      }
      #expect(error?.description.contains("shorter timestep") == true)
    }

    @Test func shortCutoffIsRefused() throws {
      let error = #expect(throws: PotentialError.self) {
        _ = try System(shaken()).evaluate(ForceSettings(cutoff_A: 6.5))
      }
      #expect(error?.description.contains("cut-off is 6.5 Å") == true)
      #expect(error?.description.contains("wanted 7") == true)
    }
  }
}

func conserved(_ simulation: Simulation, steps: Int) throws -> [Double] {
  try (0..<steps).map { _ in
    try simulation.advance(wantsObservables: true)
    return try simulation.observables().conservedEnergy_eV
  }
}

func standardDeviation(_ values: [Double]) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
}

/// amu Å/ps.
func momentum(_ simulation: Simulation) -> Vector3 {
  let atoms = simulation.domain.atoms
  let masses = simulation.domain.topology.masses_amu
  return (0..<atoms.count).reduce(Vector3()) { $0 + atoms.velocity[$1] * masses[Int(atoms.type[$1])] }
}

/// From the velocities themselves, K.
func temperature(_ simulation: Simulation) -> Double {
  let atoms = simulation.domain.atoms
  let masses = simulation.domain.topology.masses_amu
  let twice = (0..<atoms.count).reduce(0.0) {
    $0 + masses[Int(atoms.type[$1])] * dot(atoms.velocity[$1], atoms.velocity[$1])
  }
  return twice * Constants.massVelocity / (3 * Double(atoms.count) - 3) / Constants.boltzmann
}
