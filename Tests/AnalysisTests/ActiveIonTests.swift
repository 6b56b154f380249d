import RealModule
import SyntheticObservables
import Testing

@testable import Analysis
@testable import Results

struct ActiveIonTests {
  /// The numbers of o-NBH: 96 Na in 8 × 8.0083 · 21.881 · 7.7672 Å³, 18.39 mS/cm at 300 K, 1 ns.
  @Test func cutoffOfTheTargetConductivity() throws {
    let ions = try NernstEinstein(ionCount: 96, formalCharge_e: 1, volume_A3: 10_888.35)
    let d = ions.diffusivity_A2_per_ps(conductivity_mS_per_cm: 18.39, temperature_K: 300)
    // Printed to five digits; 1 Å²/ps is 1e-4 cm²/s.
    #expect(abs(d * 1e-4 / 3.3656e-7 - 1) < 2e-5)
    let cutoff = try ActiveCutoff.conductivity(mS_per_cm: 18.39, temperature_K: 300)
      .value_A2(duration_ps: 1000, ions: ions)
    #expect(abs(cutoff / 20.193 - 1) < 3e-5)
    #expect(
      abs(ions.conductivity_mS_per_cm(diffusivity_A2_per_ps: d, temperature_K: 300) / 18.39 - 1) < 1e-14)
    // Exactly 21 Å² needs 11,323 Å³.
    let wider = try NernstEinstein(ionCount: 96, formalCharge_e: 1, volume_A3: 11_323)
    let at21 = wider.meanSquare_A2(conductivity_mS_per_cm: 18.39, temperature_K: 300, duration_ps: 1000)
    #expect(abs(at21 / 21 - 1) < 5e-5)
  }

  /// Twice the charge gives four times the conductivity, half the temperature gives twice as much.
  @Test func scalesAsItMust() throws {
    let one = try NernstEinstein(ionCount: 10, formalCharge_e: 1, volume_A3: 1000)
    let two = try NernstEinstein(ionCount: 10, formalCharge_e: -2, volume_A3: 1000)
    let a = one.conductivity_mS_per_cm(diffusivity_A2_per_ps: 1, temperature_K: 600)
    let b = two.conductivity_mS_per_cm(diffusivity_A2_per_ps: 1, temperature_K: 300)
    #expect(abs(b / a - 8) < 1e-12)
  }

  @Test func homogeneousFractionAtTheMean() {
    #expect(abs(homogeneousActiveFraction(cutoff_A2: 21, meanSquare_A2: 21) - 0.392) < 5e-4)
    #expect(abs(homogeneousActiveFractionMax(cutoff_A2: 21, meanSquare_A2: 21) - 0.617) < 5e-4)
    for fraction in [homogeneousActiveFraction, homogeneousActiveFractionMax] {
      #expect(fraction(1, 0) == 0)
      #expect(fraction(0, 1) == 1)
      #expect(fraction(1000, 1) < 1e-12)
      #expect(fraction(1e-6, 1) > 1 - 1e-6)
    }
  }

  /// Simulated: 3000 ions with 500 steps. Observed in steps of standard deviation σ on each axis, a path
  /// appears to reach a border 0.5826 σ late (Broadie, Glasserman and Kou 1997), hence the smaller cut-off
  /// for the largest.
  @Test func homogeneousFractionsBySimulation() throws {
    let steps = 500
    let run = SyntheticRun(ionCount: 3000, frameCount: steps + 1, frameInterval_ps: 1)
    var random = RandomNumbers(seed: 9)
    let diffusivity = 1.0 / 6 / Double(steps)
    let step = (2 * diffusivity).squareRoot()
    let walk = run.brownian(diffusivity: diffusivity, &random)
    var final = 0
    var largest = 0
    let nearer = Float(1 - 0.5826 * step) * Float(1 - 0.5826 * step)
    for ion in 0..<3000 {
      var most: Float = 0
      var last: Float = 0
      for frame in 0...steps {
        let at = (frame * 3000 + ion) * 3
        last = walk[at] * walk[at] + walk[at + 1] * walk[at + 1] + walk[at + 2] * walk[at + 2]
        most = max(most, last)
      }
      if last >= 1 { final += 1 }
      if most >= nearer { largest += 1 }
    }
    // The binomial error for 3000 is 0.009; three of them.
    #expect(abs(Double(final) / 3000 - 0.392) < 0.027)
    #expect(abs(Double(largest) / 3000 - 0.617) < 0.027)
  }

  /// Two of four ions end beyond the cut-off; a third reaches it in between.
  @Test func countsFinalAndLargest() throws {
    let run = SyntheticRun(ionCount: 4, frameCount: 3, frameInterval_ps: 10)
    var paths = run.still
    paths[2 * 12] = 5
    paths[2 * 12 + 3] = 4
    paths[1 * 12 + 6] = 6
    let mobility = try run.mobility(paths)
    #expect(mobility.finalSquared_A2 == [25, 16, 0, 0])
    #expect(mobility.largestSquared_A2 == [25, 16, 36, 0])
    let pooled = try poolTemperature(
      temperature_K: 300, runs: [mobility], volume_A3: 100,
      parameters: PoolingParameters(formalCharge_e: 1, activeCutoff: .squaredDisplacement(A2: 16)))
    #expect(pooled.summary.activeFraction == 0.5)
    #expect(pooled.summary.activeFractionMax == 0.75)
    // χ²₃ tail at 3 · 16 / (41/4).
    let tail = homogeneousActiveFraction(cutoff_A2: 16, meanSquare_A2: 10.25)
    #expect(pooled.summary.activeFractionHomogeneous == tail)
    let index = try #require(pooled.curves.activeCutoff_A2.firstIndex { $0 > 25 })
    #expect(pooled.curves.activeFraction[index] == 0)
    #expect(pooled.curves.activeFractionMax[index] == 0.25)
    #expect(pooled.summary.activeFractionErrorSource == .binomial)
    #expect(pooled.summary.warnings.contains(.binomialError))
  }

  /// Four replicas with 1, 2, 3 and 2 of 4 ions: the standard error of their mean.
  @Test func errorFromReplicas() throws {
    let run = SyntheticRun(ionCount: 4, frameCount: 3, frameInterval_ps: 10)
    let runs = try [1, 2, 3, 2].map { count in
      var paths = run.still
      for ion in 0..<count { paths[2 * 12 + 3 * ion] = 5 }
      return try run.mobility(paths)
    }
    let pooled = try poolTemperature(
      temperature_K: 300, runs: runs, volume_A3: 100,
      parameters: PoolingParameters(formalCharge_e: 1, activeCutoff: .squaredDisplacement(A2: 16)))
    #expect(pooled.summary.activeFraction == 0.5)
    // Fractions .25, .5, .75, .5: variance 0.125/3, divided by 4.
    let error = try #require(pooled.summary.activeFractionError)
    #expect(abs(error - (0.125 / 12).squareRoot()) < 1e-12)
  }
}
