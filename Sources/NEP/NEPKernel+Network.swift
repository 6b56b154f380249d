extension NEPKernel {
  /// U = Σ w1 tanh(w0 q − b0), less the bias of the type, and dU/dq.
  @inline(__always)
  func evaluateNetwork(_ type: Int) -> Double {
    let network = weights.networks[type]
    let neurons = wholeLanes(weights.neuronCount, V.width)
    combine(
      network.byDescriptor.numbers, count: weights.descriptorCount, columns: neurons, scratch.descriptors,
      onto: scratch.neurons, isAdded: false)
    let one = V(repeating: 1)
    var energy = V.zero
    var at = 0
    while at < neurons {
      let x = (V(scratch.neurons + at) - V(network.biases.numbers + at)).hyperbolicTangent
      let output = V(network.outputs.numbers + at)
      energy = energy.addingProduct(output, x)
      (output * (one - x * x)).store(scratch.neurons + at)
      at += V.width
    }
    combine(
      network.byNeuron.numbers, count: weights.neuronCount,
      columns: wholeLanes(weights.descriptorCount, V.width), scratch.neurons, onto: scratch.derivatives,
      isAdded: false)
    return Double(energy.sum) - network.bias_eV
  }
}
