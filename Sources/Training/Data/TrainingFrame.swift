import Mathematics
import NEP
import Support

/// A frame of a training set: its atoms, and what the model has to give for it.
package struct TrainingFrame: Sendable {
  /// Where a frame comes from.
  package struct Origin: Sendable, Codable, Hashable {
    package var file: String
    /// From 1, and the line on which it begins.
    package var frame: Int
    package var line: Int
    /// What the file calls the kind of system, and how the frame was made.
    package var system: String?
    package var source: String?
  }

  package let geometry: NEPFrame
  package let origin: Origin
  /// Labels less what the model does not have to learn, `fixed`; nil where the frame has none. eV; eV/Å; −V times the stress, eV.
  package let energy_eV: Double?
  package let forces_eV_A: [Vector3]?
  package let virial_eV: Tensor3?
  /// The energy, forces and virial of the base potential and the repulsion.
  package let fixed: NEPGradient.Values
  /// Factors on the frame's part of the loss, and on that of its energy.
  package let weight: Double
  package let energyWeight: Double
  /// The atoms of each ion of several atoms, in the order of the frame, and their places about its centre of mass, Å.
  package let ions: [TrainingIon]

  package var atomCount: Int { geometry.atomCount }
  /// The number of atoms of each of the model's elements.
  package let composition: [Double]

  /// What an epoch costs for the frame, in any unit: pairs for the functions of distances, atoms for the network.
  var cost: Int { geometry.pairCount + 80 * geometry.atomCount }
}

/// An ion of several atoms.
package struct TrainingIon: Sendable {
  package let atoms: [Int]
  /// Å, from the centre of mass.
  package let places: [Vector3]
}
