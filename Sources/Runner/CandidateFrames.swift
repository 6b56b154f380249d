import Dynamics
import Foundation
import Mathematics
import StudyStore
import Support

/// `candidates.extxyz` in a run's folder: frames in which a committee of models disagrees or atoms leave the training set,
/// to be labelled by a better method. On rank 0; an attempt keeps the frames up to its checkpoint, and goes on after them.
struct CandidateFrames {
  static let fileName = "candidates.extxyz"

  private let path: String
  private let most: Int
  private(set) var count = 0

  /// - Parameters:
  ///   - step: of all stages, up to which earlier attempts' frames are kept.
  ///   - most: frames in the file.
  /// - Throws: what reading or replacing the file throws.
  init(folder: String, upTo step: Int, most: Int) throws {
    path = folder + "/" + Self.fileName
    self.most = most
    guard FileManager.default.fileExists(atPath: path) else { return }
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    let kept = Self.frames(text, upTo: step)
    count = kept.count
    let joined = kept.joined()
    if joined != text { try AtomicFile.write(Data(joined.utf8), to: path) }
  }

  /// The whole frames at or before a step, from the beginning on: a kill may have cut the last one off.
  static func frames(_ text: String, upTo step: Int) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var frames: [String] = []
    var at = 0
    while at + 1 < lines.count, let atoms = Int(lines[at]), atoms > 0, atoms < lines.count - at - 2 {
      let words = lines[at + 1].split(separator: " ")
      guard let found = words.first(where: { $0.hasPrefix("step=") }).flatMap({ Int($0.dropFirst(5)) }),
        found <= step
      else { break }
      frames.append(lines[at..<(at + 2 + atoms)].joined(separator: "\n") + "\n")
      at += 2 + atoms
    }
    return frames
  }

  /// Appends a frame, unless the file is full.
  /// - Returns: whether it was appended.
  mutating func append(_ frame: CandidateFrame) throws -> Bool {
    guard count < most else { return false }
    let file = FileHandle(forWritingAtPath: path)
    guard let file else {
      try AtomicFile.write(Data(frame.text.utf8), to: path)
      count += 1
      return true
    }
    do {
      try file.seekToEnd()
      try file.write(contentsOf: Data(frame.text.utf8))
      try file.synchronize()
    } catch {
      file.closeFile()
      throw error
    }
    try file.close()
    count += 1
    return true
  }
}

/// One frame of all atoms in the order of their ids, with how far the potential can be relied on for each.
struct CandidateFrame {
  enum Measure {
    /// What the models of a committee disagree on, eV/Å.
    case deviation
    /// The extrapolation grade γ.
    case grade

    /// Of extended XYZ.
    fileprivate var property: String {
      switch self {
      case .deviation: "force_deviation:R:1"
      case .grade: "gamma:R:1"
      }
    }

    fileprivate var format: String {
      switch self {
      case .deviation: "%.5f"
      case .grade: "%.6g"
      }
    }

    fileprivate func summary(_ values: [Double]) -> String {
      let largest = values.max() ?? 0
      switch self {
      case .deviation:
        let square = values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))
        return String(
          format: "largest_deviation_eV_per_A=%.5f rms_deviation_eV_per_A=%.5f", largest, square.squareRoot())
      case .grade:
        return String(format: "largest_gamma=%.6g atoms_outside=%d", largest, values.count { $0 > 1 })
      }
    }
  }

  var elements: [String]
  /// `[atom][3]`, Å.
  var positions_A: [Double]
  var measure: Measure
  /// Of each atom.
  var values: [Double]
  /// The lattice vectors, one after the other, Å.
  var cell_A: [Double]
  /// Of all stages.
  var step: Int
  var stage: String
  var time_ps: Double
  var temperature_K: Double

  var text: String {
    let lattice = cell_A.map { String(format: "%.10g", $0) }.joined(separator: " ")
    var lines = [
      String(elements.count),
      "Lattice=\"\(lattice)\" Properties=species:S:1:pos:R:3:id:I:1:\(measure.property) pbc=\"T T T\" step=\(step) "
        + "stage=\(stage) time_ps=\(String(format: "%.6g", time_ps)) temperature_K=\(String(format: "%.6g", temperature_K)) "
        + measure.summary(values),
    ]
    for (atom, element) in elements.enumerated() {
      lines.append(
        element + " "
          + String(
            format: "%.8f %.8f %.8f %d \(measure.format)", positions_A[3 * atom], positions_A[3 * atom + 1],
            positions_A[3 * atom + 2], atom, values[atom]))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
