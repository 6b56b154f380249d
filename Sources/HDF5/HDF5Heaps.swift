import Foundation

/// The heaps in which HDF5 keeps texts of variable length ("global heap", HDF5 File Format Specification 3.0, III.E).
///
/// They have no checksum, and the library believes what they say: an object of size 0 in the free space is read for ever,
/// one that is too large beyond the end. So every heap of a file is looked at before the first such text is read.
enum HDF5Heaps {
  private static let signature = Array("GCOL".utf8)

  /// The place of the first heap that can't be read, in bytes; nil where all are sound.
  static func firstUnsound(in path: String) throws -> Int? {
    let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    return data.withUnsafeBytes { bytes in
      let width = widthOfLengths(bytes)
      var at = 0
      while let found = find(bytes, from: at) {
        if !isSound(bytes, at: found, width: width) { return found }
        at = found + signature.count
      }
      return nil
    }
  }

  /// Bytes of a length, from the superblock.
  private static func widthOfLengths(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard bytes.count > 16 else { return 8 }
    let width = Int(bytes[8] < 2 ? bytes[14] : bytes[10])
    return [2, 4, 8].contains(width) ? width : 8
  }

  private static func find(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var at = start
    while at + signature.count <= bytes.count {
      guard let hit = memchr(base + at, Int32(signature[0]), bytes.count - at) else { return nil }
      at = UnsafeRawPointer(hit) - base
      if at + signature.count <= bytes.count, memcmp(base + at, signature, signature.count) == 0 { return at }
      at += 1
    }
    return nil
  }

  private static func isSound(_ bytes: UnsafeRawBufferPointer, at start: Int, width: Int) -> Bool {
    func number(_ place: Int, _ count: Int) -> UInt64 {
      (0..<count).reversed().reduce(0) { $0 << 8 | UInt64(bytes[place + $1]) }
    }
    func aligned(_ size: Int) -> Int { (size + 7) & ~7 }
    // A version other than 1 is an error to the library, and four letters among data are no heap.
    guard start + 8 + width <= bytes.count, bytes[start + 4] == 1 else { return true }
    guard let size = Int(exactly: number(start + 8, width)), size <= bytes.count - start else { return false }
    let header = aligned(8 + width)
    var at = start + header
    let end = start + size
    while at + header <= end {
      guard let objectSize = Int(exactly: number(at + 8, width)), objectSize <= end - at else { return false }
      let needed = number(at, 2) > 0 ? header + aligned(objectSize) : objectSize
      guard needed > 0, needed <= end - at else { return false }
      at += needed
    }
    return true
  }
}

extension HDF5File {
  /// - Throws: `HDF5Error` where the texts of variable length are damaged, so that the library must not read them.
  func requireSoundHeaps() throws(HDF5Error) {
    guard !hasSoundHeaps else { return }
    let place: Int?
    do { place = try HDF5Heaps.firstUnsound(in: path) } catch {
      throw HDF5Error(file: path, object: "", operation: "read texts", detail: error.localizedDescription)
    }
    if let place {
      throw HDF5Error(
        file: path, object: "", operation: "read texts",
        detail: "the heap that holds them, at byte \(place), is damaged")
    }
    hasSoundHeaps = true
  }
}
