/// The chunk layout of the datasets.
///
/// Analysis reads all frames of some members, the engine writes all members of some frames: chunks of
/// time × members suit both. Whole rows of chunks are buffered until they are full.
enum RecordLayout {
  private static let chunkBytes = 128 * 1024
  /// The largest buffer of one group.
  private static let pendingBytes = 32 * 1024 * 1024
  static let observablesFrames = 256
  /// Noise in Float32 compresses badly at any level; the shuffled exponents compress well at the lowest.
  static let deflateLevel = 1

  /// The use of a file.
  enum Purpose {
    /// Written record by record; each flush rewrites the last row of chunks: few frames.
    case growing
    /// Written once with this many records and then analysed member by member: few members.
    case finished(records: Int)
  }

  /// The frames and members in a chunk of positions.
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
