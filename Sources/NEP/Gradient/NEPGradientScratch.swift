/// Arrays of one atom and sums over atoms for ``NEPGradientKernel``.
final class NEPGradientScratch<V: SIMDVector> {
  typealias Numbers = UnsafeMutablePointer<V.Number>

  /// Functions of the harmonic basis, in whole registers.
  let functions: Int
  /// By type of neighbour and Chebyshev function k: Σ_j T_k times what stands in the rows, `[type][k][3 functions]`: the
  /// moments of the basis, then the two parts of their derivative.
  let basisMoments: Numbers
  /// By type of neighbour: Σ_j fc T_k and its derivative, `[type][2][k]`.
  let radialSums: Numbers
  /// A_nf, and dS/dA, each with its derivative, `[function][n, padded]`.
  let moments: DualArray<V>
  let momentSlopes: DualArray<V>
  /// Descriptors, and dS/dq.
  let descriptors: DualArray<V>
  let descriptorSlopes: DualArray<V>
  /// Arguments of the neurons, then dS/d of each.
  let neurons: DualArray<V>

  /// Sums over atoms of dS/d of each parameter of the types' networks, `[type][descriptor][neuron, padded]` and
  /// `[type][neuron, padded]`.
  let weights: Numbers
  let biases: Numbers
  let outputs: Numbers
  /// Of the coefficients a_nk, `[type][neighbour's type][k][n, padded]`.
  let radial: Numbers
  let angular: Numbers
  private var all: [(Numbers, Int)] = []
  private var sums: [(Numbers, Int)] = []

  /// Of the neighbours within the cut-offs: dr/dε, and of the angular ones the derivative of their direction.
  private(set) var radialRate: Numbers
  private(set) var angularRate: Numbers
  private(set) var turnX: Numbers
  private(set) var turnY: Numbers
  private(set) var turnZ: Numbers
  /// `[neighbour][3 functions]`: fc b, its derivative but for T_k's, and fc's part of T_k's.
  private(set) var rows: Numbers
  private var capacity = 0

  init(_ w: NEPWeights<V>) {
    var all: [(Numbers, Int)] = []
    func array(_ count: Int) -> Numbers {
      let size = count + 2 * V.width
      let numbers = Numbers.allocate(capacity: size)
      numbers.initialize(repeating: 0, count: size)
      all.append((numbers, size))
      return numbers
    }
    func dual(_ count: Int) -> DualArray<V> { DualArray(value: array(count), slope: array(count)) }
    functions = wholeLanes(w.basis.functionCount, V.width)
    let neurons = wholeLanes(w.neuronCount, V.width)
    let pairs = w.typeCount * w.typeCount
    basisMoments = array(w.typeCount * w.angular.basisCount * 3 * functions)
    radialSums = array(w.typeCount * 2 * w.radial.basisCount)
    moments = dual(functions * w.angular.paddedCount)
    momentSlopes = dual(functions * w.angular.paddedCount)
    descriptors = dual(w.descriptorCount)
    descriptorSlopes = dual(wholeLanes(w.descriptorCount, V.width))
    self.neurons = dual(neurons)
    let first = all.count
    weights = array(w.typeCount * w.descriptorCount * neurons)
    biases = array(w.typeCount * neurons)
    outputs = array(w.typeCount * neurons)
    radial = array(pairs * w.radial.basisCount * w.radial.paddedCount)
    angular = array(pairs * w.angular.basisCount * w.angular.paddedCount)
    sums = Array(all[first...])
    (radialRate, angularRate, turnX, turnY, turnZ) = (array(0), array(0), array(0), array(0), array(0))
    rows = array(0)
    all.removeLast(6)
    self.all = all
  }

  deinit {
    for (numbers, _) in all { numbers.deallocate() }
    releaseNeighbours()
  }

  private func releaseNeighbours() {
    for numbers in [radialRate, angularRate, turnX, turnY, turnZ, rows] { numbers.deallocate() }
  }

  /// Grows the arrays to hold a number of neighbours.
  func reserve(_ neighbours: Int) {
    let needed = wholeLanes(neighbours, V.width) + 2 * V.width
    guard needed > capacity else { return }
    capacity = needed
    releaseNeighbours()
    func array(_ count: Int) -> Numbers {
      let numbers = Numbers.allocate(capacity: count)
      numbers.initialize(repeating: 0, count: count)
      return numbers
    }
    (radialRate, angularRate) = (array(needed), array(needed))
    (turnX, turnY, turnZ) = (array(needed), array(needed), array(needed))
    rows = array(needed * 3 * functions)
  }

  /// Sets the sums over atoms to zero.
  func clear() { for (numbers, count) in sums { numbers.update(repeating: 0, count: count) } }
}
