import Mathematics
import Support

extension TrainingFrame {
  /// Energies of another reference among those of a set: frames whose energy per atom is far from what the elements' mean
  /// energies, fitted to all frames by least absolute deviations, give; and frames of one composition whose energies fall into two groups.
  /// - Throws: ``InputError`` that names the frame that is furthest off.
  package static func checkEnergies(_ frames: [TrainingFrame], elements: Int) throws {
    try checkGroups(frames)
    var errors: [(frame: TrainingFrame, error_eV: Double)] = []
    var factors = frames.map { _ in 1.0 }
    // Least squares with weights 1/|r|: a few frames far off do not pull the others along.
    for _ in 0..<30 {
      var biases = EnergyBiases(types: elements, isByElement: true)
      for (frame, factor) in zip(frames, factors) {
        if let energy = frame.energy_eV { biases.add(frame, error_eV: energy, factor: factor) }
      }
      let means_eV = biases.changes_eV
      errors.removeAll(keepingCapacity: true)
      for (index, frame) in frames.enumerated() {
        guard let energy = frame.energy_eV else { continue }
        let mean = zip(frame.composition, means_eV).reduce(0) { $0 + $1.0 * $1.1 }
        let error_eV = (energy - mean) / Double(frame.atomCount)
        errors.append((frame, error_eV))
        factors[index] = 1 / max(abs(error_eV), 0.01)
      }
    }
    let sizes = errors.map { abs($0.error_eV) }.sorted()
    guard let median = sizes.isEmpty ? nil : sizes[sizes.count / 2] else { return }
    guard let worst = errors.max(by: { abs($0.error_eV) < abs($1.error_eV) }) else { return }
    let limit = max(largestSpread_eV, 20 * median)
    guard abs(worst.error_eV) > limit else { return }
    throw problem(worst.frame, worst.error_eV, limit)
  }

  private static func problem(_ frame: TrainingFrame, _ error_eV: Double, _ limit_eV: Double) -> InputError {
    let origin = frame.origin
    return InputError(
      place: SourcePlace(file: origin.file, line: origin.line), key: "frame \(origin.frame)",
      found: "an energy \(rounded(error_eV)) eV per atom from that of the other frames' elements",
      wanted: "within \(rounded(limit_eV)) eV per atom: energies of one reference",
      message: "data: {check-energies: no} takes them as they are")
  }

  /// Fewer frames of a composition do not tell of groups.
  private static let fewestOfGroup = 5

  /// Two references in one composition leave a gap between the energies per atom that is far wider than all others.
  private static func checkGroups(_ frames: [TrainingFrame]) throws {
    var groups: [[Double]: [(energy_eV: Double, frame: TrainingFrame)]] = [:]
    for frame in frames {
      guard let energy = frame.energy_eV else { continue }
      let atoms = Double(frame.atomCount)
      groups[frame.composition.map { $0 / atoms }, default: []].append((energy / atoms, frame))
    }
    let ordered = groups.values.sorted { $0[0].frame.origin.frame < $1[0].frame.origin.frame }
    for group in ordered where group.count >= fewestOfGroup {
      let sorted = group.sorted { $0.energy_eV < $1.energy_eV }
      let gaps = zip(sorted.dropFirst(), sorted).map { $0.energy_eV - $1.energy_eV }
      guard let widest = gaps.indices.max(by: { gaps[$0] < gaps[$1] }) else { continue }
      let others = gaps.indices.filter { $0 != widest }.map { gaps[$0] }.max() ?? 0
      let limit = max(largestSpread_eV, 20 * others)
      guard gaps[widest] > limit else { continue }
      // The smaller group is named.
      let isUpper = sorted.count - widest - 1 <= widest + 1
      throw problem(
        sorted[isUpper ? widest + 1 : widest].frame, isUpper ? gaps[widest] : -gaps[widest], limit)
    }
  }

  /// Thermal and compressed frames of one reference differ by some tenths of this, eV per atom.
  private static let largestSpread_eV = 0.5

  private static func rounded(_ energy: Double) -> String { "\((energy * 1000).rounded() / 1000)" }
}
