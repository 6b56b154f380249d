import RealModule
import SyntheticMotions
import Testing

@testable import SyntheticMotions

/// Diffusivities from linear equations, beside formulas and long runs.
struct ExactDiffusivityTests {
  /// The literature's values for one vacancy in an infinite lattice; of a finite one f lies above by some a/N +
  /// b/N^(5/3) for N sites.
  @Test(arguments: [(CubicLattice.Kind.fcc, 0.78146), (.bcc, 0.72722), (.sc, 0.65311)])
  func tracerCorrelationOfOneVacancy(kind: CubicLattice.Kind, literature: Double) throws {
    // Odd and even edges differ on the simple cubic lattice, whose sites are of two kinds in even ones.
    let edges = kind == .sc ? [5, 7, 9] : [3, 4, 5]
    let points = try edges.map { edge in
      let lattice = CubicLattice(kind, edge: edge)
      return (Double(lattice.siteCount), try tracerCorrelation(lattice: lattice, vacancies: 1))
    }
    #expect(abs(extrapolated(points) - literature) < 1e-4)
  }

  /// f = f∞ + a/N + b/N^(5/3) through three points.
  private func extrapolated(_ points: [(Double, Double)]) -> Double {
    let rows = points.map { [1, 1 / $0.0, Double.pow($0.0, -5.0 / 3)] }
    func determinant(_ m: [[Double]]) -> Double {
      m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    }
    let replaced = zip(rows, points).map { [$1.1, $0[1], $0[2]] }
    return determinant(replaced) / determinant(rows)
  }

  @Test(arguments: CubicLattice.Kind.allCases)
  func vacanciesMoveIonsAsStated(kind: CubicLattice.Kind) throws {
    var random = MotionRandom(seed: 7)
    let edge = kind == .fcc ? 2 : 3
    let diffusion = try VacancyDiffusion(kind, edge: edge, vacancies: 2)
    let grid = FrameGrid(ionCount: diffusion.ionCount, duration_ps: 100, frameInterval_ps: 50)
    let runs = diffusion.runs(hops: 60 * Double(diffusion.ionCount), grid: grid, replicas: 500, &random)
    var found = Displacements()
    found.add(runs)
    #expect(found.lateDiffusivity.agrees(with: 1, errors: 3.5))
    #expect(found.lateDiffusivity.error < 0.015)
    // Without the correlation D would be too high by far.
    #expect(!found.lateDiffusivity.agrees(with: 1 / diffusion.correlation))
    let hops = Double(runs.hops ?? 0) / (500 * 60 * Double(diffusion.ionCount))
    #expect(abs(hops - 1) < 0.01)
  }

  @Test func moreVacanciesThanCanBeFollowed() {
    #expect(throws: NoExactResult.self) {
      try VacancyDiffusion(.fcc, edge: 2, vacancies: 4)
    }
  }

  @Test func equalSites() throws {
    let landscape = Landscape(
      kind: .metropolis, energies_eV: [Double](repeating: 0, count: 27), edge: 3, length_A: 2,
      commonBarrier_eV: 0)
    let found = try landscape.network(thermal_eV: 1, attempts: 0.5).axisDiffusivity()
    // One hop of 2 Å along each axis and ps.
    #expect(abs(found - SIMD3(repeating: 2)).max() < 1e-12)
  }

  /// Barriers that depend on x alone: a series of resistances along x, none of which matters along y and z.
  @Test func layersOfBarriers() throws {
    let heights = [0.0, 1.5, -0.5, 2.0]
    let energies: [Double] = (0..<64).flatMap { (site: Int) -> [Double] in [heights[site / 16], 0, 0] }
    let network = Landscape(
      kind: .barriers, energies_eV: energies, edge: 4, length_A: 3, commonBarrier_eV: 0
    ).network(thermal_eV: 1)
    let found = try network.axisDiffusivity()
    let resistance = heights.reduce(0) { $0 + Double.exp($1) } / 4
    #expect(abs(found.x / (9 / resistance) - 1) < 1e-10)
    #expect(abs(found.y / 9 - 1) < 1e-10)
  }

  /// Energies that depend on x alone, by Zwanzig's formula for a chain: D = l² / (⟨exp(−E)⟩ ⟨exp(E)/k⟩).
  @Test(arguments: [Landscape.Kind.metropolis, .halfDifference])
  func layersOfSites(kind: Landscape.Kind) throws {
    let levels = [0.0, 1.5, -0.5, 2.0, 0.3]
    let energies = (0..<125).map { levels[$0 / 25] }
    let network = Landscape(kind: kind, energies_eV: energies, edge: 5, length_A: 3, commonBarrier_eV: 0)
      .network(thermal_eV: 1)
    let weight = levels.reduce(0) { $0 + Double.exp(-$1) } / 5
    let resistance = (0..<5).reduce(0.0) { sum, index in
      let (here, there) = (levels[index], levels[(index + 1) % 5])
      return sum + Double.exp(kind == .metropolis ? max(here, there) : (here + there) / 2) / 5
    }
    let found = try network.axisDiffusivity()
    #expect(abs(found.x / (9 / (weight * resistance)) - 1) < 1e-10)
  }

  /// In traps with one saddle all sites are visited alike, and D = l² / (6 × the mean wait).
  @Test func trapsSlowWithoutMemory() throws {
    var random = MotionRandom(seed: 9)
    let traps = Landscape(kind: .traps, spread_eV: 2, edge: 4, &random)
    let wait = traps.energies_eV.reduce(0) { $0 + Double.exp(-$1) / 6 } / 64
    let found = try traps.network(thermal_eV: 1).axisDiffusivity()
    #expect(abs(found / SIMD3(repeating: 9 / (6 * wait)) - 1).max() < 1e-9)
  }

  /// Long runs in small periods: several landscapes, each with its own diffusivity.
  @Test(arguments: [Landscape.Kind.metropolis, .halfDifference, .barriers])
  func ionsInLandscapesDiffuseAsStated(kind: Landscape.Kind) throws {
    var random = MotionRandom(seed: 11)
    var found = Displacements()
    let grid = FrameGrid(ionCount: 150, duration_ps: 100, frameInterval_ps: 50)
    var remaining = 0.0
    for _ in 0..<60 {
      let network = Landscape(kind: kind, spread_eV: 1.5, edge: 3, &random).network(thermal_eV: 1)
      // Sixty steps of each ion, some dozens of which are not undone.
      let pace = grid.rate(hops: 150 * 60) / network.meanRate
      let runs = try network.scaled(by: pace).runs(grid: grid, &random)
      remaining += runs.diffusivity / (pace * network.meanRate * 9 / 6) / 60
      found.add(runs)
    }
    #expect(found.lateDiffusivity.agrees(with: 1, errors: 3.5))
    #expect(found.lateDiffusivity.error < 0.02)
    // Without the steps that are undone D would be too high by far.
    #expect(remaining < 0.9)
  }
}

/// |x| of each component.
private func abs(_ x: SIMD3<Double>) -> SIMD3<Double> { x.replacing(with: -x, where: x .< 0) }
