import Foundation
import Trajectory

/// Unpacks the coordinates of an XTC frame: whole numbers within a box, one after the other as a number of mixed radix, and
/// runs of small differences from the atom before (the format of GROMACS's `xdr3dfcoord`).
enum XTCCoordinates {
  /// The sizes of ranges of small differences: 2^(i/3), rounded.
  private static let sizes: [Int] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 10, 12, 16, 20, 25, 32, 40, 50, 64, 80, 101, 128, 161, 203, 256, 322, 406,
    512,
    645, 812, 1024, 1290, 1625, 2048, 2580, 3250, 4096, 5060, 6501, 8192, 10321, 13003, 16384, 20642, 26007,
    32768,
    41285, 52015, 65536, 82570, 104031, 131072, 165140, 208063, 262144, 330280, 416127, 524287, 660561,
    832255,
    1_048_576, 1_321_122, 1_664_510, 2_097_152, 2_642_245, 3_329_021, 4_194_304, 5_284_491, 6_658_042,
    8_388_607,
    10_568_983, 13_316_085, 16_777_216,
  ]
  private static let smallest = 9
  private typealias Triple = SIMD3<Int>

  /// - Parameter offset: of the precision.
  /// - Returns: three coordinates for each atom, nm.
  /// - Throws: `TrajectoryProblem`.
  static func unpack(
    _ file: BinaryFile, at offset: Int, atomCount: Int, hasLongLength: Bool
  ) throws -> [Float] {
    func integer(_ place: Int) throws -> Int { Int(Int32(bitPattern: try file.bigEndian(offset + place))) }
    let precision = Float(bitPattern: try file.bigEndian(offset))
    guard precision.isFinite, precision > 0 else {
      throw file.problem(offset, "the precision \(precision)", "above 0")
    }
    let low = try Triple(integer(4), integer(8), integer(12))
    let high = try Triple(integer(16), integer(20), integer(24))
    let index = try integer(28)
    let length =
      try hasLongLength
      ? integer(32) << 32 | Int(file.bigEndian(offset + 36)) : Int(file.bigEndian(offset + 32))
    let start = offset + (hasLongLength ? 40 : 36)
    let extents = high &- low &+ 1
    guard (0..<3).allSatisfy({ (1...(1 << 32)).contains(extents[$0]) }), sizes.indices.contains(index),
      sizes[index] > 0
    else {
      throw file.problem(offset, "ranges \(extents) and the size \(index)", "those of packed coordinates")
    }
    var bits = BitStream(try file.bytes(length, at: start))
    guard let whole = read(&bits, atomCount, low, extents, index) else {
      throw file.problem(start, "packed coordinates that are damaged", "\(atomCount) atoms")
    }
    return whole.flatMap { [Float($0.x) / precision, Float($0.y) / precision, Float($0.z) / precision] }
  }

  /// - Returns: nil for damaged data.
  private static func read(
    _ bits: inout BitStream, _ atomCount: Int, _ low: Triple, _ extents: Triple, _ first: Int
  ) -> [Triple]? {
    var result: [Triple] = []
    result.reserveCapacity(atomCount)
    let isLarge = (0..<3).contains { extents[$0] > 0xFFFFFF }
    let width = bitCount(UInt128(extents.x) * UInt128(extents.y) * UInt128(extents.z))
    var index = first
    var run = 0
    while result.count < atomCount {
      var atom = Triple()
      if isLarge {
        for axis in 0..<3 {
          guard let value = bits.next(bitCount(UInt128(extents[axis]))) else { return nil }
          atom[axis] = Int(value)
        }
      } else {
        guard let value = bits.triple(width, extents) else { return nil }
        atom = value
      }
      atom &+= low
      guard let flag = bits.next(1) else { return nil }
      var change = 0
      if flag == 1 {
        guard let value = bits.next(5) else { return nil }
        change = Int(value) % 3
        run = Int(value) - change
        change -= 1
      }
      guard result.count + run / 3 < atomCount else { return nil }
      let size = sizes[index]
      var before = atom
      for step in stride(from: 0, to: run, by: 3) {
        guard var next = bits.triple(index, Triple(repeating: size)) else { return nil }
        next = next &+ before &- size / 2
        before = next
        result.append(next)
        // The first of a run is stored in front of the atom that it follows.
        if step == 0 { result.append(atom) }
      }
      if run == 0 { result.append(atom) }
      index += change
      guard sizes.indices.contains(index), index >= smallest else { return nil }
    }
    return result
  }

  /// The bits that hold numbers up to this one.
  private static func bitCount(_ value: UInt128) -> Int { 128 - value.leadingZeroBitCount }

  /// Bits, the highest of each byte first.
  private struct BitStream {
    private let bytes: [UInt8]
    private var place = 0
    private var held: UInt64 = 0
    private var heldBits = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameter count: up to 32.
    mutating func next(_ count: Int) -> UInt32? {
      while heldBits < count {
        guard place < bytes.count else { return nil }
        held = held << 8 | UInt64(bytes[place])
        place += 1
        heldBits += 8
      }
      heldBits -= count
      return UInt32(truncatingIfNeeded: held >> UInt64(heldBits) & (1 << UInt64(count) - 1))
    }

    /// Three numbers in one of mixed radix, its lowest byte first.
    mutating func triple(_ count: Int, _ sizes: Triple) -> Triple? {
      var value: UInt128 = 0
      var shift: UInt128 = 0
      var rest = count
      while rest > 0 {
        let width = min(rest, 8)
        guard let byte = next(width) else { return nil }
        value |= UInt128(byte) << shift
        shift += 8
        rest -= width
      }
      if value < 1 << 64 {
        let small = UInt64(value)
        let (a, z) = small.quotientAndRemainder(dividingBy: UInt64(sizes.z))
        let (x, y) = a.quotientAndRemainder(dividingBy: UInt64(sizes.y))
        return Triple(Int(truncatingIfNeeded: x & 0xFFFF_FFFF), Int(y), Int(z))
      }
      let (a, z) = value.quotientAndRemainder(dividingBy: UInt128(sizes.z))
      let (x, y) = a.quotientAndRemainder(dividingBy: UInt128(sizes.y))
      return Triple(Int(truncatingIfNeeded: x & 0xFFFF_FFFF), Int(y), Int(z))
    }
  }
}
