import Mathematics

/// Damage to inputs; the same for the same number.
enum Mutation {
  private static let words = [
    "nan", "inf", "-1", "0", "1e308", "-1e-320", "9223372036854775807", "-9223372036854775808", "2147483648",
    "99999999999999999999999", "1e9", "1e19", "0x1p3", "?", ".", "''", "\"", ";", "\n;\n", "loop_", "data_",
    "#",
    "(", "4.3(", "T", "Atoms", "Masses", "-512", "Xx", "Na", "é", "\u{0}", "\r", "\n\n", "1/0", "Direct",
    "ITEM:",
    "ITEM: ATOMS", "ITEM: BOX BOUNDS xy xz yz pp pp pp", "pos:R:99999999", "5 5 5", "_atom_site_fract_x",
    "id",
    "xs ys zs", "Lattice=\"", "[[[", "&a", "*a", "<<", "{", "}", "null", "true", "- ", ": ", "1e309", "zbl",
  ]

  static func text(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.next(below: 4) {
      guard !bytes.isEmpty else { return bytes }
      let place = random.next(below: bytes.count)
      let end = min(bytes.count, place + 1 + random.next(below: 60))
      let word = Array(words[random.next(below: words.count)].utf8)
      switch random.next(below: 8) {
      case 0: bytes[place] = UInt8(random.next(below: 256))
      case 1: bytes.removeSubrange(place..<end)
      case 2: if random.next(below: 4) == 0 { bytes.removeSubrange(place...) }
      case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 4, 5:
        let start = bytes[..<place].lastIndex { $0 <= 32 }.map { $0 + 1 } ?? 0
        let stop = bytes[place...].firstIndex { $0 <= 32 } ?? bytes.count
        bytes.replaceSubrange(min(start, stop)..<stop, with: word)
      case 6: bytes.insert(contentsOf: word, at: place)
      default:
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        lines.swapAt(random.next(below: lines.count), random.next(below: lines.count))
        bytes = Array(lines.joined(separator: [10]))
      }
    }
    return bytes
  }

  private static let numbers: [UInt64] = [
    0, 1, 2, 7, 8, 255, 256, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 32, 1 << 62,
    .max >> 1,
    1 << 63, .max, 0x7FF0_0000_0000_0000, 0x7FF8_0000_0000_0000,
  ]

  static func binary(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.next(below: 3) {
      guard !bytes.isEmpty else { return bytes }
      // Most of what is structure lies at the beginning.
      let range = random.next(below: 2) == 0 ? min(bytes.count, 2048) : bytes.count
      let place = random.next(below: range)
      switch random.next(below: 7) {
      case 0, 1: bytes[place] ^= 1 << UInt8(random.next(below: 8))
      case 2: bytes[place] = UInt8(random.next(below: 256))
      case 3:
        let number = numbers[random.next(below: numbers.count)]
        let width = [1, 2, 4, 8][random.next(below: 4)]
        for k in 0..<width where place + k < bytes.count {
          bytes[place + k] = UInt8(number >> UInt64(8 * k) & 255)
        }
      case 4:
        let end = min(bytes.count, place / 512 * 512 + 512)
        for k in (place / 512 * 512)..<end { bytes[k] = 0 }
      case 5: if random.next(below: 6) == 0 { bytes.removeSubrange(place...) }
      default:
        let from = random.next(below: bytes.count)
        let count = min(1 + random.next(below: 64), bytes.count - max(from, place))
        for k in 0..<count { bytes[place + k] = bytes[from + k] }
      }
    }
    return bytes
  }

  static func flip(_ bytes: [UInt8], number: Int, _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    guard !bytes.isEmpty else { return bytes }
    bytes[number % bytes.count] ^= UInt8(1 + random.next(below: 255))
    return bytes
  }
}
