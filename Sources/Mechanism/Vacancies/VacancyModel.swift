import Analysis
import RealModule
import Units

/// Conductivity by vacancies alone, for salts with x vacancies on three cation sites (Tsai et al. 2023, eq. 5–8):
/// ln(σT) = A + ln[c(1 − c)] − ln V − B/T, with c = x/3 the share of empty sites and V the volume of a
/// formula unit.
///
/// The paper prints "log σ₀" in place of the terms for the temperature (from the Nernst–Einstein equation)
/// and the lattice. x = 0 has no vacancies in the model and can't be fitted. A conductivity above the line
/// fitted at low x is not due to the number of vacancies.
public struct VacancyModel: Sendable, Equatable, Codable {
  /// A conductivity to fit, or to compare.
  public struct Point: Sendable, Equatable, Codable {
    /// Vacancies for each formula unit of three sites.
    public var x: Double
    /// K.
    public var temperature_K: Double
    /// mS/cm.
    public var conductivity_mS_per_cm: Double
    /// Of a formula unit, Å³.
    public var volume_A3: Double

    /// As the properties.
    public init(x: Double, temperature_K: Double, conductivity_mS_per_cm: Double, volume_A3: Double) {
      self.x = x
      self.temperature_K = temperature_K
      self.conductivity_mS_per_cm = conductivity_mS_per_cm
      self.volume_A3 = volume_A3
    }
  }

  /// A, of σ in mS/cm, T in K, V in Å³.
  public let logPrefactor: Double
  /// B, K.
  public let barrier_K: Double
  /// k_B B, eV.
  public var activationEnergy_eV: Double { barrier_K * Constants.boltzmann }

  /// Least squares over points at two temperatures or more.
  /// - Throws: `AnalysisError` for points without vacancies or not above zero, or at one temperature only.
  public init(_ points: [Point]) throws {
    for point in points {
      guard point.x > 0, point.x < 3 else {
        throw AnalysisError.outOfRange(
          what: "vacancies x of a point to fit", found: point.x, wanted: "above 0 and below 3")
      }
      for (what, value) in [
        ("conductivity, mS/cm", point.conductivity_mS_per_cm), ("temperature, K", point.temperature_K),
        ("volume of a formula unit, Å³", point.volume_A3),
      ] where !(value > 0 && value.isFinite) {
        throw AnalysisError.outOfRange(what: what, found: value, wanted: "above 0")
      }
    }
    let y = points.map { Double.log($0.conductivity_mS_per_cm * $0.temperature_K) - Self.term($0) }
    let inverse = points.map { 1 / $0.temperature_K }
    guard Set(points.map(\.temperature_K)).count >= 2 else {
      throw AnalysisError.tooFewFrames(found: Set(points.map(\.temperature_K)).count, wanted: 2)
    }
    let slope = try ordinaryLeastSquaresSlope(x: inverse, y: y)
    let count = Double(points.count)
    barrier_K = -slope
    logPrefactor = y.reduce(0, +) / count - slope * inverse.reduce(0, +) / count
  }

  private static func term(_ point: Point) -> Double {
    let c = point.x / 3
    return Double.log(c * (1 - c)) - Double.log(point.volume_A3)
  }

  /// σ of the model, mS/cm.
  public func conductivity_mS_per_cm(x: Double, temperature_K: Double, volume_A3: Double) -> Double {
    let point = Point(x: x, temperature_K: temperature_K, conductivity_mS_per_cm: 1, volume_A3: volume_A3)
    guard x > 0, x < 3 else { return 0 }
    return Double.exp(logPrefactor + Self.term(point) - barrier_K / temperature_K) / temperature_K
  }

  /// A point's conductivity over that of the model: 10² at x = 1 in the paper.
  public func excess(_ point: Point) -> Double {
    point.conductivity_mS_per_cm
      / conductivity_mS_per_cm(
        x: point.x, temperature_K: point.temperature_K, volume_A3: point.volume_A3)
  }
}
