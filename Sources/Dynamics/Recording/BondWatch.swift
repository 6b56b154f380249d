import Decomposition
import Mathematics
import Model

/// Finds molecules that have broken under a potential that has no list of bonds.
///
/// A molecule is broken when two of its atoms that were bonded at the start of the run are further apart than 1.2
/// times the longest bond of their elements (`BondRules`): 1.8 Å for B–H, which no vibration reaches.
package struct BondWatch {
  /// A broken molecule.
  package struct Broken: Equatable, Sendable {
    /// Id of the molecule.
    package var molecule: Int
    package var kind: String
    /// Ids of the two atoms of the most stretched bond.
    package var atoms: [Int]
    /// Å.
    package var distance_A: Double
  }

  private struct Entry: BitwiseCopyable {
    var molecule: Int32
    var first: Int32
    var second: Int32
    var distance_A: Double
  }

  private static let margin = 1.2
  /// Å. All atoms of a molecule are on one rank, which needs a halo about each of them: a molecule whose atoms fly apart
  /// would make every halo as wide.
  private static let farthest_A = 10.0
  private let kinds: [String]
  private var reported: Set<Int32> = []

  /// - Returns: nil for a structure without bonds that can break.
  package init?(topology: Topology) {
    guard topology.templates.contains(where: { !$0.links.isEmpty }) else { return nil }
    let names = topology.templates.map(\.kind)
    kinds = topology.templateOfMolecule.map { names[Int($0)] }
  }

  /// The molecules that have broken since the last call, by id. Every rank must call.
  package mutating func look(at domain: Domain) throws -> [Broken] {
    var found: [Entry] = []
    let atoms = domain.atoms
    for molecule in domain.molecules where molecule.count > 1 {
      var worst: Entry?
      for link in domain.topology.templates[Int(molecule.template)].links {
        let i = Int(molecule.first + link.i)
        let j = Int(molecule.first + link.j)
        let distance_A = length(atoms.position[i] - atoms.position[j])
        guard distance_A < Self.farthest_A else {
          throw DecompositionError(
            "\(kinds[Int(molecule.id)]) (molecule id \(molecule.id)) has flown apart: atoms \(atoms.id[i]) and "
              + "\(atoms.id[j]), once bonded, are \((10 * distance_A).rounded() / 10) Å apart")
        }
        guard distance_A > Self.margin * link.longest_A, distance_A > worst?.distance_A ?? 0,
          !reported.contains(molecule.id)
        else { continue }
        worst = Entry(
          molecule: molecule.id, first: atoms.id[i], second: atoms.id[j], distance_A: distance_A)
      }
      if let worst { found.append(worst) }
    }
    guard try domain.communicator.reduced(found.count, .sum) > 0 else { return [] }
    // All ranks keep the ids: molecules move from one rank to another.
    let all = try domain.communicator.broadcast(domain.communicator.gather(found).values)
    reported.formUnion(all.map(\.molecule))
    return all.sorted { $0.molecule < $1.molecule }.map {
      Broken(
        molecule: Int($0.molecule), kind: kinds[Int($0.molecule)], atoms: [Int($0.first), Int($0.second)],
        distance_A: $0.distance_A)
    }
  }
}
