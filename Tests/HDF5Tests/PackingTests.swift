import HDF5
import TestSupport
import Testing

/// Chunks that are unpacked outside of the library are what the library reads.
@Suite struct PackingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let values = (0..<60).map { Float($0) * 1.37 - 20 }

  private func unpack(_ dataset: HDF5Dataset, at offset: [Int]) throws -> [Float] {
    let packing = try #require(try dataset.packingOfFloats())
    var bytes: [UInt8] = []
    var scratch: [UInt8] = []
    let size = try dataset.readPackedChunk(at: offset, into: &bytes)
    var chunk = [Float](repeating: 0, count: packing.chunk.reduce(1, *))
    try bytes.withUnsafeBufferPointer { bytes in
      try chunk.withUnsafeMutableBufferPointer {
        try dataset.unpack(.init(rebasing: bytes[..<size]), packing, scratch: &scratch, into: $0)
      }
    }
    return chunk
  }

  @Test(arguments: [0, 1, 9]) func aChunkUnpacks(deflateLevel: Int) throws {
    let path = folder.file("packed.h5")
    let file = try HDF5File.create(path)
    let dataset = try file.root().createDataset(
      "values", of: Float.self, shape: [10, 6],
      chunking: HDF5Chunking(chunk: [4, 3], deflateLevel: deflateLevel), fill: .nan)
    try dataset.write(values)
    try file.close()
    let again = try HDF5File.open(path).root().dataset("values")
    for row in [0, 4] {
      for column in [0, 3] {
        let expected = try again.read(Float.self, at: [row, column], count: [4, 3])
        #expect(try unpack(again, at: [row, column]) == expected)
      }
    }
    // Two rows of the last chunk lie beyond the end.
    #expect(try unpack(again, at: [8, 0]).prefix(6) == [48, 49, 50, 54, 55, 56].map { values[$0] }[...])
  }

  @Test func aChunkNeverWrittenHasNoBytes() throws {
    let dataset = try HDF5File.create(folder.file("empty.h5")).root().createDataset(
      "values", of: Float.self, shape: [10, 6], chunking: HDF5Chunking(chunk: [4, 3]))
    var bytes: [UInt8] = []
    #expect(try dataset.readPackedChunk(at: [4, 3], into: &bytes) == 0)
  }

  @Test func onlyChunkedFloatsUnpack() throws {
    let root = try HDF5File.create(folder.file("others.h5")).root()
    #expect(try root.writeDataset("plain", values).packingOfFloats() == nil)
    let doubles = try root.createDataset(
      "doubles", of: Double.self, shape: [4], chunking: HDF5Chunking(chunk: [2]))
    #expect(try doubles.packingOfFloats() == nil)
  }

  @Test func damageIsAnError() throws {
    let dataset = try HDF5File.create(folder.file("damaged.h5")).root().createDataset(
      "values", of: Float.self, shape: [4, 3], chunking: HDF5Chunking(chunk: [4, 3]))
    try dataset.write(Array(values[..<12]))
    try dataset.flush()
    let packing = try #require(try dataset.packingOfFloats())
    var bytes: [UInt8] = []
    var scratch: [UInt8] = []
    let size = try dataset.readPackedChunk(at: [0, 0], into: &bytes)
    var chunk = [Float](repeating: 0, count: 12)
    for (cut, flip) in [(size - 1, false), (size, true), (0, false)] {
      var damaged = Array(bytes[..<cut])
      if flip { damaged[size / 2] ^= 0x10 }
      #expect(throws: HDF5Error.self) {
        try damaged.withUnsafeBufferPointer { bytes in
          try chunk.withUnsafeMutableBufferPointer {
            try dataset.unpack(bytes, packing, scratch: &scratch, into: $0)
          }
        }
      }
    }
  }
}
