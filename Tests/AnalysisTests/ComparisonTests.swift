import Analysis
import Compare
import Foundation
import StructureScience
import Testing

/// Computed against printed numbers: verdicts, intervals, ratios.
struct ComparisonTests {
  private func estimate(_ value: Double?, _ error: Double?, bound: Double? = nil) -> Estimate {
    Estimate(value: value, error: error, upperBound: bound)
  }

  /// 1.96 errors on each side; 2.776 for Student's t with four degrees of freedom.
  @Test func intervalsAreOf95Percent() throws {
    let normal = try #require(estimate(10, 1).interval)
    #expect(abs(normal.upperBound - 11.959964) < 1e-6)
    let few = try #require(Estimate(value: 10, error: 1, degreesOfFreedom: 4).interval)
    #expect(abs(few.lowerBound - (10 - 2.776445)) < 1e-5)
    let ratio = try #require(Estimate(value: 2, error: 0.1, scale: .logarithmic).interval)
    #expect(abs(ratio.upperBound / 2 - exp(0.1959964)) < 1e-6)
    #expect(estimate(10, nil).interval == nil)
    #expect(estimate(.nan, 1).value == nil)
    #expect(estimate(10, 0).error == nil)
  }

  @Test func printedNumbersAreJudged() {
    let printed = Expectation.value(10, within: 0.5)
    #expect(estimate(10.3, 0.3).judged(by: printed).verdict == .agrees)
    #expect(estimate(11.4, 0.5).judged(by: printed).verdict == .agrees)
    #expect(estimate(13, 0.5).judged(by: printed).verdict == .differs)
    // Anything from 2 to 18 is possible.
    #expect(estimate(10, 4).judged(by: printed).verdict == .notSampledEnough)
    #expect(estimate(10, 4).judged(by: printed, resolution: 10).verdict == .agrees)
    #expect(estimate(10, nil).judged(by: printed).verdict == .notSampledEnough)
    #expect(estimate(nil, nil).judged(by: printed).verdict == .notSampledEnough)
    #expect(estimate(nil, nil, bound: 5).judged(by: printed).verdict == .differs)
    #expect(estimate(nil, nil, bound: 20).judged(by: printed).verdict == .notSampledEnough)
  }

  /// Two errors beyond the printed number's own uncertainty: a probability of 4.55 %.
  @Test func chancesAreThoseOfANormalDistribution() throws {
    let two = try #require(estimate(12.5, 1).judged(by: .value(10, within: 0.5)).p)
    #expect(abs(two - 0.0455003) < 1e-6)
    let one = try #require(estimate(8, 1).judged(by: .below(10)).p)
    #expect(abs(one - 0.0227501) < 1e-6)
    #expect(estimate(10.2, 1).judged(by: .value(10, within: 0.5)).p == 1)
  }

  /// A printed number without an error has that of a run of its length: here as long as ours, √2 times the error.
  @Test func printedNumbersHaveErrorsToo() {
    var ours = estimate(12.2, 1)
    ours.sampled_ps = 50
    let printed = Expectation.value(10, within: 0)
    #expect(ours.judged(by: printed, resolution: 5).verdict == .differs)
    #expect(ours.judged(by: printed, resolution: 5, printedSampling_ps: 50).verdict == .agrees)
    #expect(ours.judged(by: printed, resolution: 5, printedSampling_ps: 5000).verdict == .differs)
    // Our sampling can't reduce the uncertainty of the printed number.
    #expect(ours.judged(by: printed, resolution: 2, printedSampling_ps: 10).verdict == .agrees)
  }

  @Test func boundsAreJudged() {
    #expect(estimate(1, 0.2).judged(by: .below(2)).verdict == .agrees)
    #expect(estimate(1.9, 0.2).judged(by: .below(2)).verdict == .notSampledEnough)
    #expect(estimate(3, 0.2).judged(by: .below(2)).verdict == .differs)
    #expect(estimate(3, 0.2).judged(by: .above(2)).verdict == .agrees)
    #expect(estimate(1, 0.2).judged(by: .above(2)).verdict == .differs)
    #expect(estimate(nil, nil, bound: 1).judged(by: .below(2)).verdict == .agrees)
    #expect(estimate(nil, nil, bound: 3).judged(by: .below(2)).verdict == .notSampledEnough)
    #expect(estimate(nil, nil, bound: 1).judged(by: .above(2)).verdict == .differs)
    #expect(estimate(1, 0.1).judged(by: .between(0.5, 1.5)).verdict == .agrees)
    #expect(estimate(1, 0.4).judged(by: .between(0.5, 1.5)).verdict == .notSampledEnough)
    #expect(estimate(3, 0.4).judged(by: .between(0.5, 1.5)).verdict == .differs)
  }

  @Test func ratiosHaveTheErrorsOfLogarithms() throws {
    let ratio = Estimate.ratio(estimate(2, 0.2), estimate(4, 0.4))
    #expect(ratio.value == 0.5)
    #expect(abs((ratio.error ?? 0) - 0.1 * 2.0.squareRoot()) < 1e-12)
    // A number without a value but with an upper bound, over a measured one: a bound.
    let bound = try #require(Estimate.ratio(estimate(nil, nil, bound: 1), estimate(10, 1)).upperBound)
    #expect(abs(bound - 0.1 * exp(0.16448536)) < 1e-9)
    #expect(Estimate.ratio(estimate(2, 0.2), estimate(nil, nil, bound: 1)).value == nil)
    #expect(Estimate.ratio(estimate(2, 0.2), estimate(0, 1)).value == nil)
    // A time longer than the run, over a measured one.
    let slow = Estimate(value: nil, error: nil, lowerBound: 100)
    let least = Estimate.ratio(slow, estimate(10, 1))
    #expect(abs((least.lowerBound ?? 0) - 10 * exp(-0.16448536)) < 1e-6)
    #expect(least.judged(by: .above(1)).verdict == .agrees)
    #expect(least.judged(by: .above(20)).verdict == .notSampledEnough)
    #expect(least.judged(by: .below(1)).verdict == .differs)
    #expect(least.judged(by: .between(0.5, 2)).verdict == .differs)
    let difference = Estimate.difference(estimate(5, 0.3), estimate(2, 0.4))
    #expect(difference.value == 3 && abs((difference.error ?? 0) - 0.5) < 1e-12)
  }

  /// Of three points of equal errors the slope is half of the outer two's difference over the step, its error √½.
  @Test func slopesAreOfLeastSquares() {
    let points = [(0.0, 1.0), (1.0, 2.1), (2.0, 3.0)].map { (x: $0.0, y: estimate($0.1, 0.1)) }
    let slope = Estimate.slope(points, ofLogarithm: false)
    #expect(abs((slope.value ?? 0) - 1) < 1e-12)
    #expect(abs((slope.error ?? 0) - 0.1 / 2.0.squareRoot()) < 1e-12)
    let growth = [(0.0, 1.0), (1.0, exp(0.5)), (2.0, exp(1))].map {
      (x: $0.0, y: estimate($0.1, 0.01 * $0.1))
    }
    #expect(abs((Estimate.slope(growth, ofLogarithm: true).value ?? 0) - 0.5) < 1e-12)
    let partial = Estimate.slope(points + [(x: 3, y: estimate(nil, nil, bound: 1))], ofLogarithm: false)
    #expect(partial.isPartial && partial.value == slope.value)
    #expect(slope.judged(by: .above(0)).verdict == .agrees)
    #expect(partial.judged(by: .above(0)).verdict == .notSampledEnough)
    #expect(Estimate.slope([(x: 1, y: estimate(1, 0.1))], ofLogarithm: false).value == nil)
    #expect(
      Estimate.slope([(x: 1, y: estimate(1, 0.1)), (x: 1, y: estimate(2, 0.1))], ofLogarithm: false).value
        == nil)
  }
}

/// Harmonic vibrations against closed forms.
struct VibrationalModesTests {
  /// A ring of masses and springs: ω = 2 √(k/m) |sin(π n/N)|.
  @Test func ringHasItsFrequencies() throws {
    let (count, spring, mass) = (12, 3.0, 7.0)
    var matrix = [Double](repeating: 0, count: count * count)
    for i in 0..<count {
      matrix[i * count + i] = 2 * spring / mass
      matrix[i * count + (i + 1) % count] = -spring / mass
      matrix[i * count + (i + count - 1) % count] = -spring / mass
    }
    let found = try VibrationalModes(dynamicalMatrix: matrix, size: count).frequencies_THz
    // 1 eV/(Å² amu) is 9648.533 ps⁻².
    let wanted = (0..<count).map {
      2 * (spring / mass * 9648.5332).squareRoot() * abs(sin(.pi * Double($0) / Double(count))) / (2 * .pi)
    }.sorted()
    // The zero mode is known to the square root of rounding only.
    for (a, b) in zip(found, wanted).dropFirst() { #expect(abs(a - b) < 1e-6 * b) }
    #expect(abs(found[0]) < 1e-4)
  }

  /// One mode of 10 THz beside three translations, at 300 K: x = hν/kT = 1.59972.
  @Test func thermalFunctionsAreClosedForms() {
    let modes = VibrationalModes(frequencies_THz: [0, 0, 0, 10])
    let quantum = 0.04135667696
    let kT = 8.617333262e-5 * 300
    let x = quantum / kT
    let thermal = modes.thermal(at: 300)
    #expect(abs(thermal.energy_eV - quantum * (0.5 + 1 / (exp(x) - 1))) < 1e-12)
    #expect(abs(thermal.freeEnergy_eV - (quantum / 2 + kT * log(1 - exp(-x)))) < 1e-12)
    #expect(abs(modes.thermal(at: 0).energy_eV - quantum / 2) < 1e-15)
    #expect(modes.thermal(at: 0).entropy_kB == 0)
    // Equipartition at high temperature.
    #expect(abs(modes.thermal(at: 1e6).energy_eV / (8.617333262e-5 * 1e6) - 1) < 1e-4)
  }

  /// S = −dF/dT.
  @Test func entropyIsTheSlopeOfTheFreeEnergy() {
    let modes = VibrationalModes(frequencies_THz: [0.001, -0.001, 0, 1, 5, 20, 75])
    for temperature in [100.0, 300, 650] {
      let h = 0.01
      let slope =
        (modes.thermal(at: temperature + h).freeEnergy_eV - modes.thermal(at: temperature - h).freeEnergy_eV)
        / (2 * h)
      #expect(abs(modes.thermal(at: temperature).entropy_kB + slope / 8.617333262e-5) < 1e-5)
    }
    #expect(modes.imaginaryCount == 0)
    #expect(VibrationalModes(frequencies_THz: [0, 0, 0, -2, 5]).imaginaryCount == 1)
  }

  @Test func badMatricesAreRefused() {
    #expect(throws: AnalysisError.self) { try VibrationalModes(dynamicalMatrix: [1, 2, 3], size: 2) }
    #expect(throws: AnalysisError.self) { try VibrationalModes(dynamicalMatrix: [.nan], size: 1) }
    #expect(throws: AnalysisError.self) { try VibrationalModes(dynamicalMatrix: [], size: 0) }
  }
}
