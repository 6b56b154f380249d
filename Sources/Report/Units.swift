/// Diffusivities are stored in Å²/ps and shown in cm²/s: 1e-16 cm² in 1e-12 s.
let cm2PerSecond = 1e-4

extension Double {
  /// Nil for NaN and infinities, which stand for missing values.
  var ifFinite: Double? { isFinite ? self : nil }
}
