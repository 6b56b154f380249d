import Mathematics

/// A frame with the errors that a model has there.
package struct WorstFrame: Codable, Sendable {
  /// Of the force on one atom.
  package struct Force: Codable, Sendable {
    /// The length of the difference, eV/Å.
    package let error_eV_A: Double
    /// From 1, in the order of the file.
    package let atom: Int
    package let element: String
  }

  package let origin: TrainingFrame.Origin
  package let atoms: Int
  /// Nil without forces.
  package let largestForce: Force?
  /// Of components, eV/Å.
  package let forceError_eV_A: Double?
  /// Predicted less label, eV per atom; nil without an energy.
  package let energyError_eV: Double?

  init(_ symbols: [String], _ prediction: TrainingPrediction) {
    origin = prediction.origin
    atoms = symbols.count
    let errors = zip(prediction.found.forces_eV_A, prediction.wantedForces_eV_A ?? []).map { $0 - $1 }
    let sizes = errors.map { dot($0, $0) }
    forceError_eV_A =
      errors.isEmpty ? nil : (sizes.reduce(0, +) / Double(3 * errors.count)).squareRoot()
    largestForce = sizes.indices.max { sizes[$0] < sizes[$1] }.map {
      Force(error_eV_A: sizes[$0].squareRoot(), atom: $0 + 1, element: symbols[$0])
    }
    let found_eV = prediction.found.energy_eV
    energyError_eV = prediction.wantedEnergy_eV.map { (found_eV - $0) / Double(symbols.count) }
  }

  /// Frames with forces come before those without.
  static func most(_ count: Int, of frames: [WorstFrame]) -> [WorstFrame] {
    func rank(_ frame: WorstFrame) -> (Double, Double) {
      (frame.largestForce?.error_eV_A ?? -1, abs(frame.energyError_eV ?? 0))
    }
    return Array(frames.sorted { rank($0) > rank($1) }.prefix(count))
  }
}
