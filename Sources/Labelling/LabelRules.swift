import Mathematics

/// What a label has to satisfy to get into a training set.
package struct LabelRules: Equatable, Sendable {
  /// The longest force on an atom, eV/Å. Frames above it are broken or so far from anything sampled that they harm a fit.
  package var largestForce_eV_A = 50.0
  /// The longest sum of all forces over the number of atoms, eV/Å: forces of a converged engine add up to its noise.
  package var netForce_eV_A = 0.05

  package init() {}

  /// Why a label is refused; nil where it is not.
  func refusal(_ label: FrameLabel) -> LabelRefusal? {
    if let quantity = label.notFinite { return .notFinite(quantity) }
    var sum = Vector3()
    var largest = (force: 0.0, atom: 0)
    for (atom, force) in label.forces_eV_A.enumerated() {
      sum += force
      if length(force) > largest.force { largest = (length(force), atom) }
    }
    if largest.force > largestForce_eV_A {
      return .largestForce(force_eV_A: largest.force, atom: largest.atom, limit_eV_A: largestForce_eV_A)
    }
    let net = length(sum) / Double(max(1, label.forces_eV_A.count))
    return net > netForce_eV_A ? .netForce(force_eV_A: net, limit_eV_A: netForce_eV_A) : nil
  }
}
