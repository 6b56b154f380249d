/// Accumulates the path of a centre of mass, one block of bodies after another.
public struct ReferencePath: Sendable {
  private let frameCount: Int
  private var moments: [Double]
  private var mass_amu = 0.0

  /// - Throws: `AnalysisError.tooFewFrames` below two frames, `AnalysisError.outOfRange` above 10⁸.
  public init(frameCount: Int) throws {
    guard frameCount >= 2 else { throw AnalysisError.tooFewFrames(found: frameCount, wanted: 2) }
    try checkLargest(frameCount: frameCount)
    self.frameCount = frameCount
    moments = [Double](repeating: 0, count: 3 * frameCount)
  }

  /// Adds bodies (atoms, or anions at their centres of mass) over some frames. Each body needs all frames, and
  /// its mass counts with the first.
  /// - Parameter positions: unwrapped, Å, [frame][body][3].
  /// - Parameter masses_amu: one for each body; a body of zero mass does not count.
  /// - Throws: `AnalysisError` for a wrong count, or a value that is not finite.
  public mutating func add(
    _ positions: UnsafeBufferPointer<Float>, masses_amu: [Double], frames: Range<Int>
  ) throws {
    let bodies = masses_amu.count
    guard positions.count == 3 * bodies * frames.count, frames.lowerBound >= 0,
      frames.upperBound <= frameCount
    else {
      throw AnalysisError.wrongCount(
        what: "positions [frame][body][3]", found: positions.count, wanted: 3 * bodies * frames.count)
    }
    guard bodies > 0 else { return }
    for frame in frames {
      let row = (frame - frames.lowerBound) * bodies * 3
      var sum = SIMD3(moments[3 * frame], moments[3 * frame + 1], moments[3 * frame + 2])
      for body in 0..<bodies where masses_amu[body] > 0 {
        let at = row + 3 * body
        let r = SIMD3(Double(positions[at]), Double(positions[at + 1]), Double(positions[at + 2]))
        guard r.x.isFinite, r.y.isFinite, r.z.isFinite else {
          throw AnalysisError.notFinite(what: "reference bodies", frame: frame, ion: body)
        }
        sum += masses_amu[body] * r
      }
      for k in 0..<3 { moments[3 * frame + k] = sum[k] }
    }
    if frames.lowerBound == 0 { mass_amu += masses_amu.reduce(0, +) }
  }

  /// Adds all frames of bodies.
  /// - Parameter paths: unwrapped, Å, [body][component][frame].
  /// - Throws: `AnalysisError` for a wrong count, or a value that is not finite.
  public mutating func add(paths: UnsafeBufferPointer<Float>, masses_amu: [Double]) throws {
    try check(
      count: paths.count, frameCount: frameCount, ionCount: masses_amu.count, what: "paths [body][3][frame]")
    try checkFinite(paths: paths, frameCount: frameCount, what: "reference bodies")
    for (body, mass) in masses_amu.enumerated() where mass > 0 {
      for component in 0..<3 {
        let first = (3 * body + component) * frameCount
        for frame in 0..<frameCount { moments[3 * frame + component] += mass * Double(paths[first + frame]) }
      }
    }
    mass_amu += masses_amu.reduce(0, +)
  }

  /// Adds all frames of bodies.
  /// - Parameter positions: unwrapped, Å, [frame][body][3].
  public mutating func add(_ positions: [Float], masses_amu: [Double]) throws {
    try check(count: positions.count, frameCount: frameCount, ionCount: masses_amu.count)
    try positions.withUnsafeBufferPointer { try add($0, masses_amu: masses_amu, frames: 0..<frameCount) }
  }

  /// The displacement of the centre of mass from its first frame, Å, [frame][3].
  /// - Throws: `AnalysisError.empty` where no mass was added.
  public func finish() throws -> [Double] {
    guard mass_amu > 0 else { throw AnalysisError.empty(what: "mass of the reference bodies") }
    return moments.indices.map { (moments[$0] - moments[$0 % 3]) / mass_amu }
  }
}
