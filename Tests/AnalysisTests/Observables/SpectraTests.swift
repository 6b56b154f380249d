import RealModule
import Testing

@testable import Analysis
@testable import Mechanism

struct SpectraTests {
  /// A harmonic crystal with two modes: peaks at their frequencies, with their weights.
  @Test func harmonicModes() throws {
    let interval = 0.004
    let correlation = (0..<256).map { i -> Double in
      let t = Double(i) * interval
      return 3 * Double.cos(2 * Double.pi * 5 * t) + Double.cos(2 * Double.pi * 75 * t)
    }
    let spectrum = try PowerDensity(correlation: correlation, interval_ps: interval)
    #expect(spectrum.frequencies_THz.last == 125)
    // The window's width, 2/t of the last lag, is 2 THz.
    #expect(abs(spectrum.weight(3..<7) - 0.75) < 0.01)
    #expect(abs(spectrum.weight(73..<77) - 0.25) < 0.01)
    let peak = spectrum.densities.indices.max { spectrum.densities[$0] < spectrum.densities[$1] } ?? 0
    #expect(abs(spectrum.frequencies_THz[peak] - 5) < 0.5)
    #expect(abs(spectrum.weight(0..<126) - 1) < 1e-12)
  }

  /// The velocity of an Ornstein–Uhlenbeck process has a Lorentzian spectrum: 4γ/(γ² + (2πf)²) of unit area.
  @Test func lorentzian() throws {
    let gamma = 20.0
    let interval = 0.002
    let correlation = (0..<500).map { Double.exp(-gamma * Double($0) * interval) }
    let spectrum = try PowerDensity(correlation: correlation, interval_ps: interval)
    for (f, value) in zip(spectrum.frequencies_THz, spectrum.densities) where f < 20 {
      let omega = 2 * Double.pi * f
      // The window smooths by a twentieth of the width; the sum over lags adds aliases of 1/(2 Δt).
      #expect(abs(value / (4 * gamma / (gamma * gamma + omega * omega)) - 1) < 0.06)
    }
  }

  @Test func badInput() {
    #expect(throws: AnalysisError.self) { try PowerDensity(correlation: [1, 0], interval_ps: 1) }
    #expect(throws: AnalysisError.self) { try PowerDensity(correlation: [0, 0, 0, 0, 0], interval_ps: 1) }
    #expect(throws: AnalysisError.self) { try PowerDensity(correlation: [1, 0, 0, 0], interval_ps: 0) }
  }
}
