import Foundation
import RankCheckResults
import Testing

/// eV/K.
public let boltzmann_eV_per_K = 8.617333262e-5

/// 99.9 % of χ² with 9 degrees of freedom lie below.
private let critical = 27.88

/// Runs at 600 K of one cell of Na2B12H12, one on each core, with the kinetic energy every 100 fs.
/// - Parameter steps: of 1 fs.
public func canonicalRuns(_ integrators: [String], steps: Int) throws -> [RankCheckResult] {
  try concurrently(
    integrators.map { integrator in
      {
        try rankCheck(
          ranks: 1,
          [
            "structure=na2b12h12-bcc", "relax=0.1", "velocities=600:3",
            "run=langevin,600,10,4:10000:0.5", "run=\(integrator):\(steps):1:100",
          ])
      }
    })
}

/// Expects the kinetic energies of a run to be distributed as 3N − 3 degrees of freedom at 600 K.
/// - Parameter wrong_K: a temperature that this many values must refuse.
public func expectCanonical(_ found: RankCheckResult, wrong_K: Double) {
  // Values half a picosecond apart are nearly independent, as the test takes them to be.
  let energies = found.series.kinetic_eV.enumerated().filter { $0.offset % 5 == 0 }.map(\.element)
  #expect(abs(correlationOfNeighbours(energies)) < 0.25)
  let freedom = Double(3 * found.atomCount - 3)
  let canonical = GammaDistribution(shape: freedom / 2, scale: boltzmann_eV_per_K * 600)
  #expect(canonical.chiSquared(energies, classes: 10) < critical)
  // The test must be able to fail: at another temperature, or with the swing of half or twice as many.
  let mean = freedom / 2 * boltzmann_eV_per_K * 600
  for wrong in [
    GammaDistribution(shape: freedom / 2, scale: boltzmann_eV_per_K * wrong_K),
    GammaDistribution(shape: freedom / 4, scale: 4 * mean / freedom),
    GammaDistribution(shape: freedom, scale: mean / freedom),
  ] {
    #expect(wrong.chiSquared(energies, classes: 10) > critical)
  }
}

private func correlationOfNeighbours(_ values: [Double]) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  let shifted = values.map { $0 - mean }
  return zip(shifted, shifted.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    / shifted.reduce(0) { $0 + $1 * $1 }
}

/// The ratio of the volume's distributions at two pressures is exp(β (P₁ − P₂) V), whatever the potential:
/// Shirts, J. Chem. Theory Comput. 9, 909 (2013). Each pressure's volumes are close to normal, so the
/// slope of the logarithm is the difference of their means over their variance.
/// - Parameters:
///   - integrator: with % for the pressure.
///   - steps: of 1 fs at each pressure.
///   - largestError: of the slope, relative, at which the test still says something.
public func expectVolumesOfPressures(_ integrator: String, steps: Int, largestError: Double) throws {
  let pressures = [0.0, 0.8]
  let found = try concurrently(
    pressures.map { pressure in
      {
        try rankCheck(
          ranks: 1,
          [
            "structure=na2b12h12-bcc", "relax=0.1", "velocities=600:3",
            "run=\(integrator.replacing("%", with: "\(pressure)")):3000:1", "run=same:\(steps):1:20",
          ]
        ).series
      }
    })
  let wanted = (pressures[1] - pressures[0]) / 160.21766340 / (boltzmann_eV_per_K * 600)
  let moments = found.map { series in (BlockMean(series.volume_A3), variance(series.volume_A3)) }
  let difference = moments[0].0.mean - moments[1].0.mean
  let slope = difference / (0.5 * (moments[0].1 + moments[1].1))
  // Ten blocks give each variance to about 10 % and the difference of the means to its errors.
  let errors = moments[0].0.error * moments[0].0.error + moments[1].0.error * moments[1].0.error
  let error = slope * (0.01 + errors / (difference * difference)).squareRoot()
  #expect(abs(slope - wanted) < 3 * error, "\(slope) ± \(error) for \(wanted)")
  #expect(error < largestError * wanted, "\(slope) ± \(error) for \(wanted)")
  // The virial theorem at constant pressure: the mean of what is inside is what is outside.
  for (series, pressure) in zip(found, pressures) {
    let inner = BlockMean(series.molecularPressure_GPa)
    #expect(abs(inner.mean - pressure) < 4 * inner.error)
  }
}

private func variance(_ values: [Double]) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
}

/// Expects the drift of a run at constant energy to be below a bound, within three standard errors that are small enough
/// for that to mean something. All in eV per atom and ps.
public func expectEnergyHolds(_ found: RankCheckResult, below bound: Double, error: Double, _ name: String) {
  let drift = found.drift()
  print("drift of \(name): \(drift.slope) ± \(drift.error) eV per atom and ps")
  #expect(abs(drift.slope) < bound + 3 * drift.error)
  #expect(drift.error < error)
}
