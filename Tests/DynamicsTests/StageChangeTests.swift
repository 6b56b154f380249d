import Crystal
import Dynamics
import Forces
import Foundation
import Mathematics
import Testing

extension Engine {
  /// What changes from stage to stage of a run.
  @Suite struct StageChangeTests {
    /// In another cell velocities stay, and the energy is that of a system that was built there.
    @Test func anotherCellKeepsVelocitiesAndShapes() throws {
      let system = try System(shaken("na2b12h12-bcc", oneCell, by: 0.03))
      let settings = ForceSettings(precision: .double)
      let simulation = try system.simulation(settings, Integrator(), timestep_ps: 0.001)
      try simulation.start(temperature_K: 600, seed: 5)
      let before = try simulation.observables()
      let old = system.structure.cell
      let new = Cell(a: old.a * 1.02, b: old.b * 0.99, c: old.c * 1.01 + old.a * 0.01)
      try simulation.changeCell(to: new)
      let after = try simulation.observables()
      #expect(abs(after.volume_A3 / new.volume - 1) < 1e-12)
      #expect(after.kineticEnergy_eV == before.kineticEnergy_eV)
      #expect(after.potentialEnergy_eV != before.potentialEnergy_eV)
      // By hand: centres of mass keep their fractional coordinates.
      var structure = system.structure
      structure.cell = new
      for range in structure.moleculeRanges {
        let masses = range.map { system.topology.masses_amu[Int(system.topology.typeOfAtom[$0])] }
        let sum = masses.reduce(0, +)
        let centre = zip(range, masses).reduce(Vector3.zero) { $0 + structure.positions[$1.0] * ($1.1 / sum) }
        let shift = new.cartesian(old.fractional(centre)) - centre
        for atom in range { structure.positions[atom] += shift }
      }
      let built = try System(structure)
      let other = try built.simulation(settings, Integrator(), timestep_ps: 0.001)
      try other.start(temperature_K: 600, seed: 5)
      let wanted = try other.observables().potentialEnergy_eV
      #expect(abs(after.potentialEnergy_eV - wanted) < 1e-6, "\(after.potentialEnergy_eV) \(wanted)")
      for _ in 1...20 { try simulation.advance(wantsObservables: false) }
    }

    /// In a ramp the energy is conserved but for what the changes of the target give, and the temperature follows.
    @Test func aRampTakesTheTemperatureAlong() throws {
      let system = try System(shaken("na2b12h12-bcc", oneCell, by: 0.02))
      let simulation = try system.simulation(
        ForceSettings(precision: .double),
        Integrator(NoseHooverThermostat(temperature_K: 900, damping_ps: 0.02)),
        timestep_ps: 0.0005)
      try simulation.start(temperature_K: 900, seed: 5)
      var energy_eV = try simulation.observables().conservedEnergy_eV
      var mean = 0.0
      for step in 1...600 {
        let change_eV = simulation.setTemperature(900 - Double(step))
        #expect(change_eV != 0 || step == 1)
        energy_eV += change_eV
        try simulation.advance(wantsObservables: step == 600)
        if step > 300 { mean += simulation.propagator.temperature_K / 300 }
      }
      let end = try simulation.observables()
      // As at constant temperature: about 1 meV per atom in 0.3 ps of half a femtosecond.
      #expect(abs(end.conservedEnergy_eV - energy_eV) < 1e-3 * Double(system.structure.atomCount))
      // 153 degrees of freedom scatter by √(2/153) = 11 %, and are independent after twice the damping, 40 fs: the mean over
      // 150 fs by 6 %. It lags behind the target by about the damping, 20 fs, and so by 40 K.
      #expect(abs(mean / (449.5 + 40) - 1) < 0.12, "\(mean)")
      // Held at the end, there is no lag, and the mean over 400 fs scatters by 3.6 %.
      var held = 0.0
      for step in 1...1000 {
        try simulation.advance(wantsObservables: false)
        if step > 200 { held += simulation.propagator.temperature_K / 800 }
      }
      #expect(abs(held / 300 - 1) < 0.08, "\(held)")
    }

    /// A thermostat of the same kind goes on; one of other settings begins anew.
    @Test func variablesAreTakenFromTheSameKind() throws {
      let system = try System(shaken("na2b12h12-bcc", oneCell, by: 0.02))
      let simulation = try system.simulation(
        ForceSettings(), Integrator(NoseHooverThermostat(temperature_K: 900, damping_ps: 0.02)),
        timestep_ps: 0.001)
      try simulation.start(temperature_K: 600, seed: 5)
      for _ in 1...20 { try simulation.advance(wantsObservables: false) }
      let old = simulation.integrator
      var same = Integrator(NoseHooverThermostat(temperature_K: 300, damping_ps: 0.02))
      same.takeVariables(of: old, thermostat: true, barostat: true)
      #expect(same.thermostat?.state == old.thermostat?.state)
      var other = Integrator(NoseHooverThermostat(temperature_K: 300, damping_ps: 0.1))
      other.takeVariables(of: old, thermostat: false, barostat: false)
      #expect(other.thermostat?.state == [Double](repeating: 0, count: 6))
    }
  }
}
