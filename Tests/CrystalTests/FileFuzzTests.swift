import Crystal
import Foundation
import Mathematics
import TestSupport
import Testing

/// Damaged files: whatever their content, reading ends in a structure or in an error that names the file.
@Suite struct FileFuzzTests {
  /// Enough that every kind of damage hits every kind of line; a trap would end the test run.
  static let mutations = 700
  /// For a file that is slow to read: 108 positions, two cages to choose.
  static let fewMutations = 60

  private static let tokens = [
    "nan", "inf", "-1", "0", "1e308", "-1e-320", "9223372036854775807", "-9223372036854775808",
    "99999999999999999999999", "1e9", "0x1p3", "?", ".", "''", "\"", ";", "\n;\n", "loop_", "data_", "save_x",
    "#", "(", "4.3(", "T", "Atoms", "Masses", "-512", "Xx", "é", "\u{0}", "\r", "x,y,z", "1/0", "-1/24*x",
    "Direct", "Selective", "pos:R:99999999", "5 5 5", "R 3", "_atom_site_fract_x",
  ]

  private func damaged(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.next(below: 3) {
      guard !bytes.isEmpty else { return bytes }
      let place = random.next(below: bytes.count)
      let end = min(bytes.count, place + 1 + random.next(below: 40))
      switch random.next(below: 7) {
      case 0: bytes[place] = UInt8(random.next(below: 256))
      case 1: bytes.removeSubrange(place..<end)
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 4:
        // Replaces a whole word by another.
        let isWord = { (byte: UInt8) in byte > 32 }
        let start = bytes[..<place].lastIndex { !isWord($0) }.map { $0 + 1 } ?? 0
        let stop = bytes[place...].firstIndex { !isWord($0) } ?? bytes.count
        let token = Self.tokens[random.next(below: Self.tokens.count)]
        bytes.replaceSubrange(min(start, stop)..<stop, with: Array(token.utf8))
      case 5:
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        let (i, j) = (random.next(below: lines.count), random.next(below: lines.count))
        var swapped = lines
        swapped.swapAt(i, j)
        bytes = Array(swapped.joined(separator: [10]))
      default:
        let token = Self.tokens[random.next(below: Self.tokens.count)]
        bytes.insert(contentsOf: Array(token.utf8), at: place)
      }
    }
    return bytes
  }

  private func attack(_ bytes: [UInt8], ending: String, seed: UInt64, count: Int = mutations) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("f." + ending)
    var random = SplitMix64(seed: seed)
    var outcomes = (read: 0, refused: 0)
    for _ in 0..<count {
      try Data(damaged(bytes, &random)).write(to: URL(fileURLWithPath: path))
      do {
        let file = try StructureFile.read(path: path)
        let s = try file.realise(seed: 1)
        #expect(s.atomCount > 0 && s.positions.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite })
        outcomes.read += 1
      } catch let error as StructureError {
        // An error that concerns atoms only, not the file's text, names the atoms.
        let message = error.description
        #expect(message.contains(path) || message.contains("atom"), "\(message)")
        outcomes.refused += 1
      }
    }
    // Damage that is never detected, or always, would test nothing.
    #expect(outcomes.read > count / 35 && outcomes.refused > count / 7, "\(outcomes)")
  }

  @Test(arguments: StructureFormat.allCases) func written(format: StructureFormat) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("s." + format.endings[0])
    try StructureFile.write(SampleStructure.mixed.make(), to: path)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    try attack(bytes, ending: format.endings[0], seed: 11)
  }

  @Test(arguments: ["nacl.cif", "corundum.cif", "disorder-groups.cif"])
  func fromElsewhere(name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: resource(name))))
    try attack(bytes, ending: "cif", seed: 12)
  }

  @Test func disorderedCages() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: resource("na2b12h12-average.cif"))))
    try attack(bytes, ending: "cif", seed: 13, count: Self.fewMutations)
  }
}
