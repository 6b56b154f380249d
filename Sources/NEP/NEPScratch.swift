/// Arrays for one atom that do not depend on its number of neighbours.
final class NEPScratch<V: SIMDVector> {
  typealias Numbers = UnsafeMutablePointer<V.Number>
  /// Descriptors, and dU/d of each.
  let descriptors: Numbers
  let derivatives: Numbers
  /// A register for each sum over neighbours, and those sums.
  let registers: Numbers
  let sums: Numbers
  /// Σ_j g_n b_f, and dU/d of each: `[function f][n, padded]`.
  let moments: Numbers
  let momentDerivatives: Numbers
  let neurons: Numbers
  /// Of one type of neighbours: Σ_n dU/dq_n times the series, and its slope, by k.
  let series: Numbers
  let slopes: Numbers
  /// As many ones as a register holds, then as many zeros.
  let mask: Numbers
  private let all: [Numbers]

  init(_ weights: NEPWeights<V>) {
    let angular = weights.angular
    let functions = weights.basis.functionCount
    let rows = max(functions * angular.count, weights.radial.basisCount)
    var all: [Numbers] = []
    func array(_ count: Int) -> Numbers {
      let numbers = Numbers.allocate(capacity: count + 2 * V.width)
      numbers.initialize(repeating: 0, count: count + 2 * V.width)
      all.append(numbers)
      return numbers
    }
    descriptors = array(weights.descriptorCount)
    derivatives = array(wholeLanes(weights.descriptorCount, V.width))
    registers = array((wholeLanes(rows, V.width) + V.width) * V.width)
    sums = array(wholeLanes(rows, V.width))
    moments = array(functions * angular.paddedCount)
    momentDerivatives = array(functions * angular.paddedCount)
    neurons = array(wholeLanes(weights.neuronCount, V.width))
    series = array(weights.radial.paddedBasis)
    slopes = array(weights.radial.paddedBasis)
    mask = array(2 * V.width)
    for k in 0..<V.width { mask[k] = 1 }
    self.all = all
  }

  deinit { for numbers in all { numbers.deallocate() } }

  /// The sums of the first `count` registers.
  @inline(__always) func sumRegisters(_ count: Int) {
    var row = 0
    while row < count {
      V.sums(registers + row * V.width).store(sums + row)
      row += V.width
    }
  }
}
