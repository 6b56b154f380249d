/// What the ions' displacements are measured against.
public enum DriftReference: String, Codable, Sendable, CaseIterable {
  /// The centre of mass of all that is not a mobile ion: the lattice that conduction is seen from.
  case framework
  /// The centre of mass of everything.
  case all
  /// The frame of the simulation; right only where the engine removes the momentum of the framework.
  case none
}

/// Sums the path of a centre of mass, block of bodies by block of bodies.
public struct ReferencePath: Sendable {
  private let frameCount: Int
  private var moments: [Double]
  private var mass_amu = 0.0

  /// - Throws: `AnalysisError.tooFewFrames` below two frames.
  public init(frameCount: Int) throws {
    guard frameCount >= 2 else { throw AnalysisError.tooFewFrames(found: frameCount, wanted: 2) }
    self.frameCount = frameCount
    moments = [Double](repeating: 0, count: 3 * frameCount)
  }

  /// Adds bodies (atoms, or anions at their centres of mass).
  /// - Parameter positions: unwrapped, Å, [frame][body][3].
  /// - Parameter masses_amu: one for each body.
  /// - Throws: `AnalysisError` for a wrong count, or a value that is not finite.
  public mutating func add(_ positions: UnsafeBufferPointer<Float>, masses_amu: [Double]) throws {
    let bodies = masses_amu.count
    try check(count: positions.count, frameCount: frameCount, ionCount: bodies)
    for frame in 0..<frameCount {
      for body in 0..<bodies {
        for component in 0..<3 {
          let index = (frame * bodies + body) * 3 + component
          guard positions[index].isFinite else {
            throw AnalysisError.notFinite(what: "reference bodies", frame: frame, ion: body)
          }
          moments[frame * 3 + component] += masses_amu[body] * Double(positions[index])
        }
      }
    }
    mass_amu += masses_amu.reduce(0, +)
  }

  /// The same from an array.
  public mutating func add(_ positions: [Float], masses_amu: [Double]) throws {
    try positions.withUnsafeBufferPointer { try add($0, masses_amu: masses_amu) }
  }

  /// The displacement of the centre of mass from its first frame, Å, [frame][3].
  /// - Throws: `AnalysisError.empty` where no mass was added.
  public func finish() throws -> [Double] {
    guard mass_amu > 0 else { throw AnalysisError.empty(what: "mass of the reference bodies") }
    return moments.indices.map { (moments[$0] - moments[$0 % 3]) / mass_amu }
  }
}
