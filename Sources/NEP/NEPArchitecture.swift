/// What a model is made of, without its parameters.
package struct NEPArchitecture: Sendable, Equatable, Codable {
  /// Symbols, in the order of the types.
  package var elements: [String] = []
  /// Radial and angular cut-off, Å: one pair for all, or one for each element.
  package var cutoffs_A: [Pair<Double>] = [Pair(radial: 6, angular: 5)]
  /// The highest order n of the radial functions, of which there is one more.
  package var highestOrder = Pair(radial: 6, angular: 5)
  /// The highest degree of the Chebyshev functions of each, of which there is one more.
  package var basisSize = Pair(radial: 8, angular: 8)
  /// Of descriptors of three bodies.
  package var largestDegree = 4
  /// Descriptors of four bodies (2, 2, 2), of five (1, 1, 1, 1), and more of four.
  package var hasFourBodies = true
  package var hasFiveBodies = true
  package var triples: [NEPTriple] = []
  package var neurons = 30
  package var repulsion: Repulsion?

  /// One number for radial, one for angular functions.
  package struct Pair<T: Sendable & Codable & Equatable>: Sendable, Codable, Equatable {
    package var radial: T
    package var angular: T

    package init(radial: T, angular: T) {
      self.radial = radial
      self.angular = angular
    }
  }

  /// The repulsion of ZBL, which is not trained.
  package struct Repulsion: Sendable, Codable, Equatable {
    /// Zero from here on, Å.
    package var outer_A: Double
    /// Zero at this times the sum of the covalent radii, where that is shorter; nil for the same for all pairs, in full below
    /// half of `outer_A`.
    package var factor: Double?

    package init(outer_A: Double, factor: Double?) {
      self.outer_A = outer_A
      self.factor = factor
    }
  }

  package init() {}

  /// The architecture of a model.
  package init(of model: NEPModel) {
    elements = model.elements
    cutoffs_A = zip(model.radial.cutoffs_A, model.angular.cutoffs_A).map { Pair(radial: $0, angular: $1) }
    highestOrder = Pair(radial: model.radial.count - 1, angular: model.angular.count - 1)
    basisSize = Pair(radial: model.radial.basisCount - 1, angular: model.angular.basisCount - 1)
    largestDegree = model.largestDegree
    (hasFourBodies, hasFiveBodies, triples) = (model.hasFourBodies, model.hasFiveBodies, model.triples)
    neurons = model.neuronCount
    switch model.repulsion?.form {
    case .universal(_, let outer_A): repulsion = Repulsion(outer_A: outer_A, factor: nil)
    case .typewise(let outer_A, let factor, _): repulsion = Repulsion(outer_A: outer_A, factor: factor)
    case .flexible, nil: repulsion = nil
    }
  }
}

extension NEPTriple: Codable {}

extension NEPModel {
  /// A model with all parameters 0 and all scalings 1.
  /// - Parameters:
  ///   - source: what messages call it.
  ///   - version: 4, or 5 for a bias of each type.
  package init(_ architecture: NEPArchitecture, source: String, version: Int) {
    self.source = source
    self.version = version
    elements = architecture.elements
    radial = architecture.functions(\.radial, \.radial)
    angular = architecture.functions(\.angular, \.angular)
    largestDegree = architecture.largestDegree
    hasFourBodies = architecture.hasFourBodies
    hasFiveBodies = architecture.hasFiveBodies
    triples = architecture.triples
    neuronCount = architecture.neurons
    repulsion = architecture.repulsion.map { repulsion in
      NEPRepulsion(
        form: repulsion.factor.map { .typewise(outer_A: repulsion.outer_A, factor: $0, innerShare: 0) }
          ?? .universal(inner_A: repulsion.outer_A / 2, outer_A: repulsion.outer_A),
        elements: architecture.elements)
    }
    bias_eV = 0
    let kinds =
      largestDegree + (hasFourBodies ? 1 : 0) + (hasFiveBodies ? 1 : 0) + architecture.triples.count
    let descriptors = radial.count + angular.count * kinds
    scaling = [Double](repeating: 1, count: descriptors)
    let neurons = architecture.neurons
    networks = elements.map { _ in
      Network(
        w0: [Double](repeating: 0, count: neurons * descriptors), b0: [Double](repeating: 0, count: neurons),
        w1: [Double](repeating: 0, count: neurons))
    }
  }
}

extension NEPArchitecture {
  fileprivate func functions(
    _ part: KeyPath<Pair<Double>, Double>, _ number: KeyPath<Pair<Int>, Int>
  ) -> NEPModel.RadialFunctions {
    let cutoffs = cutoffs_A.map { $0[keyPath: part] }
    let count = highestOrder[keyPath: number] + 1
    let basis = basisSize[keyPath: number] + 1
    let types = elements.count
    return NEPModel.RadialFunctions(
      count: count, basisCount: basis,
      cutoffs_A: cutoffs.count == types ? cutoffs : elements.map { _ in cutoffs.first ?? 0 },
      cutoffFactor: nil, coefficients: [Double](repeating: 0, count: types * types * count * basis))
  }
}
