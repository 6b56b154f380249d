import Foundation
import TestSupport
import Testing

@testable import Mathematics
@testable import Trajectory
@testable import TrajectoryImport

/// Damaged trajectories: reading ends in frames or in an error that names the file, whatever the bytes.
@Suite struct ImportFuzzTests {
  /// Enough that every kind of damage hits every kind of line; a trap would end the test run.
  private static let mutations = 1500

  private static let tokens = [
    "nan", "inf", "-1", "0", "1e308", "9223372036854775807", "-9223372036854775808", "99999999999999999999",
    "1e9", "0x1p3", ".", "\"", "ITEM:", "ITEM: ATOMS", "ITEM: BOX BOUNDS xy xz yz pp pp pp", "real",
    "Direct configuration= 9", "Lattice=\"", "Properties=pos:R:3", "pos:R:99999999", "Na", "Xx", "é", "\u{0}",
    "\r", "\n", "\n\n", "4000000000", "id", "xs ys zs",
  ]

  private static let samples: [(name: String, text: String)] = [
    (
      "a.dump",
      (0..<3).map { t in
        """
        ITEM: UNITS
        metal
        ITEM: TIME
        \(Double(t) / 10)
        ITEM: TIMESTEP
        \(100 * t)
        ITEM: NUMBER OF ATOMS
        3
        ITEM: BOX BOUNDS xy xz yz pp pp pp
        -1 11.5 0.5
        0 10 0
        0 10 0.25
        ITEM: ATOMS id type element xs ys zs ix iy iz
        3 1 Na 0.5 0.\(t) 0.5 0 0 -1
        1 1 Na 0.25 0.5 0.125 0 2 0
        7 2 Cl 0.75 0.5 0.5 1 0 0

        """
      }.joined()
    ),
    (
      "a.extxyz",
      (0..<3).map { t in
        """
        3
        Lattice="9 0 0 0 9 0 0.5 0 9" Properties=species:S:1:pos:R:3:id:I:1 step=\(t) Time=\(t).5 energy=-1 pbc="T T T"
        Na 0.5 0.\(t) 0.5 3
        Na 1.5 1.5 -0.5 1
        Cl 4.25 4.5 4.125 2

        """
      }.joined()
    ),
    (
      "XDATCAR",
      (0..<3).map { t in
        """
        salt
         1.0
        9 0 0
        0.0 9.0 0.0
        0.0 0.5 9.0
         Na_pv Cl
         2 1
        Direct configuration= \(t + 1)
         0.10 0.20 0.3\(t)
         0.50 0.50 0.50
         0.90 0.75 0.125

        """
      }.joined()
    ),
  ]

  private func damaged(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.next(below: 2) {
      guard !bytes.isEmpty else { return bytes }
      let place = random.next(below: bytes.count)
      let end = min(bytes.count, place + 1 + random.next(below: 60))
      switch random.next(below: 6) {
      case 0: bytes[place] = UInt8(random.next(below: 256))
      case 1: bytes.removeSubrange(place..<end)
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 4:
        let token = Self.tokens[random.next(below: Self.tokens.count)]
        let stop = bytes[place...].firstIndex { $0 <= 32 } ?? bytes.count
        bytes.replaceSubrange(place..<stop, with: Array(token.utf8))
      default:
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        lines.swapAt(random.next(below: lines.count), random.next(below: lines.count))
        bytes = Array(lines.joined(separator: [10]))
      }
    }
    return bytes
  }

  @Test(arguments: samples.indices) func text(index: Int) throws {
    let sample = Self.samples[index]
    let folder = try TemporaryFolder()
    let path = folder.file(sample.name)
    var random = SplitMix64(seed: UInt64(21 + index))
    var hints = ImportHints()
    hints.timestep_ps = 0.001
    var outcomes = (read: 0, refused: 0)
    for round in 0..<Self.mutations {
      if sample.name == "XDATCAR" { hints.frameInterval_ps = 0.1 }
      hints.elements = round % 3 == 0 && sample.name == "a.dump" ? .ofTypes([1: "Na", 2: "Cl"]) : nil
      try Data(damaged(Array(sample.text.utf8), &random)).write(to: URL(fileURLWithPath: path))
      do {
        let run = try ImportedRun([path], format: nil, hints: hints)
        while let frame = try run.next() {
          #expect(frame.positions.count == run.atoms.elements.count)
          #expect(frame.positions.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite })
        }
        outcomes.read += 1
      } catch let problem as TrajectoryProblem {
        #expect(problem.description.contains(path), "\(problem)")
        outcomes.refused += 1
      }
    }
    // Damage that is never detected, or always, would test nothing.
    #expect(outcomes.read > Self.mutations / 20 && outcomes.refused > Self.mutations / 5, "\(outcomes)")
  }
}
