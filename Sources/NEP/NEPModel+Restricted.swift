import Foundation

extension NEPModel {
  /// The model for some of its elements, in another order: the same energies where only these occur.
  /// - Returns: nil for an element that it does not have.
  package func restricted(to symbols: [String]) -> NEPModel? {
    let types = symbols.compactMap { elements.firstIndex(of: $0) }
    guard types.count == symbols.count else { return nil }
    var architecture = NEPArchitecture(of: self)
    architecture.elements = symbols
    architecture.cutoffs_A = types.map { architecture.cutoffs_A[$0] }
    var model = NEPModel(architecture, source: source, version: version == 3 ? 4 : version)
    model.radial = radial.restricted(to: types)
    model.angular = angular.restricted(to: types)
    // One network for all types becomes one for each.
    model.networks = types.map { network(of: $0) }
    model.bias_eV = bias_eV
    model.scaling = scaling
    model.repulsion = repulsion?.restricted(to: types)
    return model
  }

  /// The same model in version 5, with a bias for each type: what a neuron without weights gives is one.
  package var withTypeBiases: NEPModel {
    var model = self
    model.version = 5
    model.networks = elements.indices.map { network(of: $0) }
    let constant = (0..<neuronCount).filter { neuron in
      model.networks.allSatisfy { $0.weights(of: neuron, descriptorCount).allSatisfy { $0 == 0 } }
    }
    for index in model.networks.indices {
      for neuron in constant.reversed() { model.networks[index].foldNeuron(neuron, descriptorCount) }
    }
    model.neuronCount -= constant.count
    return model
  }

  /// The same model in version 4, which has one bias for all types: where theirs differ, one more neuron without weights gives
  /// them.
  package var withoutTypeBiases: NEPModel {
    guard version == 5 else { return self }
    var model = self
    model.version = 4
    let isCommon = Set(networks.map(\.bias_eV)).count == 1
    for index in networks.indices {
      let bias_eV = networks[index].bias_eV
      model.networks[index].bias_eV = 0
      guard !isCommon else {
        if index == 0 { model.bias_eV += bias_eV }
        continue
      }
      model.networks[index].w0 += [Double](repeating: 0, count: descriptorCount)
      // The hyperbolic tangent of 20 is 1 to rounding.
      model.networks[index].b0.append(-20)
      model.networks[index].w1.append(-bias_eV)
    }
    if !isCommon { model.neuronCount += 1 }
    return model
  }
}

extension NEPModel.Network {
  fileprivate func weights(of neuron: Int, _ descriptors: Int) -> ArraySlice<Double> {
    w0[(neuron * descriptors)..<((neuron + 1) * descriptors)]
  }

  /// Takes a neuron without weights into the bias.
  fileprivate mutating func foldNeuron(_ neuron: Int, _ descriptors: Int) {
    bias_eV -= w1[neuron] * tanh(-b0[neuron])
    w0.removeSubrange((neuron * descriptors)..<((neuron + 1) * descriptors))
    b0.remove(at: neuron)
    w1.remove(at: neuron)
  }
}

extension NEPRepulsion {
  /// - Parameter types: of some elements, in their order.
  fileprivate func restricted(to types: [Int]) -> NEPRepulsion {
    let symbols = types.map { elements[$0] }
    guard case .flexible(let rows) = form else { return NEPRepulsion(form: form, elements: symbols) }
    let chosen = types.indices.flatMap { i in
      (i..<types.count).map { j in
        let (low, high) = (min(types[i], types[j]), max(types[i], types[j]))
        return rows[low * elements.count - low * (low - 1) / 2 + high - low]
      }
    }
    return NEPRepulsion(form: .flexible(chosen), elements: symbols)
  }
}

extension NEPModel.RadialFunctions {
  fileprivate func restricted(to types: [Int]) -> NEPModel.RadialFunctions {
    var functions = self
    functions.cutoffs_A = types.map { cutoffs_A[$0] }
    functions.coefficients = (0..<count).flatMap { n in
      (0..<basisCount).flatMap { k in types.flatMap { i in types.map { coefficient(n: n, k: k, i, $0) } } }
    }
    return functions
  }
}
