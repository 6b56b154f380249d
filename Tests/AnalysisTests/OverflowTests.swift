import Foundation
import Mathematics
import SyntheticObservables
import Testing

@testable import Analysis
@testable import Mechanism
@testable import Results

/// A result that no number holds is left out with its reason; the others stand, and everything can be written.
struct OverflowTests {
  private func set(_ extrapolate_K: [Double], temperatures_K: [Double] = [600, 700, 800]) throws -> (
    SetSummary, SetCurves
  ) {
    let run = SyntheticRun(ionCount: 30, frameCount: 400, frameInterval_ps: 0.1)
    var random = RandomNumbers(seed: 4)
    let temperatures = try temperatures_K.enumerated().map { index, temperature in
      try poolTemperature(
        temperature_K: temperature,
        runs: [run.mobility(run.brownian(diffusivity: 0.2 + 0.3 * Double(index), &random))], volume_A3: 2000,
        parameters: PoolingParameters(formalCharge_e: 1))
    }
    return try summariseSet(point: [:], temperatures: temperatures, extrapolateTo_K: extrapolate_K)
  }

  private func overflows(_ summary: SetSummary) -> [Warning] {
    summary.warnings.filter { if case .overflow = $0 { true } else { false } }
  }

  @Test(arguments: [0.001, 0.1, 2]) func aConductivityNearAbsoluteZero(_ temperature_K: Double) throws {
    let (summary, curves) = try set([300, temperature_K])
    #expect(summary.extrapolated.map(\.temperature_K) == [300])
    #expect(overflows(summary) == [.overflow(of: .conductivity, temperature_K: temperature_K)])
    #expect(summary.activationEnergy_eV != nil && summary.prefactor_A2_per_ps != nil)
    #expect(curves.fit.count > 2 && curves.fit.allSatisfy(\.isNumber))
    _ = try JSONEncoder().encode(summary)
    _ = try JSONEncoder().encode(curves)
  }

  /// Temperatures that nearly coincide leave the prefactor to extrapolation over thousands of their distances.
  @Test func aPrefactorOfTemperaturesThatNearlyCoincide() throws {
    let (summary, curves) = try set([300], temperatures_K: [600, 600.001, 600.002])
    #expect(summary.prefactor_A2_per_ps == nil || summary.prefactor_A2_per_ps?.isFinite == true)
    #expect(!overflows(summary).isEmpty)
    _ = try JSONEncoder().encode(summary)
    _ = try JSONEncoder().encode(curves)
  }

  @Test func othersAreLeftAlone() throws {
    let (summary, _) = try set([250, 300, 1e6])
    #expect(overflows(summary).isEmpty)
    #expect(summary.extrapolated.count == 3)
  }

  @Test func anObservableThatOverflows() {
    func value(_ value: Double?, _ error: Double?, _ interval: [Double]? = nil) -> ObservableValue {
      ObservableValue(name: "a", series: "Na", value: value, error: error, interval95: interval, unit: "1")
    }
    let sound = value(1, 2, [0, 3])
    #expect(sound.leavingOutOverflows == sound)
    let lost = value(.infinity, 2).leavingOutOverflows
    #expect(lost.value == nil && lost.error == nil)
    #expect(lost.warning == .overflow(of: .observable, temperature_K: nil))
    let unsure = value(1, 2, [0, .infinity]).leavingOutOverflows
    #expect(unsure.value == 1 && unsure.interval95 == nil)
    #expect(unsure.note == "the error left out: too large or too small for a number")
    let curve = ObservableCurve(
      observable: "a", series: "b", x: [1, 2, 3], y: [1, .nan, nil], error: [.infinity, 1, nil])
    #expect(curve.leavingOutOverflows.y == [1, nil, nil])
    #expect(curve.leavingOutOverflows.error == [nil, 1, nil])
  }
}
