import Decomposition
import Forces
import Foundation

/// The results of a timed run.
struct BenchmarkResult: Codable {
  var atoms = 0
  var ranks = 0
  var grid: [Int] = []
  var steps = 0
  var seconds = 0.0
  /// Of the rank whose pairs take longest, s.
  var phases: [String: Double] = [:]
  var rebuilds = 0
  var dangerous_builds = 0
  var prunings = 0
  /// Pairs of atoms that the kernel processes in a step, within the cut-off or not.
  var slots_per_atom = 0.0
  var messages_per_step = 0.0
  /// Of the halo.
  var bytes_per_step = 0.0
  /// Parts of the mesh along a and b.
  var mesh_layout: [Int] = []
  var mesh_messages_per_step = 0.0
  var mesh_bytes_per_step = 0.0
  var surface_bytes_per_step = 0.0
  var resident_bytes = 0
  var peak_bytes = 0
}

extension RankCheck {
  func bench(_ text: String) throws {
    let fields = text.split(separator: ":").map(String.init)
    guard fields.count == 4 else { throw CommandError(description: "bench=\(text): wanted four fields") }
    _ = try current()
    let timestep_ps = try number(fields[3]) / 1000
    if setup["skin"] == nil { settings.skin_A = ForceSettings.skin_A(timestep_ps: timestep_ps) }
    try move(to: integrator(fields[0]), timestep_ps: timestep_ps)
    let simulation = try current()
    // A run does not keep the structure in memory either.
    structure = nil
    for _ in 0..<Int(try number(fields[1])) { try simulation.advance(wantsObservables: false) }
    let (rebuilds, prunings) = (simulation.rebuilds, simulation.forceEvaluator.prunings)
    try communicator.barrier()
    simulation.forceEvaluator.clock.reset()
    let start = Date()
    let steps = Int(try number(fields[2]))
    for _ in 0..<steps { try simulation.advance(wantsObservables: false) }
    try communicator.barrier()
    var result = BenchmarkResult()
    result.seconds = -start.timeIntervalSinceNow
    simulation.forceEvaluator.clock.enter(.other)
    result.atoms = simulation.domain.topology.atomCount
    result.ranks = communicator.size
    result.grid = [
      simulation.domain.grid.counts.x, simulation.domain.grid.counts.y, simulation.domain.grid.counts.z,
    ]
    result.steps = steps
    result.rebuilds = simulation.rebuilds - rebuilds
    result.prunings = simulation.forceEvaluator.prunings - prunings
    let seconds = simulation.forceEvaluator.clock.seconds
    let slowest = try communicator.reduced(seconds[StepPhase.pairs.rawValue], .max)
    for phase in StepPhase.allCases {
      let value = seconds[StepPhase.pairs.rawValue] == slowest ? seconds[phase.rawValue] : 0
      result.phases[phase.name] = try communicator.reduced(value, .max)
    }
    result.slots_per_atom =
      Double(try communicator.reduced(simulation.forceEvaluator.slotCount, .sum)) / Double(result.atoms)
    let traffic = simulation.forceEvaluator.trafficPerStep
    // The one reduction is counted as one.
    let messages = traffic.halo.messages + traffic.mesh.messages + (communicator.size > 1 ? 1 : 0)
    result.messages_per_step = try communicator.reduced(Double(messages), .max)
    result.bytes_per_step = try communicator.reduced(Double(traffic.halo.bytes), .max)
    let layout = simulation.forceEvaluator.meshLayout
    result.mesh_layout = layout.map { [$0.alongA, $0.alongB] } ?? []
    result.mesh_messages_per_step = try communicator.reduced(Double(traffic.mesh.messages), .max)
    result.mesh_bytes_per_step = try communicator.reduced(Double(traffic.mesh.bytes), .max)
    result.surface_bytes_per_step = simulation.domain.surfaceBytesPerStep
    result.dangerous_builds = simulation.dangerousBuilds
    let memory = try Self.memory()
    result.resident_bytes = try communicator.reduced(memory.resident, .max)
    result.peak_bytes = try communicator.reduced(memory.peak, .max)
    benchmark = result
  }

  func writeBenchmark(_ path: String) throws {
    guard communicator.isRoot, let benchmark else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(benchmark).write(to: URL(fileURLWithPath: path))
  }

  /// Of this process, bytes.
  static func memory() throws -> (resident: Int, peak: Int) {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    func value(_ key: String) -> Int {
      let line = status.split(separator: "\n").first { $0.hasPrefix(key + ":") } ?? ""
      return (Int(line.filter(\.isNumber)) ?? 0) * 1024
    }
    return (value("VmRSS"), value("VmHWM"))
  }

  /// Velocities by id, Å/ps, as `velocities-out` writes them.
  func readVelocities(_ path: String) throws {
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
      try line.split(separator: " ").map { try number(String($0)) }
    }
    let simulation = try current()
    let atoms = simulation.domain.atoms
    guard rows.count == simulation.domain.topology.atomCount, rows.allSatisfy({ $0.count == 3 }) else {
      throw CommandError(description: "\(path) does not hold the velocities of this system")
    }
    for i in 0..<atoms.count {
      let row = rows[Int(atoms.id[i])]
      atoms.velocity[i] = [row[0], row[1], row[2]]
    }
    try simulation.startWithPresentVelocities()
  }
}
