import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import Dynamics
@testable import Forces
@testable import Mathematics
@testable import Model
@testable import NEP

extension Engine {
  /// Multiple time steps with a reference force.
  @Suite struct LongStepTests {
    private func model(seed: UInt64 = 1, depth_eV: Double = 0.02) throws -> NEPModel {
      var small = SmallNEP(["H", "Na", "B"])
      small.seed = seed
      small.depth_eV = depth_eV
      return try NEPModel(text: small.text, source: "nep.txt")
    }

    /// Positions by id after some steps from the same start.
    private func positions(
      _ settings: ForceSettings, substeps: Int, timestep_ps: Double, steps: Int, barostat: Bool = false
    ) throws -> [Vector3] {
      let simulation = try self.simulation(settings, substeps, timestep_ps, barostat: barostat)
      for _ in 0..<steps { try simulation.advance(wantsObservables: false) }
      let atoms = simulation.domain.atoms
      var result = [Vector3](repeating: .zero, count: atoms.count)
      for i in 0..<atoms.count {
        result[Int(atoms.id[i])] = simulation.domain.cell.fractional(atoms.position[i])
      }
      return result.map { $0 - $0.rounded(.down) }
    }

    private func simulation(
      _ settings: ForceSettings, _ substeps: Int, _ timestep_ps: Double, barostat: Bool = false
    ) throws -> Simulation {
      let system = try System(shaken())
      let pressure = Barostat.martynaTobiasKlein(
        shape: .full, pressure_GPa: 0.1, temperature_K: 600, damping_ps: 0.2,
        moleculeCount: system.structure.moleculeCount)
      let integrator = Integrator(
        barostat ? NoseHooverThermostat(temperature_K: 600, damping_ps: 0.05) : nil,
        barostat: barostat ? pressure : nil, substeps: substeps)
      let simulation = try system.simulation(settings, integrator, timestep_ps: timestep_ps)
      try simulation.start(temperature_K: 600, seed: 7)
      return simulation
    }

    private func settings(
      _ models: [NEPModel], isCorrection: Bool, _ reference: ReferenceForces?
    ) throws -> ForceSettings {
      var settings = ForceSettings(skin_A: 1.2, coulombAccuracy: 1e-7, precision: .double)
      settings.nep = NEPForces(models, elements: ["H", "Na", "B"], isCorrection: isCorrection)
      settings.reference = reference
      return settings
    }

    private func difference(_ a: [Vector3], _ b: [Vector3]) -> Double {
      zip(a, b).map { length(($0 - $1) - ($0 - $1).rounded(.toNearestOrEven)) }.max() ?? .infinity
    }

    /// With the potential as its own reference there is nothing to kick: the long step is a number of short ones.
    @Test func ownReferenceGivesShortSteps() throws {
      let model = try model()
      let reference = ReferenceForces(
        .nep(NEPForces([model], elements: ["H", "Na", "B"])), evaluations: 4)
      let short = try positions(
        settings([model], isCorrection: false, nil), substeps: 1, timestep_ps: 0.0005, steps: 160)
      let long = try positions(
        settings([model], isCorrection: false, reference), substeps: 4, timestep_ps: 0.002, steps: 40)
      // In a wrong place each kick would show at once: 1e-4 of the cell.
      #expect(difference(short, long) < 1e-9)
    }

    /// A correction of no depth leaves the classical potential, with all its forces at every short step.
    @Test(arguments: [1, 2, 4])
    func flatCorrectionIsTheClassicalPotential(_ evaluations: Int) throws {
      let flat = try settings(
        [model(depth_eV: 0)], isCorrection: true, ReferenceForces(.classical, evaluations: evaluations))
      var classical = flat
      classical.nep = nil
      classical.reference = nil
      let long = try positions(flat, substeps: 4, timestep_ps: 0.002, steps: 40)
      let other =
        evaluations == 4
        ? try positions(classical, substeps: 1, timestep_ps: 0.0005, steps: 160)
        : try positions(
          classical, substeps: 4 / evaluations, timestep_ps: 0.002 / Double(evaluations),
          steps: 40 * evaluations)
      #expect(difference(long, other) < 1e-8)
    }

    /// Kicks of the difference conserve the energy of the whole potential, and the error falls with the square of the step.
    @Test(arguments: [(false, 1), (false, 3), (true, 1), (true, 3)])
    func errorFallsWithTheSquareOfTheStep(_ isCorrection: Bool, _ evaluations: Int) throws {
      func spread(_ timestep_ps: Double) throws -> Double {
        let settings = try settings(
          [model(depth_eV: 0.1)], isCorrection: isCorrection,
          ReferenceForces(.classical, evaluations: evaluations))
        let simulation = try simulation(settings, 6, timestep_ps)
        var energies: [Double] = []
        for _ in 0..<Int((0.03 / timestep_ps).rounded()) {
          try simulation.advance(wantsObservables: true)
          energies.append(try simulation.observables().conservedEnergy_eV)
        }
        let mean = energies.reduce(0, +) / Double(energies.count)
        return (energies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(energies.count)).squareRoot()
      }
      // Under a random model alone the difference is all that holds the anions together: it asks for short steps.
      let step_ps = isCorrection ? 0.0012 : 0.0003
      let (coarse, fine) = (try spread(step_ps), try spread(step_ps / 2))
      #expect(fine > 1e-9)
      #expect(coarse / fine > 3 && coarse / fine < 5.5, "\(coarse) \(fine)")
    }

    /// Through a snapshot, with thermostat and barostat: bit for bit.
    @Test(arguments: [(false, 1), (false, 2), (true, 2)])
    func continuesBitForBit(_ isCorrection: Bool, _ evaluations: Int) throws {
      let settings = try settings(
        [model(), model(seed: 2)], isCorrection: isCorrection,
        ReferenceForces(.classical, evaluations: evaluations))
      let whole = try simulation(settings, 4, 0.002, barostat: true)
      for _ in 0..<30 { try whole.advance(wantsObservables: false) }
      let snapshot = try whole.snapshot()
      let resumed = try simulation(settings, 4, 0.002, barostat: true)
      try resumed.restore(snapshot)
      for _ in 0..<30 {
        try whole.advance(wantsObservables: false)
        try resumed.advance(wantsObservables: false)
      }
      let (a, b) = (try whole.snapshot(), try resumed.snapshot())
      #expect(whole.rebuilds > 0)
      #expect(a.positions == b.positions)
      #expect(a.velocities == b.velocities)
      #expect(a.cell == b.cell)
    }
  }
}
