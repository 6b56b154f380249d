import Analysis
import RealModule
import Support

/// Sets of a study that differ in their potential alone: how much of the error is of sampling, and how much is of the
/// potential.
package struct ModelComparison: Codable, Sendable, Equatable {
  /// Value of each axis other than the potential, temperature and replica.
  package var point: [String: String]
  /// Values of the axis, as the manifest writes them.
  package var models: [String]
  /// By rising temperature: those at which two models or more have a diffusivity.
  package var diffusivities: [Diffusivity]
  package var activationEnergy_eV: ComparedNumber?

  enum CodingKeys: String, CodingKey {
    case point, models, diffusivities
    case activationEnergy_eV = "activation_energy_eV"
  }

  /// One temperature.
  package struct Diffusivity: Codable, Sendable, Equatable {
    package var temperature_K: Double
    /// Of the natural logarithm of D in cm²/s.
    package var logarithm: ComparedNumber

    enum CodingKeys: String, CodingKey {
      case temperature_K
      case logarithm = "ln_diffusivity_cm2_per_s"
    }
  }

  /// A number by each model.
  package struct ComparedNumber: Codable, Sendable, Equatable {
    /// In the order of the models; nil where one has none.
    package var values: [Double?]
    package var mean: Double
    /// Root mean square of the standard errors of single models.
    package var samplingError: Double
    /// Standard deviation from model to model, less what sampling explains: √max(0, s² − ⟨σ²⟩).
    package var modelScatter: Double

    enum CodingKeys: String, CodingKey {
      case values, mean
      case samplingError = "sampling_error"
      case modelScatter = "model_scatter"
    }

    /// - Parameter numbers: values and standard errors.
    /// - Returns: nil for fewer than two with an error.
    init?(_ numbers: [(value: Double, error: Double)?]) {
      let known = numbers.compactMap(\.self)
      guard known.count > 1 else { return nil }
      let count = Double(known.count)
      let mean = known.reduce(0) { $0 + $1.value } / count
      let sampling = known.reduce(0) { $0 + $1.error * $1.error } / count
      let spread = known.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) } / (count - 1)
      values = numbers.map { $0?.value }
      self.mean = mean
      samplingError = sampling.squareRoot()
      modelScatter = max(0, spread - sampling).squareRoot()
    }
  }

  /// Axes that change the potential and nothing else.
  private static let axes = ["potential", "potential.nep", "potential.name"]

  /// - Returns: one comparison for each group of otherwise equal sets of two potentials or more.
  static func all(_ sets: [SetSummary]) -> [ModelComparison] {
    guard let axis = axes.first(where: { axis in sets.contains { $0.point[axis] != nil } }) else { return [] }
    var groups: [(point: [String: String], sets: [SetSummary])] = []
    for set in sets where set.point[axis] != nil {
      let point = set.point.filter { $0.key != axis }
      if let known = groups.firstIndex(where: { $0.point == point }) {
        groups[known].sets.append(set)
      } else {
        groups.append((point, [set]))
      }
    }
    return groups.filter { $0.sets.count > 1 }.map { group in
      let temperatures = Set(group.sets.flatMap(\.temperatures).map(\.temperature_K)).sorted()
      return ModelComparison(
        point: group.point, models: group.sets.map { $0.point[axis] ?? "" },
        diffusivities: temperatures.compactMap { diffusivity(at: $0, group.sets) },
        activationEnergy_eV: ComparedNumber(
          group.sets.map { set in
            set.activationEnergy_eV.flatMap { value in set.activationEnergyError_eV.map { (value, $0) } }
          }))
    }
  }

  private static func diffusivity(at temperature_K: Double, _ sets: [SetSummary]) -> Diffusivity? {
    let numbers = sets.map { set -> (value: Double, error: Double)? in
      guard let t = set.temperatures.first(where: { $0.temperature_K == temperature_K }),
        let d = t.diffusivity_A2_per_ps, let error = t.diffusivityError, d > 0
      else { return nil }
      return (Double.log(d * TemperatureSummary.cm2PerSecond), error / d)
    }
    return ComparedNumber(numbers).map { Diffusivity(temperature_K: temperature_K, logarithm: $0) }
  }
}
