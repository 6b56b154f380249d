import Checkpoints
import Crystal
import Dynamics
import Forces
import Foundation
import MPI
import Mathematics
import Model
import StudyStore
import Trajectory

/// Checkpoints whose checksums are right and whose numbers are not: what is accepted has to run.
final class StateFields {
  private let make: () throws -> Simulation
  private let snapshot: Snapshot
  private let simulation: Simulation

  init() throws {
    let structure = try BuiltInStructure(named: "na2b12h12-bcc").build(
      supercell: try SupercellMatrix(rows: [[1, 1, 0], [-1, 1, 0], [0, 0, 1]]), composition: nil, seed: 1
    ).structure
    let topology = try Topology(structure: structure, forceField: .load(ForceFieldFile.builtInName))
    let communicator = try MPISession.start()
    make = {
      try Simulation(
        structure: structure, topology: topology, settings: ForceSettings(),
        integrator: Integrator(NoseHooverThermostat(temperature_K: 600, damping_ps: 0.05)),
        timestep_ps: 0.001,
        communicator: communicator)
    }
    simulation = try make()
    try simulation.start(temperature_K: 600, seed: 5)
    for _ in 0..<5 { try simulation.advance(wantsObservables: false) }
    snapshot = try simulation.snapshot()
  }

  private static let odd: [Double] = [
    .nan, .infinity, -.infinity, 0, -1, 1, 1e-300, 1e-6, 1e6, 1e15, 1e18, 1e300, 0.5, 2, -0.0,
  ]
  private static let oddIntegers: [Int64] = [0, -1, 1, 2, 1 << 31, 1 << 53, 1 << 62, .max, .min]

  func read(_ input: FuzzInput) throws -> UInt64 {
    var random = SplitMix64(seed: SplitMix64.number(input.number + 1, seed: 21))
    var (doubles, integers) = (snapshot.doubles, snapshot.integers)
    func pick<T>(_ list: [T]) -> T { list[random.next(below: list.count)] }
    if random.next(below: 3) > 0 {
      let name = pick(doubles.keys.sorted())
      var values = doubles[name] ?? []
      switch random.next(below: 5) {
      case 0: values = values.map { $0 * pick(Self.odd) }
      case 1: values = []
      case 2: values += values
      case 3: if !values.isEmpty { values.removeLast() }
      default: if !values.isEmpty { values[random.next(below: values.count)] = pick(Self.odd) }
      }
      doubles[name] = values
    } else {
      let name = pick(integers.keys.sorted())
      var values = integers[name] ?? []
      switch random.next(below: 4) {
      case 0: values = []
      case 1: values += values
      default: if !values.isEmpty { values[random.next(below: values.count)] = pick(Self.oddIntegers) }
      }
      integers[name] = values
    }
    try simulation.check(doubles: doubles, integers: integers, cellChange: .none, perMoleculeWords: 0)
    let topology = simulation.domain.topology
    guard
      let altered = Snapshot(
        doubles: doubles, integers: integers, topology: (topology.atomCount, topology.moleculeCount))
    else { throw StateFault(field: "", found: "", wanted: "") }
    let next = try make()
    try next.restore(altered)
    for _ in 0..<3 { try next.advance(wantsObservables: true) }
    let energy_eV = try next.observables().conservedEnergy_eV
    precondition(energy_eV.isFinite)
    return 0
  }
}

/// Made when it is first used: it starts MPI.
nonisolated(unsafe) private var fields: StateFields?

let stateTargets: [FuzzTarget] = [
  FuzzTarget("state-fields", .own) { input in
    if fields == nil { fields = try StateFields() }
    return try fields?.read(input) ?? 0
  }
]
