extension NEPKernel {
  /// U = Σ w1 tanh(w0 q − b0), and dU/dq.
  @inline(__always)
  func judge(_ type: Int) -> Double {
    let network = weights.networks[type]
    let neurons = wholeLanes(weights.neuronCount, V.width)
    combine(
      network.byDescriptor.numbers, count: weights.descriptorCount, columns: neurons, room.descriptors,
      onto: room.neurons, isAdded: false)
    let one = V(repeating: 1)
    var energy = V.zero
    var at = 0
    while at < neurons {
      let x = (V(room.neurons + at) - V(network.biases.numbers + at)).hyperbolicTangent
      let output = V(network.outputs.numbers + at)
      energy = energy.addingProduct(output, x)
      (output * (one - x * x)).store(room.neurons + at)
      at += V.width
    }
    combine(
      network.byNeuron.numbers, count: weights.neuronCount,
      columns: wholeLanes(weights.descriptorCount, V.width), room.neurons, onto: room.derivatives,
      isAdded: false)
    return Double(energy.sum)
  }
}
