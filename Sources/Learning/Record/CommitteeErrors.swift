import Forces
import MPI
import Manifest
import PotentialKeys
import SinglePoints
import Support

/// The errors of a committee's mean on labelled frames.
package struct CommitteeErrors: Codable, Sendable, Equatable {
  /// The errors of one quantity, in the unit of ``ErrorGroup/Quantity/unit``.
  package struct Row: Codable, Sendable, Equatable {
    package var quantity: ErrorGroup.Quantity
    package var of: ErrorGroup.Members
    package var errors: PairedErrors
  }

  package var frames: Int
  package var rows: [Row]

  package subscript(_ quantity: ErrorGroup.Quantity, _ members: ErrorGroup.Members = .all) -> PairedErrors? {
    rows.first { $0.quantity == quantity && $0.of == members }?.errors
  }

  /// Evaluates the frames of a file.
  /// - Parameter potential: the path of a `potential.yaml`.
  /// - Throws: ``InputError`` with file and frame.
  static func evaluate(_ potential: String, _ path: String, on communicator: Communicator) throws
    -> CommitteeErrors
  {
    let loaded = try LoadedPotential(PotentialSpecification(argument: potential))
    let found = try FrameEnergies(
      FrameEnergies.Request(path: path, potential: loaded, keys: try ReferenceKeys()), on: communicator)
    let rows = (found.all?.rows ?? []).map {
      Row(quantity: $0.group.quantity, of: $0.group.members, errors: $0.errors)
    }
    return CommitteeErrors(frames: found.all?.frames ?? 0, rows: rows)
  }
}
