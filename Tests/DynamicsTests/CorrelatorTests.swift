import Foundation
import Testing

@testable import Analysis
@testable import Crystal
@testable import Decomposition
@testable import Dynamics
@testable import Forces
@testable import MPI
@testable import Mathematics
@testable import Mechanism

extension Engine {
  @Suite struct CorrelatorTests {
    private static let interval = 3
    private static let steps = 600

    private struct Case {
      var system: System
      var integrator: Integrator
      var plan: CorrelationPlan

      init(isNPT: Bool) throws {
        system = try System(shaken("na2b12h12-bcc", papersCell, by: 0.03))
        let chain = NoseHooverThermostat(temperature_K: 1200, damping_ps: 0.05)
        integrator = Integrator(
          chain,
          barostat: isNPT
            ? .martynaTobiasKlein(
              shape: .full, pressure_GPa: 0, temperature_K: 1200, damping_ps: 0.2,
              moleculeCount: system.topology.moleculeCount) : nil)
        plan = CorrelationPlan(
          sampleSteps: steps, bodyInterval: interval, velocityInterval: 1, timestep_ps: 0.001,
          cellChanges: isNPT)
      }

      func new() throws -> (Simulation, Correlators) {
        let simulation = try system.simulation(ForceSettings(skin_A: 0.4), integrator, timestep_ps: 0.001)
        let correlators = Correlators(
          plan: plan, system: CorrelatedSystem(tracked: ["Na", "B12H12"], reference: ["B12H12"]),
          topology: system.topology, structure: system.structure)
        simulation.allocatePerMoleculeData(words: correlators.perMoleculeWords)
        return (simulation, correlators)
      }
    }

    /// What a record would contain, by molecules in the order of their ids.
    private struct Stored {
      var cells: [Cell] = []
      var cations: [Float] = []
      var anions: [Float] = []
      var turns: [Float] = []
      var cationVelocities: [Float] = []
      var hydrogenVelocities: [Float] = []

      mutating func add(_ simulation: Simulation, _ geometry: RecordGeometry, step: Int) {
        let domain = simulation.domain
        for molecule in domain.molecules.sorted(by: { $0.id < $1.id }) {
          let r = geometry.position(of: molecule, in: domain)
          let isAnion = molecule.count > 1
          if step % interval == 0 {
            if isAnion { anions += [r.x, r.y, r.z] } else { cations += [r.x, r.y, r.z] }
            let q = geometry.orientation(of: molecule, in: domain)
            if isAnion { turns += [q.x, q.y, q.z, q.w] }
          }
          for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
            let v = SIMD3<Float>(domain.atoms.velocity[i])
            if !isAnion { cationVelocities += [v.x, v.y, v.z] }
            let element = domain.topology.elements[Int(domain.atoms.type[i])]
            if element == "H" { hydrogenVelocities += [v.x, v.y, v.z] }
          }
        }
        if step % interval == 0 { cells.append(domain.cell) }
      }
    }

    /// The streamed sums equal those of the plain definition over the stored data, through a checkpoint, new
    /// lists and a new decomposition of the cell. Samples are the same floats, and products are in double
    /// precision: what differs is the order of the sums, and the rounding of coordinates of some 10 Å (1e-15
    /// Å), compared with displacements of 0.01 Å.
    @Test(arguments: [false, true]) func streamedIsStored(_ isNPT: Bool) throws {
      let setup = try Case(isNPT: isNPT)
      let geometry = RecordGeometry(topology: setup.system.topology, structure: setup.system.structure)
      var stored = Stored()
      var (simulation, correlators) = try setup.new()
      try simulation.start(temperature_K: 1500, seed: 5)
      try correlators.sample(simulation, step: 0)
      stored.add(simulation, geometry, step: 0)
      for step in 1...Self.steps {
        try simulation.advance(wantsObservables: false)
        try correlators.sample(simulation, step: step)
        stored.add(simulation, geometry, step: step)
        if step == 250 {
          let (snapshot, state) = (try simulation.snapshot(), try correlators.state(.alone()))
          (simulation, correlators) = try setup.new()
          #expect(correlators.restore(state, ranks: 1, communicator: .alone()))
          try simulation.restore(snapshot)
        }
        if step == 400 { try simulation.redecompose() }
      }
      #expect(simulation.rebuilds > 3)
      try compare(correlators, setup, stored, isNPT: isNPT)
    }

    private func compare(
      _ correlators: Correlators, _ setup: Case, _ stored: Stored, isNPT: Bool
    ) throws {
      var stored = stored
      let totals = try correlators.totals(.alone())
      let anions = stored.turns.count / 4 / stored.cells.count
      let cations = stored.cations.count / 3 / stored.cells.count
      let fractions = [stored.cations, stored.anions].compactMap {
        MultipleTauEstimator.fractions(of: $0, cells: stored.cells)
      }
      #expect(fractions.count == (isNPT ? 2 : 0))
      let mean = fractions.first?.mean
      if fractions.count == 2 { (stored.cations, stored.anions) = (fractions[0].paths, fractions[1].paths) }
      #expect(correlators.meanCell == mean)
      // Anions of one kind have equal masses.
      var path = try ReferencePath(frameCount: stored.cells.count)
      try path.add(stored.anions, masses_amu: [Double](repeating: 1, count: anions))
      let reference = try path.finish()
      let bodies = MultipleTauEstimator.multipleTau(sampleCount: stored.cells.count)
      let blocks = stored.cells.indices.map { setup.plan.block(of: $0 * Self.interval) }
      func displacements(_ paths: [Float], _ members: Int, _ power: Int) -> MultipleTauEstimator.Sums {
        bodies.displacements(
          paths, reference: reference, blocks: blocks, members: members, power: power, cell: mean)
      }
      try expect(totals, "displacement-2", "Na", displacements(stored.cations, cations, 1), bodies)
      try expect(totals, "displacement-4", "Na", displacements(stored.cations, cations, 2), bodies)
      try expect(totals, "displacement-2", "B12H12", displacements(stored.anions, anions, 1), bodies)

      let kinds = setup.system.topology.templates.indices.filter {
        setup.system.topology.templates[$0].atomCount > 1
      }
      let kind = try #require(kinds.count == 1 ? kinds.first : nil)
      let geometry = RecordGeometry(topology: setup.system.topology, structure: setup.system.structure)
      let elements = setup.system.topology.templates[kind].types.map { $0.hasPrefix("B") ? "B" : "H" }
      let vectors = bodyVectors(elements: elements, geometry: geometry.references[kind])
      #expect(vectors.count == 12)
      for degree in [1, 2] {
        let sums = bodies.orientations(
          stored.turns, vectors: vectors, degree: degree, blocks: blocks, members: anions)
        try expect(totals, "rotation-\(degree)", "B12H12", sums, bodies)
      }

      let steps = 0...Self.steps
      let velocities = MultipleTauEstimator.linear(sampleCount: steps.count)
      let stepBlocks = steps.map { setup.plan.block(of: $0) }
      let sums = velocities.products(stored.cationVelocities, blocks: stepBlocks, members: cations)
      try expect(totals, "velocity", "Na", sums, velocities)
      let hydrogens = velocities.products(
        stored.hydrogenVelocities, blocks: stepBlocks, members: 12 * anions)
      try expect(totals, "atom-velocity", "B12H12:H", hydrogens, velocities)
    }

    private func expect(
      _ totals: [Correlators.Total], _ quantity: String, _ species: String,
      _ wanted: MultipleTauEstimator.Sums, _ estimator: MultipleTauEstimator
    ) throws {
      let found = try #require(totals.first { $0.quantity == quantity && $0.species == species })
      let name = "\(quantity) \(species)"
      let interval = estimator.spacings[0] > 1 ? 1 : Self.interval
      #expect(found.lag_ps == estimator.lags.map { Double($0 * interval) * 0.001 }, "\(name)")
      #expect(found.counts == wanted.counts, "\(name)")
      // For products that cancel, the scale is the largest sum of any lag.
      let scale = wanted.sums.flatMap(\.self).map(abs).max() ?? 0
      let isOfOneSign = quantity.hasPrefix("displacement")
      for (a, b) in zip(found.sums, wanted.sums) {
        for (x, y) in zip(a, b) {
          #expect(abs(x - y) <= 1e-12 * (isOfOneSign ? 0 : scale) + 1e-10 * abs(y), "\(name): \(x) \(y)")
        }
      }
      #expect(wanted.counts.map { $0.reduce(0, +) }.allSatisfy { $0 > 0 }, "\(name): an empty block")
    }

    /// Every anion rotates with one angular velocity and translates with one velocity: ω is recovered, and r
    /// × v / r² of the atoms, squared, is ⅔ of its square, since the twelve directions of an icosahedron are
    /// isotropic to second order. To single precision, in which samples are stored.
    @Test func angularVelocitiesAreThoseOfTheMotion() throws {
      let setup = try Case(isNPT: false)
      let structure = try buildStructure(
        named: "na2b12h12-bcc", supercell: SupercellMatrix(rows: papersCell), seed: 1)
      let system = try System(structure)
      let simulation = try system.simulation(ForceSettings(), Integrator(), timestep_ps: 0.001)
      let correlators = Correlators(
        plan: setup.plan, system: CorrelatedSystem(tracked: ["Na", "B12H12"], reference: []),
        topology: system.topology, structure: structure)
      simulation.allocatePerMoleculeData(words: correlators.perMoleculeWords)
      let spin = Vector3(3, -4, 12)
      let drift = Vector3(1, 2, -2)
      let domain = simulation.domain
      let geometry = RecordGeometry(topology: system.topology, structure: structure)
      for molecule in domain.molecules {
        let centre = geometry.centre(of: molecule, in: domain)
        for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
          domain.atoms.velocity[i] = drift + cross(spin, domain.atoms.position[i] - centre)
        }
      }
      try correlators.sample(simulation, step: 0)
      let totals = try correlators.totals(.alone())
      func mean(_ quantity: String, _ species: String) throws -> Double {
        let total = try #require(totals.first { $0.quantity == quantity && $0.species == species })
        return total.sums[0][0] / total.counts[0][0]
      }
      #expect(abs(try mean("velocity", "B12H12") - 9) < 1e-5)
      #expect(abs(try mean("angular-velocity", "B12H12") - 169) < 1e-4)
      #expect(abs(try mean("atom-angular-velocity", "B12H12:B") - 169 * 2 / 3) < 1e-3)
      #expect(abs(try mean("atom-angular-velocity", "B12H12:H") - 169 * 2 / 3) < 1e-3)
    }

    /// A single rank restores the complete state of several ranks; a state that does not fit is rejected.
    @Test func stateOfOtherRanks() throws {
      let setup = try Case(isNPT: false)
      let (simulation, correlators) = try setup.new()
      try simulation.start(temperature_K: 600, seed: 5)
      for step in 0...60 {
        if step > 0 { try simulation.advance(wantsObservables: false) }
        try correlators.sample(simulation, step: step)
      }
      let alone = Communicator.alone()
      var state = try correlators.state(alone)
      let whole = try correlators.totals(alone)
      for (name, values) in state where name.hasSuffix("_sums") {
        state[name] = values.map { 0.25 * $0 } + values.map { 0.75 * $0 }
      }
      let (other, second) = try setup.new()
      #expect(second.restore(state, ranks: 2, communicator: alone))
      // A quarter and three quarters of a double make it up to the last bit.
      for (a, b) in zip(try second.totals(alone), whole) {
        #expect(a.counts == b.counts)
        for (x, y) in zip(a.sums.joined(), b.sums.joined()) { #expect(abs(x - y) <= 1e-15 * abs(y)) }
      }
      #expect(!second.restore(state, ranks: 3, communicator: alone))
      for name in correlators.stateNames {
        var poor = state
        poor[name] = nil
        #expect(!second.restore(poor, ranks: 2, communicator: alone), "\(name)")
      }
      var snapshot = try simulation.snapshot()
      snapshot.perMoleculeData.removeLast()
      #expect(throws: DecompositionError.self) { try other.restore(snapshot) }
    }
  }
}
