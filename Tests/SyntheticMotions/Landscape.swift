import RealModule
import Units

/// Energies of the sites of a periodic simple cubic lattice and of the barriers between them, eV, drawn at random;
/// the rates follow at each temperature.
package struct Landscape: Sendable {
  /// What the rate of a step from i to j depends on.
  package enum Kind: String, Sendable {
    /// kᵢⱼ ∝ exp(Eᵢ/kT): all barriers are of one height, and the rate depends on the site that is left. Steps in
    /// all directions are equally likely, so that D is the same at all times.
    case traps
    /// kᵢⱼ ∝ min(1, exp((Eᵢ − Eⱼ)/kT)), Metropolis: steps out of a deep site are undone.
    case metropolis
    /// kᵢⱼ ∝ exp((Eᵢ − Eⱼ)/2kT): the same with barriers half-way between both sites.
    case halfDifference
    /// kᵢⱼ ∝ exp(−Bᵢⱼ/kT) with equal sites: steps over low barriers are undone.
    case barriers
  }

  package let kind: Kind
  package let edge: Int
  package let length_A: Double
  /// Of the sites, or [site][3] of the barriers towards +x, +y and +z, eV.
  let energies_eV: [Double]
  /// The same for all steps, eV.
  package let commonBarrier_eV: Double

  /// Energies from a normal distribution.
  /// - Parameters:
  ///   - spread_eV: its standard deviation, above 0.
  ///   - edge: sites along each edge of the period, 3 or more.
  package init(
    kind: Kind, spread_eV: Double, edge: Int = 6, length_A: Double = 3, commonBarrier_eV: Double = 0,
    _ random: inout MotionRandom
  ) {
    let count = edge * edge * edge * (kind == .barriers ? 3 : 1)
    self.init(
      kind: kind, energies_eV: (0..<count).map { _ in spread_eV * random.normal() }, edge: edge,
      length_A: length_A, commonBarrier_eV: commonBarrier_eV)
  }

  /// Sites of two energies, with rates by Metropolis: some are deeper than the others by one depth, and no two of these
  /// are neighbours. Where ions are nearly always in deep sites, D follows Arrhenius' law with the depth and the common
  /// barrier.
  /// - Parameters:
  ///   - fraction: of the sites that are deep on average, up to a half.
  ///   - edge: even, so that every other site has no neighbours of its kind.
  package init(
    depth_eV: Double, fraction: Double, edge: Int = 6, length_A: Double = 3, commonBarrier_eV: Double = 0,
    _ random: inout MotionRandom
  ) {
    let energies = (0..<edge * edge * edge).map { site in
      let isEven = (site / (edge * edge) + site / edge % edge + site % edge) % 2 == 0
      return isEven && random.uniform() < 2 * fraction ? -depth_eV : 0
    }
    self.init(
      kind: .metropolis, energies_eV: energies, edge: edge, length_A: length_A,
      commonBarrier_eV: commonBarrier_eV)
  }

  init(kind: Kind, energies_eV: [Double], edge: Int, length_A: Double, commonBarrier_eV: Double) {
    self.kind = kind
    self.energies_eV = energies_eV
    self.edge = edge
    self.length_A = length_A
    self.commonBarrier_eV = commonBarrier_eV
  }

  /// - Parameter attempts: rate without a barrier, 1/ps.
  package func network(temperature_K: Double, attempts: Double = 1) -> HoppingNetwork {
    network(thermal_eV: Constants.boltzmann * temperature_K, attempts: attempts)
  }

  /// - Parameters:
  ///   - thermal: kT, eV.
  ///   - attempts: rate without a barrier, 1/ps.
  package func network(thermal_eV thermal: Double, attempts: Double = 1) -> HoppingNetwork {
    let count = edge * edge * edge
    let pace = attempts * Double.exp(-commonBarrier_eV / thermal)
    var rates = [Double](repeating: 0, count: 6 * count)
    for site in 0..<count {
      for direction in 0..<6 {
        let other = HoppingNetwork.neighbour(of: site, direction: direction, edge: edge)
        rates[6 * site + direction] =
          pace * Double.exp(-height_eV(from: site, to: other, direction: direction) / thermal)
      }
    }
    let weights = (0..<count).map { kind == .barriers ? 1 : Double.exp(-energies_eV[$0] / thermal) }
    return HoppingNetwork(edge: edge, length_A: length_A, weights: weights, rates: rates)
  }

  private func height_eV(from site: Int, to other: Int, direction: Int) -> Double {
    switch kind {
    case .traps: return -energies_eV[site]
    case .metropolis: return max(0, energies_eV[other] - energies_eV[site])
    case .halfDifference: return (energies_eV[other] - energies_eV[site]) / 2
    case .barriers:
      // A barrier belongs to the site that it leads away from in the positive direction.
      return energies_eV[3 * (direction % 2 == 0 ? site : other) + direction / 2]
    }
  }
}
