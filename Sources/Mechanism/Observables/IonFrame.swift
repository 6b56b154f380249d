import Crystal
import Mathematics

/// The mobile ions and the anions at one instant of a run.
public struct IonFrame: Sendable {
  /// Counted from the first frame that is analysed.
  public var index: Int
  /// At this instant, Å.
  public var cell: Cell
  /// Unwrapped, relative to the drift reference, Å.
  public var cations: [Vector3]
  /// Centres of mass, in the same frame of reference, Å.
  public var anions: [Vector3]
  /// Unit quaternions (w, x, y, z) relative to the reference geometry of each anion's kind.
  public var orientations: [SIMD4<Double>]

  /// Lengths in Å; one orientation for each anion.
  public init(
    index: Int, cell: Cell, cations: [Vector3], anions: [Vector3], orientations: [SIMD4<Double>]
  ) {
    self.index = index
    self.cell = cell
    self.cations = cations
    self.anions = anions
    self.orientations = orientations
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
