import Decomposition

/// How far the members of a committee of models disagree on the forces, by element and by kind of ion.
package struct ModelDeviations: Sendable {
  /// Of one element or kind of ion.
  package struct Share: Sendable {
    /// Root mean square over its atoms, eV/Å.
    package var rms_eV_per_A: Double
    package var largest_eV_per_A: Double
  }

  /// In the order of `AtomKinds.names`.
  package var shares: [Share]
  /// Over all atoms, eV/Å.
  package var largest_eV_per_A: Double
  /// Of each own atom of this rank, eV/Å.
  package var ofAtoms_eV_per_A: [Double]

  /// Root mean square and largest of each, one after the other.
  package var flat: [Double] { shares.flatMap { [$0.rms_eV_per_A, $0.largest_eV_per_A] } }
}

extension AtomKinds {
  /// The deviations at the positions of the last evaluation of forces. Every rank must call.
  /// - Returns: nil for a single potential.
  package func deviations(in simulation: Simulation) throws -> ModelDeviations? {
    guard let own = try simulation.forceEvaluator.modelDeviations_eV_per_A() else { return nil }
    let domain = simulation.domain
    var sums = [Double](repeating: 0, count: 2 * names.count)
    var largest = [Double](repeating: 0, count: names.count)
    forEach(in: domain) { i, kind in
      sums[2 * kind] += own[i] * own[i]
      sums[2 * kind + 1] += 1
      largest[kind] = max(largest[kind], own[i])
    }
    try domain.communicator.reduce(&sums, .sum)
    try domain.communicator.reduce(&largest, .max)
    return ModelDeviations(
      shares: names.indices.map { kind in
        ModelDeviations.Share(
          rms_eV_per_A: (sums[2 * kind] / max(sums[2 * kind + 1], 1)).squareRoot(),
          largest_eV_per_A: largest[kind])
      }, largest_eV_per_A: largest.max() ?? 0, ofAtoms_eV_per_A: own)
  }
}
