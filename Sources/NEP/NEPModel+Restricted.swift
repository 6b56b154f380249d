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
    return model
  }

  /// The model as a file of version 5, with a bias for each type.
  package var withTypeBiases: NEPModel {
    guard version != 5 else { return self }
    var model = NEPModel(NEPArchitecture(of: self), source: source, version: 5)
    (model.radial, model.angular, model.scaling, model.bias_eV) = (radial, angular, scaling, bias_eV)
    model.networks = elements.indices.map { network(of: $0) }
    return model
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
