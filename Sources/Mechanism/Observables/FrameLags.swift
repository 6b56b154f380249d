/// Pairs of frames at lags from one frame to half of a run, evenly spaced on a logarithmic axis, from a
/// stream of frames.
///
/// Decimated multiple-tau (Magatti and Ferri, Appl. Opt. 40, 4011 (2001), without averaging, which would
/// bias displacements): level l keeps every 2^l-th frame, 16 of them, and gives the lags from 8 to 15 of those.
/// Memory grows with the logarithm of the run's length.
struct FrameLags<Frame> {
  private static var channels: Int { 16 }

  /// Frames, ascending.
  let lags: [Int]
  private var levels: [[(index: Int, frame: Frame)]]
  /// At level 0, pairs are formed with every `originStride`-th frame only.
  private let originStride: Int

  /// - Parameter originStride: pair only every so many frames.
  init(frameCount: Int, originStride: Int = 1) {
    self.originStride = max(1, originStride)
    let longest = max(1, frameCount / 2)
    var lags = (1..<Self.channels).filter { $0 <= longest }
    var levelCount = 1
    while (Self.channels / 2) << levelCount <= longest {
      lags += (Self.channels / 2..<Self.channels).map { $0 << levelCount }.filter { $0 <= longest }
      levelCount += 1
    }
    self.lags = lags
    levels = [[(Int, Frame)]](repeating: [], count: levelCount)
  }

  /// Calls `body(older index, older frame, place in lags)` for each frame that the new one is paired with.
  mutating func add(
    _ frame: Frame, index: Int, _ body: (Int, Frame, Int) throws -> Void
  ) rethrows {
    for level in levels.indices {
      let spacing = 1 << level
      guard index % spacing == 0 else { break }
      if (index / spacing) % max(1, originStride / spacing) == 0 {
        let least = level == 0 ? 1 : Self.channels / 2
        let firstPlace = level == 0 ? 0 : Self.channels - 1 + (level - 1) * Self.channels / 2
        for old in levels[level] {
          let channel = (index - old.index) / spacing
          let place = firstPlace + channel - least
          if channel >= least, place < lags.count { try body(old.index, old.frame, place) }
        }
      }
      levels[level].append((index, frame))
      if levels[level].count >= Self.channels { levels[level].removeFirst() }
    }
  }
}
