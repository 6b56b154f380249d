import Mathematics
import Support

extension TrainingFrame {
  /// Energies of another reference among those of a set: frames whose energy per atom is far from what the elements' mean
  /// energies, fitted to all frames, give.
  /// - Throws: ``InputError`` that names the frame that is furthest off.
  package static func checkEnergies(_ frames: [TrainingFrame], elements: Int) throws {
    var biases = EnergyBiases(types: elements, isByElement: true)
    for frame in frames {
      if let energy = frame.energy_eV { biases.add(frame, error_eV: energy) }
    }
    let means_eV = biases.changes_eV
    let errors = frames.compactMap { frame -> (frame: TrainingFrame, error_eV: Double)? in
      guard let energy = frame.energy_eV else { return nil }
      let mean = zip(frame.composition, means_eV).reduce(0) { $0 + $1.0 * $1.1 }
      return (frame, (energy - mean) / Double(frame.atomCount))
    }
    let sizes = errors.map { abs($0.error_eV) }.sorted()
    guard let median = sizes.isEmpty ? nil : sizes[sizes.count / 2] else { return }
    guard let worst = errors.max(by: { abs($0.error_eV) < abs($1.error_eV) }) else { return }
    let limit = max(largestSpread_eV, 20 * median)
    guard abs(worst.error_eV) > limit else { return }
    let origin = worst.frame.origin
    throw InputError(
      place: SourcePlace(file: origin.file, line: origin.line), key: "frame \(origin.frame)",
      found: "an energy \(rounded(worst.error_eV)) eV per atom from that of the other frames' elements",
      wanted: "within \(rounded(limit)) eV per atom: energies of one reference",
      message: "data: {check-energies: no} takes them as they are")
  }

  /// Thermal and compressed frames of one reference differ by some tenths of this, eV per atom.
  private static let largestSpread_eV = 0.5

  private static func rounded(_ energy: Double) -> String { "\((energy * 1000).rounded() / 1000)" }
}
