import Foundation
import SinglePoints
import Support

/// Writes the labelled frames, and those without a label, from what is kept.
struct LabelWriter {
  private let request: LabelRequest
  private let engine: EngineIdentity
  private let store: LabelStore
  private let session: LabelSession

  init(_ request: LabelRequest, _ engine: EngineIdentity, _ store: LabelStore, _ session: LabelSession) {
    self.request = request
    self.engine = engine
    self.store = store
    self.session = session
  }

  /// What is said of a frame in the end.
  private enum Verdict {
    case labelled(FrameLabel)
    case refused(LabelReport.Refused.Reason)
    case underWay, missing
  }

  private func verdict(_ frame: LabelFrame) throws -> Verdict {
    switch try store.outcome(frame.digest) {
    case .label(let label): request.rules.refusal(label).map { .refused(.refusal($0)) } ?? .labelled(label)
    case .refused(let refusal): .refused(.refusal(refusal))
    case nil:
      if let failure = session.failures[frame.digest] {
        .refused(.failure(failure))
      } else {
        session.underWay.contains(frame.digest) ? .underWay : .missing
      }
    }
  }

  /// - Returns: a report of what was written.
  /// - Throws: ``FileError``, ``InputError``; each file is then as it was.
  func write(_ frames: [LabelFrame]) throws -> LabelReport {
    var report = LabelReport()
    var refused: [(LabelFrame, LabelReport.Refused)] = []
    func sort(write: (Data) throws -> Void) throws {
      for frame in frames {
        switch try verdict(frame) {
        case .labelled(let label):
          report.labelled += 1
          if label.stress_eV_A3 == nil { report.withoutStress += 1 }
          try write(Data(frame.frame.extXYZ(columns(frame, label)).utf8))
        case .refused(let reason):
          refused.append((frame, LabelReport.Refused(source: frame.source, reason: reason)))
        case .underWay: report.underWay += 1
        case .missing: report.missing += 1
        }
      }
    }
    // Other programs fail at a file without a frame; one that is there would keep frames that are refused now.
    if try hasLabel(frames) || FileKind(at: request.output) != nil {
      try OutputFile.write(to: request.output) { try sort(write: $0) }
    } else {
      try sort { _ in }
    }
    try write(refused: refused)
    report.refused = refused.map(\.1)
    return report
  }

  private func hasLabel(_ frames: [LabelFrame]) throws -> Bool {
    try frames.contains { if case .labelled = try verdict($0) { true } else { false } }
  }

  /// No file is left where no frame is refused: one of an earlier command would be taken for this one's.
  private func write(refused: [(frame: LabelFrame, why: LabelReport.Refused)]) throws {
    guard !refused.isEmpty else {
      if unlink(request.refusedPath) != 0, errno != ENOENT { throw FileError(request.refusedPath, .write) }
      return
    }
    try OutputFile.write(to: request.refusedPath) { write in
      for (frame, why) in refused {
        var columns = columns(frame)
        columns.entries.append(("refused", FrameColumns.quoted(why.text)))
        try write(Data(frame.frame.extXYZ(columns).utf8))
      }
    }
  }

  /// Values that a frame already has: those of another engine.
  private static let values: Set<String> = [
    "energy", "free_energy", "stress", "virial", "refused", "label_engine",
  ]
  private static let source = "source"
  /// What the input says of its own source.
  private static let earlierSource = "source_of_input"

  private func columns(_ frame: LabelFrame, _ label: FrameLabel? = nil) -> FrameColumns {
    var columns = FrameColumns()
    columns.dropping = Self.values.union([Self.source])
    if let label {
      columns.vectors = [("forces", label.forces_eV_A)]
      columns.entries.append(("energy", "\(label.energy_eV)"))
      if let stress = label.stress_eV_A3 { columns.entries.append(("stress", FrameColumns.quoted(stress))) }
    }
    columns.entries.append(("label_engine", FrameColumns.quoted(engine.text(program: label?.program))))
    columns.entries.append((Self.source, FrameColumns.quoted(frame.source)))
    let info = frame.frame.info
    if let earlier = info[Self.source], info[Self.earlierSource] == nil {
      columns.entries.append((Self.earlierSource, FrameColumns.quoted(earlier)))
    }
    return columns
  }
}
