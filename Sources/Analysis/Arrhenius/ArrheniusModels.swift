import RealModule
import Units

/// How D depends on temperature.
public enum ArrheniusModel: String, Codable, Sendable, CaseIterable {
  /// ln D = ln D₀ − Ea/(k T).
  case line
  /// Two lines, one below and one above a temperature between two of the sampled ones.
  case transition
  /// Vogel, Tammann and Fulcher: ln D = ln D₀ − B/(k (T − T₀)).
  case vtf
}

/// What the likelihoods of D at several temperatures say about its dependence on temperature.
struct ArrheniusModels {
  /// Equal weight of all activation energies up to here, eV, and of so many orders of magnitude of D.
  private static let energies = 0.0...3.0
  private static let logRange = 25.0
  /// Before the data: a line unless they speak against it.
  private static let priors: [ArrheniusModel: Double] = [.line: 0.92, .transition: 0.05, .vtf: 0.03]
  /// How much ln D may scatter about the curve beyond its own errors, with prior probabilities: mostly not.
  private static let scatters: [(sigma: Double, probability: Double)] = [
    (0, 0.85), (0.05, 0.05), (0.12, 0.05), (0.3, 0.05),
  ]
  /// T₀ as a fraction of the lowest temperature.
  private static let fractions = [0.2, 0.4, 0.6, 0.8]
  /// D is known where no diffusion is less likely by this, in the logarithm.
  private static let leastEvidence = 3.0
  /// With fewer temperatures no curvature is looked for.
  private static let fewestForCurvature = 5

  /// A line.
  struct Branch {
    var energy_eV: Double
    var logPrefactor: Double
  }

  /// A weighted value of the parameters.
  struct Node {
    var model: ArrheniusModel
    /// eV: of the line, or of the branch that reaches lower temperatures; B of VTF.
    var energy_eV: Double
    /// ln D₀, of D in Å²/ps.
    var logPrefactor: Double
    /// T₀ of VTF or the temperature of the transition, K; 0 for the line.
    var temperature_K: Double
    /// Of the branch above a transition.
    var above: Branch?
    /// Sums to 1 over all.
    var weight: Double

    /// ln D, D in Å²/ps.
    func logDiffusivity(at temperature_K: Double) -> Double {
      switch model {
      case .line: logPrefactor - energy_eV / (Constants.boltzmann * temperature_K)
      case .vtf:
        temperature_K > self.temperature_K
          ? logPrefactor - energy_eV / (Constants.boltzmann * (temperature_K - self.temperature_K)) : -1e3
      case .transition:
        if let above, temperature_K > self.temperature_K {
          above.logPrefactor - above.energy_eV / (Constants.boltzmann * temperature_K)
        } else {
          logPrefactor - energy_eV / (Constants.boltzmann * temperature_K)
        }
      }
    }
  }

  private(set) var nodes: [Node] = []
  /// Posterior probability of each model that was looked at.
  private(set) var probabilities: [ArrheniusModel: Double] = [:]
  /// Mean of how much ln D scatters about a line beyond its errors.
  private(set) var scatter = 0.0

  private typealias Part = (logWeight: Double, nodes: [Node], scatter: Double)

  /// - Parameter points: temperatures, ascending, K, with the likelihood of ln D.
  /// - Returns: nil where they do not determine a line.
  init?(_ points: [(temperature_K: Double, likelihood: LogLikelihood)]) {
    var parts: [Part] = []
    for scatter in Self.scatters {
      // Two temperatures are always on a line.
      if points.count < 3, scatter.sigma > 0 { continue }
      let wider = points.map { $0.likelihood.spread(by: scatter.sigma) }
      let spread = zip(points, wider).map { ($0.temperature_K, $1.likelihood) }
      let prior = Double.log(scatter.probability) + wider.reduce(0) { $0 + $1.logMaximum }
      func add(_ found: [Part], model: ArrheniusModel) {
        let share = prior + Double.log(Self.priors[model] ?? 1)
        parts += found.map { ($0.logWeight + share, $0.nodes, scatter.sigma) }
      }
      add(Self.lines(spread, shift_K: 0), model: .line)
      guard points.count >= Self.fewestForCurvature else { continue }
      let share = -Double.log(Double(Self.fractions.count))
      for fraction in Self.fractions {
        add(
          Self.lines(spread, shift_K: fraction * points[0].temperature_K).map {
            ($0.logWeight + share, $0.nodes, $0.scatter)
          }, model: .vtf)
      }
      add(Self.transitions(spread), model: .transition)
    }
    let whole = logSum(parts.map(\.logWeight))
    guard whole > -.infinity else { return nil }
    var lineWeight = 0.0
    for part in parts {
      let weight = Double.exp(part.logWeight - whole)
      guard let model = part.nodes.first?.model else { continue }
      probabilities[model, default: 0] += weight
      if model == .line {
        scatter += weight * part.scatter
        lineWeight += weight
      }
      guard weight > 1e-4 else { continue }
      nodes += part.nodes.map {
        var node = $0
        node.weight *= weight
        return node
      }
    }
    scatter /= max(1e-300, lineWeight)
    let total = nodes.reduce(0) { $0 + $1.weight }
    for index in nodes.indices { nodes[index].weight /= total }
  }

  /// A line in 1/(T − shift).
  private static func lines(_ points: [(Double, LogLikelihood)], shift_K: Double) -> [Part] {
    let x = points.map { -1 / (Constants.boltzmann * ($0.0 - shift_K)) }
    let middle = x.reduce(0, +) / Double(x.count)
    // The apparent activation energy there is B T²/(T − T₀)².
    let there = -1 / (Constants.boltzmann * middle) + shift_K
    let factor = (there / (there - shift_K)) * (there / (there - shift_K))
    let slopes = (energies.lowerBound / factor)...(energies.upperBound / factor)
    guard
      let grid = PosteriorGrid(x: x.map { $0 - middle }, likelihoods: points.map(\.1), slopes: slopes)
    else { return [] }
    let prior = Double.log(factor / energies.upperBound) - Double.log(logRange)
    let nodes = grid.nodes.filter { $0.weight > 1e-9 }.map {
      Node(
        model: shift_K > 0 ? .vtf : .line, energy_eV: $0.slope,
        logPrefactor: $0.intercept - $0.slope * middle,
        temperature_K: shift_K, weight: $0.weight)
    }
    return [(grid.logEvidence + prior, nodes, 0)]
  }

  /// Two lines, for each place of the transition with two temperatures or more on each side.
  private static func transitions(_ points: [(Double, LogLikelihood)]) -> [Part] {
    // A branch without two diffusivities would not be determined.
    let isKnown = points.map { $0.1.evidenceOfDiffusion > leastEvidence }
    let places = (2...(points.count - 2)).filter { place in
      isKnown[..<place].count { $0 } >= 2 && isKnown[place...].count { $0 } >= 2
    }
    return places.compactMap { place in
      guard let below = lines(Array(points[..<place]), shift_K: 0).first,
        let above = lines(Array(points[place...]), shift_K: 0).first, !above.nodes.isEmpty
      else { return nil }
      let best = above.nodes.max { $0.weight < $1.weight }
      let nodes = below.nodes.map { node in
        var node = node
        node.model = .transition
        node.temperature_K = (points[place - 1].0 + points[place].0) / 2
        node.above = best.map { Branch(energy_eV: $0.energy_eV, logPrefactor: $0.logPrefactor) }
        return node
      }
      return (below.logWeight + above.logWeight - Double.log(Double(places.count)), nodes, 0)
    }
  }
}
