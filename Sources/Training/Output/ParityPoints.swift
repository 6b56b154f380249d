import Crystal
import Mathematics
import NEP

/// Pairs of label and prediction for figures, evenly chosen where there are many.
package struct ParityPoints: Codable, Sendable {
  package struct Series: Codable, Sendable {
    /// An element's symbol; nil for energies and virials.
    package let element: String?
    /// Of all pairs, of which these are some.
    package let count: Int
    package let labels: [Double]
    package let predictions: [Double]
  }

  /// Per atom, eV.
  package let energies: Series?
  /// Components by element, eV/Å.
  package let forces: [Series]
  /// Components per atom, eV.
  package let virials: Series?

  /// A page with more points is slow to load.
  private static let most = (energies: 1500, forces: 3000, virials: 1500)

  init(_ entries: [LabelledFrames.Entry], _ predictions: [TrainingPrediction]) {
    var (energies, virials) = (Pairs(), Pairs())
    var forces: [String: Pairs] = [:]
    for (entry, prediction) in zip(entries, predictions) {
      let found = prediction.found
      let atoms = Double(found.forces_eV_A.count)
      if let energy = prediction.wantedEnergy_eV { energies.add(energy / atoms, found.energy_eV / atoms) }
      for (atom, force) in (prediction.wantedForces_eV_A ?? []).enumerated() {
        let symbol = entry.frame.symbols[atom]
        let element = Element(symbol: symbol)?.chemicalSymbol ?? symbol
        for axis in 0..<3 {
          forces[element, default: Pairs()].add(force[axis], found.forces_eV_A[atom][axis])
        }
      }
      if let virial = prediction.wantedVirial_eV {
        for (label, value) in zip(virial.sixComponents, found.virial_eV.sixComponents) {
          virials.add(label / atoms, value / atoms)
        }
      }
    }
    self.energies = energies.series(most: Self.most.energies)
    self.virials = virials.series(most: Self.most.virials)
    let share = Self.most.forces / max(forces.count, 1)
    self.forces = forces.sorted { $0.key < $1.key }.compactMap { $1.series($0, most: share) }
  }
}

private struct Pairs {
  private var labels: [Double] = []
  private var predictions: [Double] = []

  mutating func add(_ label: Double, _ prediction: Double) {
    labels.append(label)
    predictions.append(prediction)
  }

  /// Nil without any.
  func series(_ element: String? = nil, most: Int) -> ParityPoints.Series? {
    guard !labels.isEmpty else { return nil }
    let count = labels.count
    let step = Double(count) / Double(most)
    // One of each step, each time at another place in it: equal steps would fall on the same atom of frames of one size.
    let chosen =
      count <= most
      ? Array(0..<count)
      : (0..<most).map { number in
        let place = (Double(number) * 0.618033988749895).truncatingRemainder(dividingBy: 1)
        return min(Int((Double(number) + place) * step), count - 1)
      }
    func rounded(_ values: [Double]) -> [Double] { chosen.map { (values[$0] * 1e6).rounded() / 1e6 } }
    return ParityPoints.Series(
      element: element, count: count, labels: rounded(labels), predictions: rounded(predictions))
  }
}
