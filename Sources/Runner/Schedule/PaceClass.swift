import Digest
import Manifest
import StudyStore

/// Runs that go at one pace: of as many atoms, under one potential, with one time step and cutoff.
package struct PaceClass {
  package let atoms: Int
  private let physics: SimulationSpecification
  /// Indices of the runs.
  package var runs: [Int]

  /// - Parameter sizes: atoms of each run of the study; runs of unknown size have no class.
  package static func classes(of runs: [Int], in study: StudyDirectory, sizes: [Int?]) -> [PaceClass] {
    var found: [PaceClass] = []
    for index in runs {
      guard sizes.indices.contains(index), let atoms = sizes[index],
        let simulation = study.runs[index].manifest.simulated
      else { continue }
      let physics = reduced(simulation)
      if let known = found.firstIndex(where: { $0.atoms == atoms && $0.physics == physics }) {
        found[known].runs.append(index)
      } else {
        found.append(PaceClass(atoms: atoms, physics: physics, runs: [index]))
      }
    }
    return found
  }

  /// What a pace depends on; temperature and pressure change it little.
  private static func reduced(_ simulation: SimulationSpecification) -> SimulationSpecification {
    var reduced = simulation
    reduced.seed = 1
    reduced.system = SystemSpecification()
    reduced.stages = StageSpecification()
    reduced.record = RecordSpecification()
    reduced.sweep = Sweep()
    reduced.resources = ResourceSpecification()
    reduced.dynamics.temperature_K = nil
    reduced.dynamics.pressure_GPa = nil
    return reduced
  }

  /// - Throws: what writing YAML throws.
  package func digest(_ study: StudyDirectory) throws -> String {
    var manifest = study.manifest
    manifest.source = .simulated(physics)
    manifest.analysis = AnalysisSpecification()
    manifest.inputs = study.manifest.inputs
    let values = try StudyDifference.values(of: manifest)
    let own = values.filter { key, _ in
      ["potential", "forces", "dynamics", "inputs"].contains { key == $0 || key.hasPrefix($0 + ".") }
    }
    let text = own.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
    return SHA256.hexadecimal(of: "\(atoms)\n\(text)")
  }
}
