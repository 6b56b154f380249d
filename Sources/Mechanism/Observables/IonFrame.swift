import Analysis
import Crystal
import Mathematics

/// The mobile ions and the anions at one instant of a run.
public struct IonFrame: Sendable {
  /// Counted from the first frame that is analysed.
  public var index: Int
  /// At this instant, Å.
  public var cell: Cell
  /// Å, images counted in `cell`: where the ions are at this instant.
  public var cations: [Vector3]
  /// Centres of mass, in the same way, Å.
  public var anions: [Vector3]
  /// Unit quaternions (w, x, y, z) relative to the reference geometry of each anion's kind.
  public var orientations: [SIMD4<Double>]
  /// The same ions in the mean cell of the run; nil where the cell does not change, so that `cell`, `cations` and
  /// `anions` are that already.
  public var averaged: Averaged?

  /// The ions of a frame by their fractional coordinates in the mean cell of the run: what belongs to one place of the
  /// lattice has the same coordinates in every frame, and their changes are displacements.
  public struct Averaged: Sendable {
    /// The mean cell.
    public var cell: Cell
    /// Fractional coordinates times `cell`, images counted, relative to the drift reference, Å.
    public var cations: [Vector3]
    /// Centres of mass, in the same way, Å.
    public var anions: [Vector3]

    /// Lengths in Å.
    public init(cell: Cell, cations: [Vector3], anions: [Vector3]) {
      self.cell = cell
      self.cations = cations
      self.anions = anions
    }
  }

  /// The frame in the mean cell, for everything that compares ions at different times: sites, densities, hops,
  /// displacements. Distances at one instant are those of the frame itself.
  public var inMeanCell: IonFrame {
    guard let averaged else { return self }
    return IonFrame(
      index: index, cell: averaged.cell, cations: averaged.cations, anions: averaged.anions,
      orientations: orientations)
  }

  /// Lengths in Å; one orientation for each anion.
  public init(
    index: Int, cell: Cell, cations: [Vector3], anions: [Vector3], orientations: [SIMD4<Double>],
    averaged: Averaged? = nil
  ) {
    self.index = index
    self.cell = cell
    self.cations = cations
    self.anions = anions
    self.orientations = orientations
    self.averaged = averaged
  }
}

/// The ions of a run, the same in every frame.
public struct IonSystem: Sendable {
  /// Element of the mobile ions.
  public var mobile: String
  /// Mobile ions.
  public var cationCount: Int
  /// Kinds of anions.
  public var kinds: [AnionKind]
  /// Index into `kinds` of each anion.
  public var kindOfAnion: [Int]
  /// Frames that are analysed.
  public var frameCount: Int
  /// ps, the same throughout.
  public var frameInterval_ps: Double

  /// - Parameters: as the properties.
  public init(
    mobile: String, cationCount: Int, kinds: [AnionKind], kindOfAnion: [Int], frameCount: Int,
    frameInterval_ps: Double
  ) {
    self.mobile = mobile
    self.cationCount = cationCount
    self.kinds = kinds
    self.kindOfAnion = kindOfAnion
    self.frameCount = frameCount
    self.frameInterval_ps = frameInterval_ps
  }

  /// - Throws: `AnalysisError` for counts and times that no run has.
  func validate() throws {
    func require(_ holds: Bool, _ what: String, _ found: Double, _ wanted: String) throws {
      if !holds { throw AnalysisError.outOfRange(what: what, found: found, wanted: wanted) }
    }
    try require(
      (0...LargestCounts.frames).contains(frameCount), "frames", Double(frameCount),
      "0 to \(LargestCounts.frames)")
    try require(
      (0...LargestCounts.ions).contains(cationCount), "mobile ions", Double(cationCount),
      "0 to \(LargestCounts.ions)")
    try require(
      frameInterval_ps > 0 && frameInterval_ps.isFinite, "frame interval, ps", frameInterval_ps,
      "a time above 0")
    if let kind = kindOfAnion.first(where: { !kinds.indices.contains($0) }) {
      throw AnalysisError.outOfRange(
        what: "kind of an anion", found: Double(kind), wanted: "an index of \(kinds.count) kinds")
    }
  }

  /// From the first frame to the last, ps.
  public var duration_ps: Double { Double(max(0, frameCount - 1)) * frameInterval_ps }

  /// The anions of a kind.
  func anions(of kind: Int) -> [Int] { kindOfAnion.indices.filter { kindOfAnion[$0] == kind } }

  /// The interval, in frames, at which structure is analysed: enough frames for the size of the cell.
  var structureStride: Int {
    let ions = max(1, cationCount + kindOfAnion.count)
    let most = max(100, 1_000_000 / ions)
    return max(1, (frameCount + most - 1) / most)
  }
}

/// An analysis that sees each frame of a run once, in order, and holds no more than a few of them.
package protocol FrameObserver: AnyObject {
  /// Takes the next frame.
  /// - Throws: `AnalysisError.notFinite` for a position that is not a finite number.
  func observe(_ frame: IonFrame) throws
  /// The results, after the last frame.
  func finish() -> RunObservables
}
