import Model

/// The parameters of a model for the types of a structure, as the kernel reads them: padded to whole registers, with
/// factors multiplied in.
final class NEPWeights<V: SIMDVector> {
  typealias Number = V.Number

  /// The radial functions of pairs of types: g_n(r) = fc(r) Σ_k a_nk T_k(x), x = 2 (r/rc − 1)² − 1.
  ///
  /// f_k = (T_k + 1) fc/2 of the file's coefficients c_nk become a_nk = c_nk/2, and a_n0 half of the sum of all
  /// as well; b_nk is the series of Σ_k a_nk dT_k/dx.
  struct Functions {
    let count: Int
    let basisCount: Int
    /// `count` and `basisCount` in whole registers.
    let paddedCount: Int
    let paddedBasis: Int
    /// `[type][neighbour's type]`, Å² and 1/Å.
    let cutoffSquares: [Double]
    let perCutoff: [Number]
    /// a and b, `[type][neighbour's type][n][k, padded]`.
    let series: Padded
    let slopes: Padded
    /// a, `[type][neighbour's type][k][n, padded]`.
    let transposed: Padded

    init(_ functions: NEPModel.RadialFunctions, _ types: [Int], elements: [String]) {
      let count = functions.count
      let basis = functions.basisCount
      self.count = count
      basisCount = basis
      paddedCount = wholeLanes(count, V.width)
      paddedBasis = wholeLanes(basis, V.width)
      let pairs = types.flatMap { i in types.map { (i, $0) } }
      let cutoffs_A = pairs.map { functions.cutoff_A($0, $1, elements: elements) }
      cutoffSquares = cutoffs_A.map { $0 * $0 }
      perCutoff = cutoffs_A.map { Number(1 / $0) }
      series = Padded(pairs.count * count * paddedBasis)
      slopes = Padded(pairs.count * count * paddedBasis)
      transposed = Padded(pairs.count * basis * paddedCount)
      fill(functions, types)
    }

    /// Takes over the coefficients of functions of the same sizes.
    func fill(_ functions: NEPModel.RadialFunctions, _ types: [Int]) {
      let basis = basisCount
      let pairs = types.flatMap { i in types.map { (i, $0) } }
      for (index, (i, j)) in pairs.enumerated() {
        for n in 0..<count {
          let c = (0..<basis).map { functions.coefficient(n: n, k: $0, i, j) }
          var a = c.map { $0 / 2 }
          a[0] += c.reduce(0, +) / 2
          let b = Self.slope(a)
          let row = (index * count + n) * paddedBasis
          for k in 0..<basis {
            series.numbers[row + k] = Number(a[k])
            slopes.numbers[row + k] = Number(b[k])
            transposed.numbers[(index * basis + k) * paddedCount + n] = Number(a[k])
          }
        }
      }
    }

    /// The Chebyshev series of the derivative of one.
    private static func slope(_ a: [Double]) -> [Double] {
      var b = [Double](repeating: 0, count: a.count + 2)
      for k in stride(from: a.count - 1, to: 0, by: -1) { b[k - 1] = b[k + 1] + Double(2 * k) * a[k] }
      b[0] /= 2
      return Array(b.prefix(a.count))
    }
  }

  /// The network of one type, the scaling of the descriptors multiplied in.
  struct Network {
    /// `[descriptor][neuron, padded]` and `[neuron][descriptor, padded]`.
    let byDescriptor: Padded
    let byNeuron: Padded
    /// Padded with zeros, so that padded neurons add nothing.
    let biases: Padded
    let outputs: Padded
    /// eV; subtracted from the energy of each atom of the type.
    private(set) var bias_eV: Double

    init(_ network: NEPModel.Network, scaling: [Double], neurons: Int) {
      bias_eV = network.bias_eV
      let descriptors = scaling.count
      let paddedNeurons = wholeLanes(neurons, V.width)
      let paddedDescriptors = wholeLanes(descriptors, V.width)
      byDescriptor = Padded(descriptors * paddedNeurons)
      byNeuron = Padded(neurons * paddedDescriptors)
      biases = Padded(paddedNeurons)
      outputs = Padded(paddedNeurons)
      fill(network, scaling: scaling, neurons: neurons)
    }

    /// Takes over the parameters of a network of the same size.
    mutating func fill(_ network: NEPModel.Network, scaling: [Double], neurons: Int) {
      bias_eV = network.bias_eV
      let descriptors = scaling.count
      let paddedNeurons = wholeLanes(neurons, V.width)
      let paddedDescriptors = wholeLanes(descriptors, V.width)
      for neuron in 0..<neurons {
        biases.numbers[neuron] = Number(network.b0[neuron])
        outputs.numbers[neuron] = Number(network.w1[neuron])
        for d in 0..<descriptors {
          let weight = Number(network.w0[neuron * descriptors + d] * scaling[d])
          byDescriptor.numbers[d * paddedNeurons + neuron] = weight
          byNeuron.numbers[neuron * paddedDescriptors + d] = weight
        }
      }
    }
  }

  /// Numbers, padded by one register that is read beyond their end.
  final class Padded: @unchecked Sendable {
    let numbers: UnsafeMutablePointer<Number>

    init(_ count: Int) {
      numbers = .allocate(capacity: count + V.width)
      numbers.initialize(repeating: 0, count: count + V.width)
    }

    deinit { numbers.deallocate() }
  }

  let typeCount: Int
  /// The type of the model of each type.
  private let types: [Int]
  let radial: Functions
  let angular: Functions
  private(set) var networks: [Network]
  let neuronCount: Int
  let descriptorCount: Int
  private(set) var bias_eV: Double
  let basis: HarmonicBasis
  let hasFourBodies: Bool
  let hasFiveBodies: Bool
  /// Further descriptors of four bodies.
  let triples: [TripleInvariant]
  /// `[type][neighbour's type]`; empty for none.
  let repulsions: [NEPRepulsion.Pair]

  /// - Parameter elements: of the types, in their order.
  /// - Throws: `PotentialError` for an element that the model does not know.
  init(_ model: NEPModel, elements: [String]) throws {
    types = try elements.map { element in
      guard let index = model.elements.firstIndex(of: element) else {
        throw PotentialError(
          "\(model.source) knows no \(element), which the structure holds; it knows "
            + model.elements.joined(separator: ", "))
      }
      return index
    }
    typeCount = types.count
    radial = Functions(model.radial, types, elements: model.elements)
    angular = Functions(model.angular, types, elements: model.elements)
    networks = types.map {
      Network(model.network(of: $0), scaling: model.scaling, neurons: model.neuronCount)
    }
    neuronCount = model.neuronCount
    descriptorCount = model.descriptorCount
    bias_eV = model.bias_eV
    basis = HarmonicBasis(largestDegree: model.largestDegree)
    hasFourBodies = model.hasFourBodies
    hasFiveBodies = model.hasFiveBodies
    triples = model.triples.map { [basis] in TripleInvariant($0, basis) }
    repulsions =
      model.repulsion.map { [types] zbl in types.flatMap { i in types.map { zbl.pair(i, $0) } } } ?? []
  }

  /// Takes over the parameters of a model of the same sizes.
  func fill(_ model: NEPModel) {
    radial.fill(model.radial, types)
    angular.fill(model.angular, types)
    for (index, type) in types.enumerated() {
      networks[index].fill(model.network(of: type), scaling: model.scaling, neurons: neuronCount)
    }
    bias_eV = model.bias_eV
  }
}

extension NEPWeights {
  /// Whether another model has the same neighbours and the same functions of their places.
  func hasSurroundings(of other: NEPWeights) -> Bool {
    radial.cutoffSquares == other.radial.cutoffSquares && angular.cutoffSquares == other.angular.cutoffSquares
      && radial.basisCount == other.radial.basisCount && angular.basisCount == other.angular.basisCount
      && angular.count == other.angular.count && basis.largestDegree == other.basis.largestDegree
  }
}

/// The next multiple of a register's width.
func wholeLanes(_ count: Int, _ width: Int) -> Int { (count + width - 1) / width * width }
