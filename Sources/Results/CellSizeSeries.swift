import Analysis
import RealModule
import Support

/// D against the size of the cell at one temperature, from sets of a study that differ in their supercell alone: whether
/// the cell is large enough.
package struct CellSizeSeries: Codable, Sendable, Equatable {
  /// Value of each axis other than the supercell, temperature and replica.
  package var point: [String: String]
  package var temperature_K: Double
  /// By rising length.
  package var cells: [CellSize]

  /// One size of the cell.
  package struct CellSize: Codable, Sendable, Equatable {
    /// As the manifest writes it.
    package var supercell: String
    package var mobileIons: Int
    /// The cube root of the mean volume, Å.
    package var length_A: Double
    @Nullable package private(set) var diffusivity_cm2_per_s: Double?
    @Nullable package private(set) var diffusivityError_cm2_per_s: Double?
    /// 95 % upper bound, where there is no diffusivity.
    @Nullable package private(set) var upperBound_cm2_per_s: Double?
    // As the version before has them.
    @Nullable package var diffusivity_A2_per_ps: Double?
    @Nullable package var diffusivityError: Double?
    @Nullable package var upperBound_A2_per_ps: Double?

    enum CodingKeys: String, CodingKey {
      case supercell, length_A, diffusivity_cm2_per_s
      case diffusivityError_cm2_per_s = "diffusivity_error_cm2_per_s"
      case upperBound_cm2_per_s = "upper_bound_cm2_per_s"
      case diffusivity_A2_per_ps, upperBound_A2_per_ps = "upper_bound_A2_per_ps"
      case mobileIons = "mobile_ions"
      case diffusivityError = "diffusivity_error"
    }

    init(supercell: String, length_A: Double, of temperature: TemperatureSummary) {
      self.supercell = supercell
      self.length_A = length_A
      mobileIons = temperature.mobileIons
      diffusivity_A2_per_ps = temperature.diffusivity_A2_per_ps
      diffusivityError = temperature.diffusivityError
      upperBound_A2_per_ps = temperature.upperBound_A2_per_ps
      let unit = TemperatureSummary.cm2PerSecond
      diffusivity_cm2_per_s = diffusivity_A2_per_ps.map { $0 * unit }
      diffusivityError_cm2_per_s = diffusivityError.map { $0 * unit }
      upperBound_cm2_per_s = upperBound_A2_per_ps.map { $0 * unit }
    }
  }

  /// The axis that changes the size of a cell and nothing else.
  private static let axis = "system.supercell"

  /// - Parameters:
  ///   - sets: of a study.
  ///   - volumes_A3: of each temperature of each set.
  /// - Returns: one series for each temperature at which otherwise equal sets have two sizes or more.
  static func all(_ sets: [SetSummary], volumes_A3: [[Double]]) -> [CellSizeSeries] {
    var found: [CellSizeSeries] = []
    for (set, volumes) in zip(sets, volumes_A3) {
      guard let supercell = set.point[axis] else { continue }
      let point = set.point.filter { $0.key != axis }
      for (t, volume) in zip(set.temperatures, volumes) {
        let cell = CellSize(supercell: supercell, length_A: Double.root(volume, 3), of: t)
        if let known = found.firstIndex(where: { $0.point == point && $0.temperature_K == t.temperature_K }) {
          found[known].cells.append(cell)
        } else {
          found.append(CellSizeSeries(point: point, temperature_K: t.temperature_K, cells: [cell]))
        }
      }
    }
    return found.filter { Set($0.cells.map(\.mobileIons)).count > 1 }.map { series in
      var series = series
      series.cells.sort { $0.length_A < $1.length_A }
      return series
    }
  }
}
