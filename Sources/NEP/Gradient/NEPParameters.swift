extension NEPModel {
  /// The parameters that training changes, in the order of the model's file: of each network w0, b0 and w1, then the radial
  /// and the angular coefficients. Biases are not among them.
  package var parameters: [Double] {
    var numbers: [Double] = []
    for network in networks { numbers += network.w0 + network.b0 + network.w1 }
    return numbers + radial.coefficients + angular.coefficients
  }

  package var parameterCount: Int {
    networks.count * neuronCount * (descriptorCount + 2) + radial.coefficients.count
      + angular.coefficients.count
  }

  /// The model with other parameters, as many as it has.
  package func replacing(parameters: [Double]) -> NEPModel {
    var model = self
    var rest = parameters[...]
    func take(_ count: Int) -> [Double] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    for index in networks.indices {
      model.networks[index].w0 = take(networks[index].w0.count)
      model.networks[index].b0 = take(neuronCount)
      model.networks[index].w1 = take(neuronCount)
    }
    model.radial.coefficients = take(radial.coefficients.count)
    model.angular.coefficients = take(angular.coefficients.count)
    return model
  }
}
