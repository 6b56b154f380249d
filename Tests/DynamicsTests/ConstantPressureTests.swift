import Foundation
import Testing

@testable import Crystal
@testable import Dynamics
@testable import Forces
@testable import Mathematics
@testable import Model

extension Engine {
  @Suite struct ConstantPressureTests {
    /// The virial of the molecules' centres is the derivative of the energy with respect to a strain of the
    /// cell and the centres at fixed molecular shapes.
    @Test func molecularVirialIsTheDerivativeOfTheEnergy() throws {
      let structure = sheared(try shaken())
      let system = try System(structure)
      var settings = ForceSettings(coulombAccuracy: 1e-8, precision: .double)
      settings.ewald = try system.evaluate(settings).ewald
      let virial = try system.evaluate(settings).result.molecularVirial.elements
      let h = 1e-4
      for i in 0..<3 {
        for j in 0..<3 {
          func energy(_ x: Double) throws -> Double {
            var rows = Matrix3.identity
            if i == 0 { rows.x[j] += x }
            if i == 1 { rows.y[j] += x }
            if i == 2 { rows.z[j] += x }
            let strained = structure.withCentresStrained(by: rows, system.topology)
            return try System(strained).evaluate(settings).result.potential
          }
          // −dE/dε from five points. The energy has no jump at the list's cut-off, but its second derivative
          // has: 1e-5 of the largest element is a hundred times the effect.
          let slope =
            -(8 * (try energy(h) - energy(-h)) - (try energy(2 * h) - energy(-2 * h))) / (12 * h)
          let largest = virial.map(abs).max() ?? 0
          #expect(abs(slope - virial[3 * j + i]) < 1e-5 * largest, "\(i)\(j)")
        }
      }
    }

    /// The conserved quantity fluctuates with the square of the time step: halving it quarters the spread.
    @Test(arguments: [CellShape.isotropic, .orthorhombic, .full])
    func conservedQuantityIsOfSecondOrder(_ shape: CellShape) throws {
      let system = try System(shaken("na2b12h12-bcc", oneCell, by: 0.03))
      func spread(_ timestep_ps: Double) throws -> Double {
        let integrator = Integrator(
          NoseHooverThermostat(temperature_K: 600, damping_ps: 0.05),
          barostat: .martynaTobiasKlein(
            shape: shape, pressure_GPa: 0.2, temperature_K: 600, damping_ps: 0.1,
            moleculeCount: system.topology.moleculeCount))
        let simulation = try system.simulation(
          ForceSettings(coulombAccuracy: 1e-6, precision: .double), integrator, timestep_ps: timestep_ps)
        try simulation.start(temperature_K: 600, seed: 3)
        var values: [Double] = []
        for _ in 0..<Int((0.1 / timestep_ps).rounded()) {
          try simulation.advance(wantsObservables: true)
          values.append(try simulation.observables().conservedEnergy_eV)
        }
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
      }
      let ratio = try spread(0.0005) / spread(0.00025)
      #expect(ratio > 3 && ratio < 5, "\(ratio)")
    }

    /// A cell with a large shear is described by shorter vectors during the run: the volume, the energy and
    /// every displacement continue unchanged.
    @Test func tiltedCellIsFlipped() throws {
      let structure = try shaken("na2b12h12-bcc", papersCell, by: 0.03)
      let upright = try run(structure)
      // The same crystal with another, strongly tilted set of vectors.
      var other = structure
      other.cell = Cell(a: structure.cell.a, b: structure.cell.b + structure.cell.a, c: structure.cell.c)
      let tilted = try run(other)
      #expect(upright.simulation.redecompositions == 0)
      #expect(tilted.simulation.redecompositions == 1)
      #expect(other.cell.tilt > 0.9 && tilted.simulation.domain.cell.tilt < 0.6)
      // The two meshes differ: their errors are some 1e-6 of a force, which 40 steps amplify a little.
      for (a, b) in zip(unwrapped(upright.simulation), unwrapped(tilted.simulation)) {
        #expect(length(a - b) < 1e-4)
      }
      let volumes = [upright, tilted].map { $0.simulation.domain.cell.volume }
      #expect(abs(volumes[0] - volumes[1]) < 1e-5 * volumes[0])
      #expect(abs(upright.change_eV - tilted.change_eV) < 2e-3)
    }

    private func run(_ structure: Structure) throws -> (simulation: Simulation, change_eV: Double) {
      let system = try System(structure)
      let integrator = Integrator(
        NoseHooverThermostat(temperature_K: 600, damping_ps: 0.05),
        barostat: .martynaTobiasKlein(
          shape: .full, pressure_GPa: 0, temperature_K: 600, damping_ps: 0.5,
          moleculeCount: system.topology.moleculeCount))
      let settings = ForceSettings(skin_A: 0.3, coulombAccuracy: 1e-6, precision: .double)
      let simulation = try system.simulation(settings, integrator, timestep_ps: 0.001)
      try simulation.start(temperature_K: 600, seed: 3)
      let before = try simulation.observables().conservedEnergy_eV
      for _ in 0..<40 { try simulation.advance(wantsObservables: false) }
      return (simulation, try simulation.observables().conservedEnergy_eV - before)
    }

    /// Relaxed cell and atoms: forces, pressure, and an energy that no small strain lowers.
    @Test(arguments: [CellShape.isotropic, .full])
    func cellRelaxes(_ shape: CellShape) throws {
      let system = try System(shaken("k2b12h12", oneCell, by: 0.05))
      let simulation = try system.simulation(
        ForceSettings(coulombAccuracy: 1e-6, precision: .double), Integrator(), timestep_ps: 0.001)
      let outcome = try Minimiser(
        tolerance_eV_A: 0.002, cell: .init(shape: shape, pressure_GPa: 0.3, tolerance_GPa: 0.005)
      ).relax(simulation)
      #expect(outcome.converged)
      let pressure = try simulation.observables().pressure_GPa
      #expect(abs(pressure.trace / 3 - 0.3) < 0.01)
      if shape == .full { #expect(abs(pressure.x.x - 0.3) < 0.01 && abs(pressure.x.y) < 0.01) }
    }

    private func unwrapped(_ simulation: Simulation) -> [Vector3] {
      let domain = simulation.domain
      var result = [Vector3](repeating: .zero, count: domain.atoms.count)
      for molecule in domain.molecules {
        for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
          result[Int(domain.atoms.id[i])] = domain.atoms.position[i] + domain.cell.shift(molecule.image)
        }
      }
      return result
    }
  }
}

extension Structure {
  /// The cell and the centres of mass are strained; molecules keep their shape.
  fileprivate func withCentresStrained(by map: Matrix3, _ topology: Topology) -> Structure {
    var result = self
    result.cell = cell.mapped(by: map)
    for range in moleculeRanges {
      let masses = range.map { topology.masses_amu[Int(topology.typeOfAtom[$0])] }
      let centre =
        zip(range, masses).reduce(into: Vector3()) { $0 += positions[$1.0] * $1.1 } / masses.reduce(0, +)
      for atom in range { result.positions[atom] += map * centre - centre }
    }
    return result
  }
}
