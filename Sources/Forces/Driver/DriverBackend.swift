import Crystal
import Decomposition
import EngineSocket
import MPI
import Mathematics
import Model
import Support

/// Forces of another program behind a socket, on any number of ranks.
///
/// Rank 0 has the session. It gathers the positions of all atoms, by id and not wrapped into the cell, so that no atom
/// jumps for an engine that goes on from the step before; the forces go back to all ranks. Energy and virial are those of
/// rank 0. No rank needs neighbours, and the halo is not used.
final class DriverBackend: ForceBackend {
  private let session: EngineSession
  private let list = NoNeighbours()
  private let atomCount: Int
  /// What was asked last, on rank 0: a step that needs no more than its virial is not computed twice.
  private var last: (frame: EngineFrame, result: EngineResult)?

  init(_ session: EngineSession, topology: Topology) {
    self.session = session
    atomCount = topology.atomCount
  }

  var neighbourList: any DomainNeighbourList { list }

  func listsWereBuilt(_ domain: Domain) {}

  /// - Throws: ``EngineError``, on every rank.
  func evaluate(_ domain: Domain, _ wanted: Wanted, withBonded: Bool, clock: PhaseClock) throws -> ForceResult
  {
    clock.enter(.halo)
    let communicator = domain.communicator
    let frame = try gather(domain)
    clock.enter(.manyBodies)
    let result = try evaluate(frame, communicator)
    clock.enter(.halo)
    let forces = try communicator.broadcast(result?.forces_eV_A ?? [])
    let atoms = domain.atoms
    atoms.force.initialize(repeating: .zero, count: atoms.totalCount)
    for i in 0..<atoms.count { atoms.force[i] = forces[Int(atoms.id[i])] }
    var share = ForceResult()
    guard let result else { return share }
    share.manyBodies = result.energy_eV
    share.virial = Tensor3(result.virial_eV.elements[...])
    return share
  }

  private struct Place: BitwiseCopyable {
    var id: Int
    var position: Vector3
  }

  /// All atoms in the order of their ids, on rank 0.
  private func gather(_ domain: Domain) throws -> EngineFrame? {
    var mine: [Place] = []
    mine.reserveCapacity(domain.atoms.count)
    for molecule in domain.molecules {
      let shift = domain.cell.shift(molecule.image)
      for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
        mine.append(Place(id: Int(domain.atoms.id[i]), position: domain.atoms.position[i] + shift))
      }
    }
    let all = try domain.communicator.gather(mine).values
    guard domain.communicator.isRoot else { return nil }
    var positions = [Vector3](repeating: .zero, count: atomCount)
    for place in all { positions[place.id] = place.position }
    return EngineFrame(cell: domain.cell, positions: positions)
  }

  /// What rank 0 tells the others, who would take a long silence for a rank that stands still.
  private enum Word: Int64 {
    case waiting, done, failed
  }

  /// Asks the engine. While it computes, the ranks meet every second.
  /// - Returns: nil on all ranks but 0.
  private func evaluate(_ frame: EngineFrame?, _ communicator: Communicator) throws -> EngineResult? {
    var failure: (any Error)?
    var isBegun = false
    while true {
      var word = Word.waiting
      if let frame {
        do {
          if frame == last?.frame {
            word = .done
          } else {
            if !isBegun { try session.begin([frame]) }
            isBegun = true
            if let result = try session.look(within_s: 1)?.first {
              last = (frame, result)
              word = .done
            } else {
              try session.whileWaiting()
            }
          }
        } catch {
          failure = error
          last = nil
          word = .failed
        }
      }
      WorkCounter.advance()
      switch Word(rawValue: try communicator.broadcast([word.rawValue]).first ?? 0) {
      case .done: return frame == nil ? nil : last?.result
      case .failed: throw try shared(failure, communicator)
      case .waiting, nil: continue
      }
    }
  }

  /// The error of rank 0 on every rank.
  private func shared(_ failure: (any Error)?, _ communicator: Communicator) throws -> any Error {
    let message = try communicator.broadcast(Array((failure.map { "\($0)" } ?? "").utf8))
    return failure ?? EngineError.reported(String(decoding: message, as: UTF8.self))
  }
}

/// Nothing is listed.
private final class NoNeighbours: DomainNeighbourList {
  var needsFullHalo: Bool { false }
  func build(_ domain: Domain) {}
}
