extension NEPGradientKernel {
  private var weights: NEPWeights<V> { kernel.weights }

  /// The angular descriptors from the moments, each with its derivative.
  @inline(__always)
  func computeDescriptors(_ type: Int) {
    let width = weights.angular.paddedCount
    let count = weights.angular.count
    var out = scratch.descriptors.advanced(by: weights.radial.count)
    for l in stride(from: 1, through: weights.basis.largestDegree, by: 1) {
      store(to: out) { n in
        var sum = DualVector<V>.zero
        for term in weights.basis.terms where term.l == l {
          for part in 0...(term.m == 0 ? 0 : 1) {
            let a = scratch.moments[(term.place + part) * width + n]
            sum = sum + (a * a).scaled(Number(term.weight))
          }
        }
        return sum
      }
      out = out.advanced(by: count)
    }
    if weights.hasFourBodies {
      store(to: out) { quadrupole($0).determinant.scaled(Number(ManyBodies.four)) }
      out = out.advanced(by: count)
    }
    if weights.hasFiveBodies {
      store(to: out) { n in
        let square = dipoleSquare(n)
        return (square * square).scaled(Number(ManyBodies.five))
      }
      out = out.advanced(by: count)
    }
    for triple in weights.triples {
      store(to: out) { n in
        triple.terms.reduce(DualVector<V>.zero) { sum, term in
          let product = moment(term.first, n) * moment(term.second, n)
          return sum.addingProduct(product.scaled(Number(term.factor)), moment(term.third, n))
        }
      }
      out = out.advanced(by: count)
    }
  }

  @inline(__always)
  private func store(to out: DualArray<V>, _ descriptor: (Int) -> DualVector<V>) {
    // Values beyond the last n are overwritten by the next kind.
    var n = 0
    while n < weights.angular.paddedCount {
      out[n] = descriptor(n)
      n += V.width
    }
  }

  @inline(__always)
  private func moment(_ place: Int, _ n: Int) -> DualVector<V> {
    scratch.moments[place * weights.angular.paddedCount + n]
  }

  @inline(__always)
  private func quadrupole(_ n: Int) -> Quadrupole<DualVector<V>> { Quadrupole { moment($0, n) } }

  @inline(__always)
  private func dipoleSquare(_ n: Int) -> DualVector<V> {
    let (z, x, y) = (moment(0, n), moment(1, n), moment(2, n))
    return (x * x).addingProduct(y, y).addingProduct(z, z)
  }

  /// dS/dA of all moments. The gradient of the descriptors, taken with the moments' derivatives and with the numbers
  /// dS/dq′ + ε dS/dq, is dS/dA′ + ε dS/dA.
  @inline(__always)
  func differentiateDescriptors() {
    let width = weights.angular.paddedCount
    let count = weights.angular.count
    let slopes = scratch.descriptorSlopes.advanced(by: weights.radial.count)
    var n = 0
    while n < width {
      for term in weights.basis.terms {
        let factor = slopes[(term.l - 1) * count + n].scaled(Number(2 * term.weight))
        for part in 0...(term.m == 0 ? 0 : 1) {
          scratch.momentSlopes[(term.place + part) * width + n] = factor * moment(term.place + part, n)
        }
      }
      var kind = weights.basis.largestDegree
      if weights.hasFourBodies {
        let factor = slopes[kind * count + n].scaled(Number(ManyBodies.four))
        quadrupole(n).forEachSlope { add(factor * $1, to: $0, n) }
        kind += 1
      }
      if weights.hasFiveBodies {
        let factor = slopes[kind * count + n].scaled(Number(4 * ManyBodies.five)) * dipoleSquare(n)
        for f in 0..<3 { add(factor * moment(f, n), to: f, n) }
        kind += 1
      }
      for triple in weights.triples {
        differentiate(triple, slopes[kind * count + n], n)
        kind += 1
      }
      n += V.width
    }
  }

  @inline(__always)
  private func differentiate(_ triple: TripleInvariant, _ slope: DualVector<V>, _ n: Int) {
    for term in triple.terms {
      let (a, b, c) = (moment(term.first, n), moment(term.second, n), moment(term.third, n))
      let factor = slope.scaled(Number(term.factor))
      add(factor * b * c, to: term.first, n)
      add(factor * a * c, to: term.second, n)
      add(factor * a * b, to: term.third, n)
    }
  }

  @inline(__always)
  private func add(_ slope: DualVector<V>, to place: Int, _ n: Int) {
    let index = place * weights.angular.paddedCount + n
    scratch.momentSlopes[index] = scratch.momentSlopes[index] + slope
  }

  /// U = Σ w1 tanh(s), s = w0 q − b0, with t = w0 q′: S = Σ w1 (e tanh s + t/cosh² s). Adds dS/d of the network's parameters;
  /// leaves dS/dq′ as the value and dS/dq as the slope of `descriptorSlopes`.
  @inline(__always)
  func differentiateNetwork(_ type: Int, energyFactor: Number) {
    let network = weights.networks[type]
    let neurons = wholeLanes(weights.neuronCount, V.width)
    let q = scratch.descriptors
    for (factors, out) in [(q.value, scratch.neurons.value), (q.slope, scratch.neurons.slope)] {
      kernel.combine(
        network.byDescriptor.numbers, count: weights.descriptorCount, columns: neurons, factors, onto: out,
        isAdded: false)
    }
    let (one, e) = (V(repeating: 1), V(repeating: energyFactor))
    let biases = scratch.biases + type * neurons
    let outputs = scratch.outputs + type * neurons
    var at = 0
    while at < neurons {
      let x = (V(scratch.neurons.value + at) - V(network.biases.numbers + at)).hyperbolicTangent
      let t = V(scratch.neurons.slope + at)
      let slope = one - x * x
      // (tanh)″ = −2 tanh (tanh)′.
      let bend = (x * slope).scaled(-2)
      let output = V(network.outputs.numbers + at)
      let byArgument = output * (e * slope).addingProduct(bend, t)
      (V(outputs + at) + (e * x).addingProduct(slope, t)).store(outputs + at)
      (V(biases + at) - byArgument).store(biases + at)
      byArgument.store(scratch.neurons.value + at)
      (output * slope).store(scratch.neurons.slope + at)
      at += V.width
    }
    addWeights(type, neurons)
    let columns = wholeLanes(weights.descriptorCount, V.width)
    let slopes = scratch.descriptorSlopes
    for (factors, out) in [(scratch.neurons.slope, slopes.value), (scratch.neurons.value, slopes.slope)] {
      kernel.combine(
        network.byNeuron.numbers, count: weights.neuronCount, columns: columns, factors, onto: out,
        isAdded: false)
    }
  }

  /// dS/dw0 = dS/ds ⊗ q + dS/dt ⊗ q′, of descriptors without the model's scaling.
  @inline(__always)
  private func addWeights(_ type: Int, _ neurons: Int) {
    var row = scratch.weights + type * weights.descriptorCount * neurons
    for d in 0..<weights.descriptorCount {
      let q = V(repeating: scratch.descriptors.value[d])
      let change = V(repeating: scratch.descriptors.slope[d])
      var at = 0
      while at < neurons {
        V(row + at).addingProduct(q, V(scratch.neurons.value + at))
          .addingProduct(change, V(scratch.neurons.slope + at)).store(row + at)
        at += V.width
      }
      row += neurons
    }
  }
}
