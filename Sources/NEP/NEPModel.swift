/// A neuroevolution potential (NEP): the energy of an atom is a small neural network of descriptors of its
/// environment.
///
/// Fan et al., Phys. Rev. B 104, 104309 (2021) [nep1]; J. Chem. Phys. 157, 114801 (2022) [nep3: eqs 2–15 there
/// are what `NEPKernel` computes]; Song et al., Nat. Commun. 15, 10208 (2024) [nep4 and the blend with ZBL];
/// nep5 is nep4 with a bias for each type, as GPUMD's `gnep` writes it.
package struct NEPModel: Sendable, Equatable {
  /// Chebyshev functions of the distance: how many each atom pair has, and how many combinations of them
  /// become descriptors.
  package struct RadialFunctions: Sendable, Equatable {
    /// n_max + 1.
    package var count: Int
    /// basis_size + 1.
    package var basisCount: Int
    /// Of an atom of each type, Å; a pair takes the mean of its two.
    package var cutoffs_A: [Double]
    /// Times the sum of the covalent radii: a pair's cut-off where that is shorter; nil for none.
    package var cutoffFactor: Double?
    /// `[n][k][type of the atom][type of the neighbour]`.
    package var coefficients: [Double] = []

    /// The cut-off of a pair of types, Å.
    func cutoff_A(_ i: Int, _ j: Int, elements: [String]) -> Double {
      let mean = (cutoffs_A[i] + cutoffs_A[j]) / 2
      guard let cutoffFactor else { return mean }
      return min(mean, cutoffFactor * CovalentRadius.sum_A(elements[i], elements[j]))
    }

    func coefficient(n: Int, k: Int, _ i: Int, _ j: Int) -> Double {
      coefficients[((n * basisCount + k) * cutoffs_A.count + i) * cutoffs_A.count + j]
    }
  }

  /// One hidden layer: U = Σ w1 tanh(w0 q − b0), less the bias that all types share.
  package struct Network: Sendable, Equatable {
    /// `[neuron][descriptor]`.
    package var w0: [Double]
    package var b0: [Double]
    package var w1: [Double]
    /// eV; subtracted from the energy of each atom of the type (nep5).
    package var bias_eV = 0.0
  }

  /// The file of the model.
  package let source: String
  /// 3, 4 or 5.
  package internal(set) var version: Int
  /// Symbols, in the order of the types.
  package let elements: [String]
  package var repulsion: NEPRepulsion?
  package var radial: RadialFunctions
  package var angular: RadialFunctions
  /// Angular descriptors of three bodies have the degrees 1 to this.
  package let largestDegree: Int
  /// Whether there are descriptors of four bodies (degrees 2, 2, 2) and of five (1, 1, 1, 1).
  package let hasFourBodies: Bool
  package let hasFiveBodies: Bool
  /// Further descriptors of four bodies, in the order of the file.
  package let triples: [NEPTriple]
  package internal(set) var neuronCount: Int
  /// One for each type (nep4, nep5), or one for all (nep3).
  package var networks: [Network]
  /// eV; subtracted from every atom's energy.
  package var bias_eV: Double
  /// Factor on each descriptor before the network.
  package var scaling: [Double]

  /// Descriptors of each of the angular functions.
  var angularKinds: Int { largestDegree + (hasFourBodies ? 1 : 0) + (hasFiveBodies ? 1 : 0) + triples.count }
  /// Descriptors of an atom.
  package var descriptorCount: Int { radial.count + angular.count * angularKinds }

  /// The largest cut-off of any pair of these elements, Å.
  package func cutoff_A(of present: [String]) -> Double {
    let types = Set(present).compactMap { elements.firstIndex(of: $0) }
    return types.reduce(0) { largest, i in
      types.reduce(largest) { max($0, radial.cutoff_A(i, $1, elements: elements)) }
    }
  }

  func network(of type: Int) -> Network { networks[networks.count == 1 ? 0 : type] }
}
