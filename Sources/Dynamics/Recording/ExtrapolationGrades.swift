import Decomposition

/// How far atoms are from the environments of a model's training set, by element and by kind of ion: their extrapolation
/// grade γ.
package struct ExtrapolationGrades: Sendable {
  /// Of one element or kind of ion.
  package struct Share: Sendable {
    /// Mean of γ over its atoms.
    package var mean: Double
    package var largest: Double
    /// Atoms with γ above 1: outside of what the training set spans.
    package var outside: Int
  }

  /// In the order of `AtomKinds.names`.
  package var shares: [Share]
  /// Over all atoms.
  package var largest: Double
  /// Atoms of the cell with γ above 1.
  package var outside: Int
  /// γ of each own atom of this rank.
  package var ofAtoms: [Double]

  /// Mean, largest and number of atoms outside of each, one after the other.
  package var flat: [Double] { shares.flatMap { [$0.mean, $0.largest, Double($0.outside)] } }
}

extension AtomKinds {
  /// The grades at the positions of the last evaluation of forces. Every rank must call.
  /// - Returns: nil for a potential without an active set.
  package func grades(in simulation: Simulation) throws -> ExtrapolationGrades? {
    guard let own = simulation.forceEvaluator.extrapolationGrades() else { return nil }
    let domain = simulation.domain
    // Of each kind Σγ, its atoms and those outside.
    var sums = [Double](repeating: 0, count: 3 * names.count)
    var largest = [Double](repeating: 0, count: names.count)
    forEach(in: domain) { i, kind in
      sums[3 * kind] += own[i]
      sums[3 * kind + 1] += 1
      if own[i] > 1 { sums[3 * kind + 2] += 1 }
      largest[kind] = max(largest[kind], own[i])
    }
    try domain.communicator.reduce(&sums, .sum)
    try domain.communicator.reduce(&largest, .max)
    let shares = names.indices.map { kind in
      ExtrapolationGrades.Share(
        mean: sums[3 * kind] / max(sums[3 * kind + 1], 1), largest: largest[kind],
        outside: Int(sums[3 * kind + 2]))
    }
    return ExtrapolationGrades(
      shares: shares, largest: largest.max() ?? 0,
      outside: shares.prefix(elementCount).reduce(0) { $0 + $1.outside }, ofAtoms: own)
  }
}
