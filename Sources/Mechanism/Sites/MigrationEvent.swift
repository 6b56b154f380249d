/// One ion's move from site to site with the rotation of the neighbouring anions on the same time axis (Tsai
/// et al. 2023, Fig. 4, S8, S9).
public struct MigrationEvent: Codable, Sendable, Equatable {
  /// An anion near the hop.
  public struct Neighbour: Codable, Sendable, Equatable {
    /// Its index among the recorded anions.
    public var anion: Int
    /// "B12H12".
    public var kind: String
    /// From the middle of the hop, Å.
    public var distance_A: Double
    /// Rotation angle since the start of the window, degrees, at each time.
    public var angle_degrees: [Double]
  }

  /// Its index among the recorded mobile ions.
  public var ion: Int
  /// From the start of the sampling stage to the arrival at the new site, ps.
  public var time_ps: Double
  /// From the arrival, ps.
  public var relativeTimes_ps: [Double]
  /// Distance of the ion from its position at the start of the window, Å, at each time.
  public var displacement_A: [Double]
  /// The nearest anions.
  public var neighbours: [Neighbour]
  /// Where the ion is, images counted, Å, at each time; nil but for the first few events of a run.
  public var path_A: [[Double]]?
}
