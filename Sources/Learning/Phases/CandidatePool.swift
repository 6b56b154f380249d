import Foundation
import Labelling
import SinglePoints
import Support

/// The frames among which a generation chooses: those that runs have kept, less what is not worth a label.
struct CandidatePool {
  let window_eV_A: ClosedRange<Double>
  let rule: PhysicalRule
  /// Frames that are taken where all lie above the window.
  let count: Int
  /// Whether the base to which the models add knows a frame: what it refuses can't be trained on.
  var isKnownToBase: (LabelledFrame) throws -> Bool = { _ in true }
  /// Digests of frames that are labelled already.
  let known: Set<String>

  /// One frame above the window.
  private struct Far {
    var deviation_eV_A: Double
    var text: String
  }

  /// Writes the pool.
  /// - Parameter sources: files of runs, each with its name.
  /// - Returns: how many frames there were, and how many were left out why.
  /// - Throws: ``InputError``, ``FileError``; an existing file is then unchanged.
  func write(_ sources: [(path: String, name: String)], to output: String) throws -> SelectionRecord {
    var record = SelectionRecord()
    var seen = known
    var far: [Far] = []
    var kept = 0
    try OutputFile.write(to: output) { write in
      for (path, name) in sources {
        try CandidateFile.forEach(path) { frame in
          record.candidates += 1
          guard seen.insert(LabelFrame(frame).digest).inserted else { return record.known += 1 }
          guard try !rule.isTooNear(frame) else { return record.tooNear += 1 }
          guard try isKnownToBase(frame) else { return record.unknownToBase += 1 }
          var columns = FrameColumns()
          columns.dropping = ["source", "source_frame"]
          columns.entries = [("source", FrameColumns.quoted(name)), ("source_frame", "\(frame.number)")]
          let text = frame.extXYZ(columns)
          let deviation = try frame.numbers(CandidateFile.deviationKey, counts: [1])?.first ?? 0
          if deviation > window_eV_A.upperBound {
            record.tooFar += 1
            far.append(Far(deviation_eV_A: deviation, text: text))
            if far.count > 4 * count { far = nearest(far) }
          } else {
            kept += 1
            try write(Data(text.utf8))
          }
        }
      }
      guard kept == 0, !far.isEmpty else { return }
      record.isRelaxed = true
      for frame in nearest(far) { try write(Data(frame.text.utf8)) }
    }
    return record
  }

  private func nearest(_ frames: [Far]) -> [Far] {
    Array(frames.sorted { $0.deviation_eV_A < $1.deviation_eV_A }.prefix(count))
  }

  /// The digests of the frames of files.
  static func digests(_ paths: [String]) throws -> Set<String> {
    var found: Set<String> = []
    for path in paths { try CandidateFile.forEach(path) { found.insert(LabelFrame($0).digest) } }
    return found
  }
}
