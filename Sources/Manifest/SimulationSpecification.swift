import Support

/// What is simulated and how: every part of a manifest that an imported study does not have.
package struct SimulationSpecification: Equatable, Sendable {
  /// The seed from which the seed of each run is derived.
  package var seed: UInt64 = 1
  package var system = SystemSpecification()
  package var potential = PotentialSpecification()
  package var forces = ForceSpecification()
  package var dynamics = DynamicsSpecification()
  package var stages = StageSpecification()
  package var record = RecordSpecification()
  package var sweep = Sweep()
  package var resources = ResourceSpecification()

  /// The engine's steps of a time; nil gives 0.
  package func steps(of time_ps: Double?) -> Int {
    time_ps.map { Int(($0 / dynamics.step_ps).rounded()) } ?? 0
  }

  /// Steps of the dynamics in all stages of one run.
  package var steps: Int { stages.stages.reduce(0) { $0 + steps(of: $1.dynamics?.time_ps) } }

  /// Simulated time of all stages of one run, ps.
  package var time_ps: Double { Double(steps) * dynamics.step_ps }
}

/// Whether a study is simulated by this program or was imported from another.
package enum StudySource: Equatable, Sendable {
  case simulated(SimulationSpecification)
  case imported(ImportSpecification)
}
