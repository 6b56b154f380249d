import Crystal
import Foundation
import Mathematics
import Trajectory

/// Reads GROMACS's XTC: frames of coordinates packed to whole numbers, in nm, times in ps. The atoms come from a structure
/// file.
final class XTCArchive: FrameArchive {
  let atoms: ImportedAtoms
  var frameCount: Int { frames.count }
  private(set) var warnings: [String] = []
  let timeGuess: String? = nil
  private let file: BinaryFile
  private let atomCount: Int
  private var frames: [Frame] = []

  private struct Frame {
    var step: Int
    var time_ps: Double
    /// Of the packed coordinates' header.
    var offset: Int
    var hasLongLength: Bool
  }

  /// Bytes from the magic number to the number of coordinates.
  private static let headerBytes = 52
  /// Up to so many atoms are not packed.
  private static let fewAtoms = 9

  /// - Throws: `TrajectoryProblem`.
  init(_ path: String, hints: ImportHints) throws {
    let file = try BinaryFile(path)
    self.file = file
    atomCount = Int(Int32(bitPattern: try file.bigEndian(4)))
    guard atomCount > 0, atomCount <= file.size else {
      throw file.problem(4, "\(atomCount) atoms", "as many as the file has place for")
    }
    var offset = 0
    while offset < file.size {
      guard let next = try Self.frame(file, at: offset, atomCount, number: frames.count + 1) else {
        warnings.append("\(path): frame \(frames.count + 1) is cut short and left out")
        break
      }
      guard frames.count < FrameJoin.mostFrames else {
        throw file.problem(offset, "too many frames", "fewer")
      }
      frames.append(next.frame)
      offset = next.end
    }
    guard !frames.isEmpty else { throw file.problem(0, "no whole frame", "at least one") }
    atoms = try TopologyFile.atoms(for: path, count: atomCount, hints, &warnings)
  }

  /// - Returns: nil where the file ends within the frame.
  private static func frame(
    _ file: BinaryFile, at offset: Int, _ atomCount: Int, number: Int
  ) throws -> (frame: Frame, end: Int)? {
    guard file.has(headerBytes + 4, at: offset) else { return nil }
    let magic = try file.bigEndian(offset)
    guard magic == 1995 || magic == 2023 else {
      throw file.problem(offset, "the number \(magic) in front of frame \(number)", "1995 or 2023")
    }
    let count = Int(Int32(bitPattern: try file.bigEndian(offset + 4)))
    let stored = Int(Int32(bitPattern: try file.bigEndian(offset + headerBytes)))
    guard count == atomCount, stored == atomCount else {
      throw file.problem(
        offset + 4, "\(count) atoms in frame \(number)", "\(atomCount), as in the first frame")
    }
    let time = Float(bitPattern: try file.bigEndian(offset + 12))
    guard time.isFinite else { throw file.problem(offset + 12, "a time that is no number", "ps") }
    let data = offset + headerBytes + 4
    let frame = Frame(
      step: Int(Int32(bitPattern: try file.bigEndian(offset + 8))), time_ps: Double(time),
      offset: data, hasLongLength: magic == 2023)
    if atomCount <= fewAtoms {
      let end = data + 12 * atomCount
      return end <= file.size ? (frame, end) : nil
    }
    let lengthPlace = data + 32
    guard file.has(8, at: lengthPlace) || file.has(4, at: lengthPlace) && magic == 1995 else { return nil }
    let length =
      try magic == 2023
      ? Int(clamping: UInt64(file.bigEndian(lengthPlace)) << 32 | UInt64(file.bigEndian(lengthPlace + 4)))
      : Int(file.bigEndian(lengthPlace))
    let start = lengthPlace + (magic == 2023 ? 8 : 4)
    guard length <= file.size else { return nil }
    let end = start + (length + 3) / 4 * 4
    return end <= file.size ? (frame, end) : nil
  }

  func stamp(_ index: Int) throws -> FrameStamp {
    FrameStamp(step: frames[index].step, time_ps: frames[index].time_ps)
  }

  func read(_ index: Int, into frame: inout ImportedFrame) throws {
    let place = frames[index]
    let box = try (0..<9).map {
      Double(Float(bitPattern: try file.bigEndian(place.offset - 40 + 4 * $0))) * 10
    }
    frame.hasCell = box.contains { $0 != 0 }
    if frame.hasCell { frame.cell = try CellText.cell(box) { file.problem(place.offset - 40, $0, $1) } }
    let coordinates: [Float]
    if atomCount <= Self.fewAtoms {
      coordinates = try (0..<(3 * atomCount)).map {
        Float(bitPattern: try file.bigEndian(place.offset + 4 * $0))
      }
    } else {
      coordinates = try XTCCoordinates.unpack(
        file, at: place.offset, atomCount: atomCount, hasLongLength: place.hasLongLength)
    }
    guard coordinates.allSatisfy({ abs($0) < 1e8 }) else {
      throw file.problem(
        place.offset, "positions that are no numbers, in frame \(index + 1)", "positions in nm")
    }
    frame.positions = (0..<atomCount).map {
      Vector3(Double(coordinates[3 * $0]), Double(coordinates[3 * $0 + 1]), Double(coordinates[3 * $0 + 2]))
        * 10
    }
    frame.isUnwrapped = false
  }
}

extension BinaryFile {
  /// Four bytes as XDR has them.
  func bigEndian(_ offset: Int) throws -> UInt32 {
    UInt32(bigEndian: try numbers(UInt32.self, 1, at: offset)[0])
  }
}
