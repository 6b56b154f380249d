/// How the datasets of a file are cut into chunks.
///
/// Analysis reads all frames of some members, the engine writes all members of some frames: chunks of
/// time × members serve both. Whole rows of chunks wait in memory until they are full.
enum RecordLayout {
  private static let chunkBytes = 128 * 1024
  /// The most that one group's waiting frames may take.
  private static let pendingBytes = 32 * 1024 * 1024
  static let observablesFrames = 256
  /// Float32 noise packs badly whatever the effort; the shuffled exponents pack well at the lowest.
  static let deflateLevel = 1

  /// What becomes of a file.
  enum Purpose {
    /// It is written record by record, and each flush writes its last row of chunks again: few frames.
    case growing
    /// It is written once, with so many records, and then analysed member by member: few members.
    case finished(records: Int)
  }

  /// The frames and members of a chunk of positions.
  static func particleChunk(members: Int, for purpose: Purpose) -> (frames: Int, members: Int) {
    let frameBytes = 3 * MemoryLayout<Float>.size * max(1, members)
    let wanted =
      switch purpose {
      case .growing: min(512, max(64, chunkBytes / frameBytes))
      case .finished(let records): min(512, max(1, records))
      }
    let frames = max(1, min(wanted, pendingBytes / frameBytes))
    let width = chunkBytes / (3 * MemoryLayout<Float>.size * frames)
    return (frames, max(1, min(members, width)))
  }
}
