import HDF5
import Support
import Synchronization

/// A piece of a series that one thread reads at a time.
private struct Piece {
  var file: RankFile
  var dataset: HDF5Dataset
  var path: String
  /// nil where HDF5 has to read it.
  var packing: HDF5Packing?
  /// Rows of the file.
  var rows: Range<Int>
  /// The first row of the chunk, and of its members.
  var chunkStart: (row: Int, member: Int)
  var members: Range<Int>
  /// The record of the first row, counted from the first requested one.
  var record: Int
}

extension BlockChain {
  /// Reads positions or orientations on threads, in any layout.
  ///
  /// HDF5 reads one chunk at a time and spends most of the time on decompression. So HDF5 reads only the
  /// compressed bytes, and each thread decompresses its own chunks.
  ///
  /// - Parameter target: for the requested records, members and components.
  /// - Throws: `HDF5Error`, `RecordError`, naming the file: of the first piece that can't be read.
  func readChunks(
    _ series: String, dataset: String, frames: Range<Int>, members: Range<Int>, components: Int,
    layout: ValueLayout, threads: Int, into target: UnsafeMutablePointer<Float>
  ) throws {
    let pieces = try pieces(series, dataset: dataset, frames: frames, members: members)
    let failure = Mutex<(piece: Int, error: any Error)?>(nil)
    let next = Atomic(0)
    let target = Target(base: target, layout: layout, firstMember: members.lowerBound)
    onThreads(min(threads, pieces.count)) { _ in
      let reader = PieceReader(components: components)
      while failure.withLock({ $0 == nil }) {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < pieces.count else { return }
        do {
          try reader.read(pieces[index], into: target)
        } catch {
          failure.withLock { if index < $0?.piece ?? .max { $0 = (index, error) } }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
  }

  private func pieces(_ series: String, dataset: String, frames: Range<Int>, members: Range<Int>) throws
    -> [Piece]
  {
    var pieces: [Piece] = []
    var first = 0
    for segment in segments[series] ?? [] {
      let here = (first..<(first + segment.rows.count)).clamped(to: frames)
      defer { first += segment.rows.count }
      guard !here.isEmpty, let group = segment.file.index[series]?.path else { continue }
      let path = "\(group)/\(dataset)"
      let source = try segment.file.root.dataset(path)
      // A chunk of a file that still grows may move between being located and being read.
      let packing = segment.file.isOpenForWriting ? nil : try source.packingOfFloats()
      let height = packing?.chunk[0] ?? 512
      let width = packing?.chunk[1] ?? members.upperBound
      let shift = segment.rows.lowerBound - first
      let rows = (here.lowerBound + shift)..<(here.upperBound + shift)
      for member in stride(from: members.lowerBound / width * width, to: members.upperBound, by: width) {
        for row in stride(from: rows.lowerBound / height * height, to: rows.upperBound, by: height) {
          let part = (row..<(row + height)).clamped(to: rows)
          pieces.append(
            Piece(
              file: segment.file, dataset: source, path: path, packing: packing, rows: part,
              chunkStart: (row, member), members: (member..<(member + width)).clamped(to: members),
              record: part.lowerBound - shift - frames.lowerBound))
        }
      }
    }
    return pieces
  }
}

private struct Target {
  var base: UnsafeMutablePointer<Float>
  var layout: ValueLayout
  var firstMember: Int
}

/// What one thread needs to read pieces.
private final class PieceReader {
  private let components: Int
  private var packed: [UInt8] = []
  private var shuffled: [UInt8] = []
  private var values: [Float] = []

  init(components: Int) { self.components = components }

  func read(_ piece: Piece, into target: Target) throws {
    var box = (row: piece.rows.lowerBound, member: piece.members.lowerBound, width: piece.members.count)
    if let packing = piece.packing {
      try unpack(piece, packing)
      box = (piece.chunkStart.row, piece.chunkStart.member, packing.chunk[1])
    } else {
      values = [Float](repeating: 0, count: piece.rows.count * piece.members.count * components)
      try values.withUnsafeMutableBufferPointer {
        try piece.file.read(piece.path, frames: piece.rows, members: piece.members, into: $0)
      }
    }
    let isWhole = values.withUnsafeBufferPointer { values in
      let first = ((piece.rows.lowerBound - box.row) * box.width + piece.members.lowerBound - box.member)
      guard let base = values.baseAddress else { return true }
      return scatter(base + first * components, rowLength: box.width * components, piece, target)
    }
    guard isWhole else { throw piece.file.unwritten(piece.path) }
  }

  private func unpack(_ piece: Piece, _ packing: HDF5Packing) throws {
    guard packing.chunk.count == 3, packing.chunk[2] == components else {
      throw RecordError(
        file: piece.file.path, place: piece.path,
        message: "found chunks of \(packing.chunk), wanted \(components) components")
    }
    let size = try piece.dataset.readPackedChunk(
      at: [piece.chunkStart.row, piece.chunkStart.member, 0], into: &packed)
    guard size > 0 else { throw piece.file.unwritten(piece.path) }
    let count = packing.chunk.reduce(1, *)
    if values.count != count { values = [Float](repeating: 0, count: count) }
    try packed.withUnsafeBufferPointer { packed in
      try values.withUnsafeMutableBufferPointer { values in
        try piece.dataset.unpack(
          UnsafeBufferPointer(rebasing: packed[..<size]), packing, scratch: &shuffled, into: values)
      }
    }
  }

  /// - Returns: false where a value is NaN or infinite.
  private func scatter(
    _ source: UnsafePointer<Float>, rowLength: Int, _ piece: Piece, _ target: Target
  ) -> Bool {
    let layout = target.layout
    let first = target.base + piece.record * layout.record
    let rows = piece.rows.count
    var isWhole = true
    if layout.component == 1, layout.member == components {
      let length = piece.members.count * components
      let column = first + (piece.members.lowerBound - target.firstMember) * layout.member
      for row in 0..<rows {
        let from = source + row * rowLength
        for k in 0..<length where !from[k].isFinite { isWhole = false }
        (column + row * layout.record).update(from: from, count: length)
      }
      return isWhole
    }
    for member in 0..<piece.members.count {
      for component in 0..<components {
        let from = source + member * components + component
        let to =
          first + (piece.members.lowerBound - target.firstMember + member) * layout.member
          + component * layout.component
        for row in 0..<rows {
          let value = from[row &* rowLength]
          isWhole = isWhole && value.isFinite
          to[row &* layout.record] = value
        }
      }
    }
    return isWhole
  }
}
