import RealModule

/// The sine modes of the displacements of the ions of one run: how fast ions diffuse at each frequency, how single
/// ions scatter about that, and whether they move at the same times.
///
/// The path of an ion is averaged over windows of time; the displacements from window to window are transformed.
/// Mode k has the angular frequency π k/(windows × length of a window). Its power, divided by that of a Brownian
/// particle of D = 1 seen through the same windows, is a diffusivity at that frequency, Å²/ps.
public struct DisplacementModes: Codable, Sendable, Equatable {
  /// xx, yy, zz, yz, xz, xy.
  static let componentCount = 6
  /// Modes 1, 2–3, 4–7, … together, as single ions are compared in these.
  static let mostOctaves = 8

  /// Ions.
  public var ionCount: Int
  /// Windows of time along the run.
  public var windowCount: Int
  /// Length of a window, ps.
  public var window_ps: Double
  /// Frames of a window.
  public var windowFrames: Int
  /// Mean over ions, Å²/ps, [component][mode], components xx, yy, zz, yz, xz, xy.
  public var diffusivity_A2_per_ps: [[Double]]
  /// Mean over ions of the products of two such values of one ion, each a mean over an octave of modes, Å⁴/ps²:
  /// the upper triangle, row by row, of a matrix over (octave, component).
  public var products_A4_per_ps2: [Double]
  /// Squares of the cosine modes 0, 1, 2, … of Σ over ions of |Δr|², Å⁴; empty for short runs.
  public var activity_A4: [Double]
  /// The same of each ion, summed over ions.
  public var ionActivity_A4: [Double]
  /// Mean of the power of the displacements of the same steps, Å², in their sine modes.
  public var stepPower_A2: [Double]

  /// Sampled modes.
  public var modeCount: Int { diffusivity_A2_per_ps[0].count }
  /// Duration, ps.
  var duration_ps: Double { Double(windowCount) * window_ps }

  /// Of mode k, counted from 1, in rad/ps.
  func frequency_per_ps(_ mode: Int) -> Double { Double.pi * Double(mode) / duration_ps }

  /// The power of mode k of white noise of the positions, relative to that of Brownian motion, in frames: 2 − 2 cos θ
  /// over the response of the windows.
  func noise(_ mode: Int) -> Double {
    let angle = Double.pi * Double(mode) / Double(windowCount)
    return (2 - 2 * Double.cos(angle))
      / DisplacementModes.response(mode: mode, windowCount: windowCount, windowFrames: windowFrames)
  }

  /// The power of mode k of the displacements of Brownian motion between means over windows, relative to that between
  /// points: their covariance is tridiagonal.
  static func response(mode: Int, windowCount: Int, windowFrames: Int) -> Double {
    let w = Double(windowFrames)
    let angle = Double.pi * Double(mode) / Double(windowCount)
    return 1 - (w * w - 1) / (3 * w * w) * (1 - Double.cos(angle))
  }

  /// Of mode k, counted from 1.
  static func octave(_ mode: Int) -> Int {
    min(mostOctaves - 1, Int.bitWidth - 1 - mode.leadingZeroBitCount)
  }
}
