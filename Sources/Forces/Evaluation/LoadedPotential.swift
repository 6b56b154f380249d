import Crystal
import Model
import NEP

/// A potential whose file has been read, for a structure that is not part of a study: single points, phonons.
package enum LoadedPotential: Sendable {
  /// Pairs, bonds and charges.
  case forceField(ForceFieldFile)
  /// A neuroevolution potential, or the mean of several, by itself or added to a force field.
  case nep([NEPModel], base: ForceFieldFile?)

  /// Whether it takes its terms from the ions, which then have to be those that it knows.
  package var needsIons: Bool {
    switch self {
    case .forceField: true
    case .nep(_, let base): base != nil
    }
  }

  /// - Throws: `PotentialError` for ions or elements that the potential does not know.
  package func topology(of structure: Structure) throws -> Topology {
    switch self {
    case .forceField(let file), .nep(_, .some(let file)):
      try Topology(structure: structure, forceField: file, replacedMasses_amu: structure.ions.masses)
    case .nep(let models, nil):
      if let model = models.first {
        try Topology(structure: structure, nep: model, replacedMasses_amu: structure.ions.masses)
      } else {
        throw PotentialError("no model")
      }
    }
  }

  /// Settings for energies and their derivatives: double precision, and a Coulomb sum that is accurate to 1e-7.
  package func preciseSettings(for structure: Structure) -> ForceSettings {
    var settings = ForceSettings(coulombAccuracy: 1e-7, precision: .double)
    if case .nep(let models, let base) = self {
      settings.nep = NEPForces(models, elements: structure.elements, isCorrection: base != nil)
      settings.skin_A = 1
    }
    return settings
  }
}
