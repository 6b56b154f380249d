import Crystal
import Decomposition
import MPI
import Mathematics
import Model

/// The long-range part of the Ewald sum on a mesh, in the precision of a run.
package final class LongRangeCoulomb {
  private enum Engine {
    case mixed(EwaldMesh<Float>)
    case double(EwaldMesh<Double>)
  }

  private let engine: Engine

  /// How the mesh is divided among the ranks.
  package let layout: MeshLayout

  /// - Parameter layout: of the mesh on the ranks.
  /// - Throws: `PotentialError` when there is no transform for the mesh.
  package init(
    _ parameters: EwaldParameters, topology: Topology, cell: Cell, communicator: Communicator,
    precision: Precision, layout: MeshLayout
  ) throws {
    self.layout = layout
    switch precision {
    case .mixed:
      engine = .mixed(
        try EwaldMesh(parameters, topology: topology, cell: cell, communicator: communicator, layout: layout))
    case .double:
      engine = .double(
        try EwaldMesh(parameters, topology: topology, cell: cell, communicator: communicator, layout: layout))
    }
  }

  /// Changes the cell; the number of grid points stays.
  package func setCell(_ cell: Cell) {
    switch engine {
    case .mixed(let mesh): mesh.setCell(cell)
    case .double(let mesh): mesh.setCell(cell)
    }
  }

  /// Sizes the region of the mesh for the charges of this rank, which may move by `margin_A` (Å). Every rank must call.
  package func prepare(positions: UnsafePointer<Vector3>, count: Int, margin_A: Double) throws {
    switch engine {
    case .mixed(let mesh): try mesh.prepare(positions: positions, count: count, margin_A: margin_A)
    case .double(let mesh): try mesh.prepare(positions: positions, count: count, margin_A: margin_A)
    }
  }

  /// Spreads this rank's charges on its part of the mesh, and sends what other ranks need.
  package func spread(
    positions: UnsafePointer<Vector3>, types: UnsafePointer<Int32>, count: Int, clock: PhaseClock
  ) throws {
    switch engine {
    case .mixed(let mesh): try mesh.spread(positions, types, count, clock)
    case .double(let mesh): try mesh.spread(positions, types, count, clock)
    }
  }

  /// Adds this rank's forces and returns its part of the energy (eV) and of the virial (−∂E/∂strain, eV). After
  /// `spread`.
  package func compute(
    positions: UnsafePointer<Vector3>, types: UnsafePointer<Int32>, count: Int,
    forces: UnsafeMutablePointer<Vector3>, wantsEnergy: Bool, clock: PhaseClock
  ) throws -> (energy: Double, virial: Tensor3) {
    switch engine {
    case .mixed(let mesh): try mesh.compute(positions, types, count, forces, wantsEnergy, clock)
    case .double(let mesh): try mesh.compute(positions, types, count, forces, wantsEnergy, clock)
    }
  }

  /// Messages and bytes that this rank sends in a step.
  package var trafficPerStep: (messages: Int, bytes: Int) {
    switch engine {
    case .mixed(let mesh): mesh.trafficPerStep
    case .double(let mesh): mesh.trafficPerStep
    }
  }
}
