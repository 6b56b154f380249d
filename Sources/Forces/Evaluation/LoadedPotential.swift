import Crystal
import Model
import NEP

/// A potential whose file has been read, for a structure that is not part of a study: single points, phonons.
package enum LoadedPotential: Sendable {
  /// Pairs, bonds and charges.
  case forceField(ForceFieldFile)
  /// A neuroevolution potential.
  case nep(NEPModel)

  /// Whether it takes its terms from the ions, which then have to be those that it knows.
  package var needsIons: Bool {
    switch self {
    case .forceField: true
    case .nep: false
    }
  }

  /// - Throws: `PotentialError` for ions or elements that the potential does not know.
  package func topology(of structure: Structure) throws -> Topology {
    switch self {
    case .forceField(let file):
      try Topology(structure: structure, forceField: file, replacedMasses_amu: structure.ions.masses)
    case .nep(let model):
      try Topology(structure: structure, nep: model, replacedMasses_amu: structure.ions.masses)
    }
  }

  /// Settings for energies and their derivatives: double precision, and a Coulomb sum that is accurate to 1e-7.
  package func preciseSettings(for structure: Structure) -> ForceSettings {
    switch self {
    case .forceField: ForceSettings(coulombAccuracy: 1e-7, precision: .double)
    case .nep(let model): ForceSettings(nep: model, elements: structure.elements, precision: .double)
    }
  }
}
