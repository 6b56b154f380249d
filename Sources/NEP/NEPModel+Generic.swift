import Crystal
import Mathematics

extension NEPModel {
  /// A model for its descriptors alone, where there is none that was trained: its energies are 0.
  ///
  /// Cut-offs of 6 and 5 Å, `n_max 6 5`, `basis_size 8 8`, `l_max 4 2 1`: what models of these salts have. The coefficients of a
  /// pair of elements are random numbers that depend on these two elements only, so that the descriptors of an atom do not
  /// depend on which other elements a set of frames has. Unlike equal coefficients for all pairs, they tell elements apart.
  /// - Parameter elements: symbols of elements, each once.
  package static func generic(elements: [String]) -> NEPModel {
    var radial = RadialFunctions(count: 7, basisCount: 9, cutoffs_A: elements.map { _ in 6 })
    var angular = RadialFunctions(count: 6, basisCount: 9, cutoffs_A: elements.map { _ in 5 })
    radial.coefficients = randomCoefficients(radial, elements, purpose: 1)
    angular.coefficients = randomCoefficients(angular, elements, purpose: 2)
    let dimension = radial.count + angular.count * 6
    return NEPModel(
      source: "generic descriptors", version: 3, elements: elements, repulsion: nil, radial: radial,
      angular: angular, largestDegree: 4, hasFourBodies: true, hasFiveBodies: true, triples: [],
      neuronCount: 1,
      networks: [Network(w0: [Double](repeating: 0, count: dimension), b0: [0], w1: [0])], bias_eV: 0,
      scaling: [Double](repeating: 1, count: dimension))
  }

  /// Uniform from −1 to 1, `[n][k][element][neighbour's element]`.
  private static func randomCoefficients(
    _ functions: RadialFunctions, _ elements: [String], purpose: UInt64
  ) -> [Double] {
    let numbers = elements.map { UInt64(Element(symbol: $0)?.atomicNumber ?? 0) }
    var coefficients: [Double] = []
    for n in 0..<functions.count {
      for k in 0..<functions.basisCount {
        for own in numbers {
          for other in numbers {
            let pair = SplitMix64.number(Int(own << 16 | other << 8 | purpose), seed: 0)
            let bits = SplitMix64.number(n * functions.basisCount + k + 1, seed: pair)
            coefficients.append(Double(bits >> 11) / 4_503_599_627_370_496 - 1)
          }
        }
      }
    }
    return coefficients
  }
}
