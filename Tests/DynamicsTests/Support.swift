import Crystal
import Dynamics
import Forces
import Foundation
import MPI
import Mathematics
import Model
import NEP
import Testing

/// Parent of all suites that run the engine in the test process, as one rank without MPI: FFTW's planner is not made for threads.
@Suite(.serialized) enum Engine {}

/// Forces by atom id, with the energies.
struct Evaluation {
  var result: ForceResult
  var forces: [Vector3]
  var ewald: EwaldParameters?
}

/// A structure with its topology.
struct System {
  var structure: Structure
  var topology: Topology

  init(_ structure: Structure, forceField: ForceFieldFile? = nil) throws {
    self.structure = structure
    topology = try Topology(
      structure: structure, forceField: forceField ?? .load(ForceFieldFile.builtInName))
  }

  init(_ structure: Structure, nep model: NEPModel) throws {
    self.structure = structure
    topology = try Topology(structure: structure, nep: model)
  }

  func evaluate(_ settings: ForceSettings) throws -> Evaluation {
    let forceEvaluator = try ForceEvaluator(
      cell: structure.cell, topology: topology, settings: settings, communicator: .alone())
    forceEvaluator.domain.loadOwnMolecules(of: structure)
    try forceEvaluator.rebuild()
    let result = try forceEvaluator.evaluate(.all)
    let atoms = forceEvaluator.domain.atoms
    var forces = [Vector3](repeating: .init(repeating: .nan), count: atoms.count)
    for i in 0..<atoms.count { forces[Int(atoms.id[i])] = atoms.force[i] }
    return Evaluation(result: result, forces: forces, ewald: forceEvaluator.ewald)
  }

  func simulation(
    _ settings: ForceSettings, _ integrator: Integrator, timestep_ps: Double
  ) throws -> Simulation {
    try Simulation(
      structure: structure, topology: topology, settings: settings, integrator: integrator,
      timestep_ps: timestep_ps, communicator: .alone())
  }
}

/// The papers' √2×√2×2 cell of 208 atoms.
let papersCell = [[1, 1, 0], [-1, 1, 0], [0, 0, 2]]
let oneCell = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]

/// A built-in structure with every atom displaced at random, so that nothing vanishes by symmetry.
func shaken(
  _ name: String = "na2b12h12-bcc", _ supercell: [[Int]] = oneCell, by amplitude_A: Double = 0.08,
  seed: UInt64 = 11
) throws -> Structure {
  var structure = try buildStructure(named: name, supercell: SupercellMatrix(rows: supercell), seed: 2026)
  var random = SplitMix64(seed: seed)
  for i in structure.positions.indices {
    structure.positions[i] += randomVector(&random) * amplitude_A
  }
  return structure
}

/// Each component uniform in −1…1.
func randomVector(_ random: inout SplitMix64) -> Vector3 {
  func uniform() -> Double { Double(random.next() >> 11) / 4_503_599_627_370_496 - 1 }
  return [uniform(), uniform(), uniform()]
}

/// A triclinic cell: one cell, sheared and stretched with its atoms.
func sheared(_ structure: Structure) -> Structure {
  structure.strained([[1.03, 0.05, -0.04], [-0.02, 0.97, 0.06], [0.03, -0.05, 1.01]])
}

extension Structure {
  /// Cell and positions multiplied by a matrix (rows).
  func strained(_ matrix: [[Double]]) -> Structure {
    func turn(_ v: Vector3) -> Vector3 {
      let rows = matrix.map { $0[0] * v.x + $0[1] * v.y + $0[2] * v.z }
      return [rows[0], rows[1], rows[2]]
    }
    var result = self
    result.cell = Cell(a: turn(cell.a), b: turn(cell.b), c: turn(cell.c))
    result.positions = positions.map(turn)
    return result
  }
}

extension ForceFieldFile {
  /// The built-in potential with some of its terms only.
  static func only(charges: Bool = false, pairs: Bool = false, bonded: Bool = false) throws -> ForceFieldFile
  {
    var file = try load(builtInName)
    if !charges { for name in file.types.keys { file.types[name]?.charge_e = 0 } }
    if !pairs {
      for i in file.pairs.indices {
        file.pairs[i].A_eV = 0
        file.pairs[i].C_eVA6 = 0
      }
    }
    if !bonded {
      for i in file.bonds.indices { file.bonds[i].k_eV_per_A2 = 0 }
      for i in file.angles.indices { file.angles[i].k_eV_per_rad2 = 0 }
    }
    return file
  }
}

func rms(_ vectors: [Vector3]) -> Double {
  (vectors.reduce(0) { $0 + dot($1, $1) } / Double(vectors.count)).squareRoot()
}

func rmsDifference(_ a: [Vector3], _ b: [Vector3]) -> Double { rms(zip(a, b).map { $0 - $1 }) }

func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

func derivative(_ h: Double, _ f: (Double) throws -> Double) rethrows -> Double {
  (8 * (try f(h) - f(-h)) - (try f(2 * h) - f(-2 * h))) / (12 * h)
}
