import Report
import SinglePoints
import Training

/// A table whose first column holds names.
struct ErrorTable {
  let title: String
  let columns: [(name: String, unit: String)]
  let rows: [[String]]

  var values: [String: Any] {
    [
      "title": title, "hasTitle": !title.isEmpty,
      "columns": columns.map { ["name": $0.name, "unit": $0.unit] },
      "rows": rows.map { ["cells": $0] as [String: Any] },
    ]
  }
}

extension ErrorTable {
  /// The errors of quantities in both sets; what follows from the last column but one is of the validation frames where there are
  /// any.
  /// - Parameter name: of a row; nil for one that is left out.
  static func quantities(
    _ title: String, _ errors: TrainingErrors, name: (ErrorGroup) -> String?
  ) -> ErrorTable? {
    let sets = [errors.training, errors.validation].compactMap { $0?.all }
    let groups = Set(sets.flatMap { $0.rows.map { ErrorGroup($0.quantity, $0.of) } }).sorted()
    let rows = groups.compactMap { group -> [String]? in
      guard let name = name(group) else { return nil }
      let found = sets.map { $0[group.quantity, group.members] }
      let last = found.last ?? nil
      // The zero of energies is arbitrary.
      let (relative, slope) = group.quantity == .energy ? (nil, nil) : (last?.relative, last?.slope)
      return [name, group.quantity.unit.name] + found.map { NumberText.plain($0?.rms) } + [
        NumberText.plain(last?.referenceRMS), perCent(relative), NumberText.plain(slope),
        NumberText.plain(last?.mean, digits: 2), NumberText.plain(last?.largest),
      ]
    }
    guard !rows.isEmpty else { return nil }
    let rms = errors.validation == nil ? ["training"] : ["training", "validation"]
    return ErrorTable(
      title: title,
      columns: [("", ""), ("unit", "")] + rms.map { ($0, "r.m.s. error") } + [
        ("reference", "r.m.s."), ("error", "of the reference"), ("slope", ""), ("mean", "error"),
        ("largest", "error"),
      ], rows: rows)
  }

  /// The main errors of frames by name; nil where the frames have none.
  static func parts(_ title: String, of what: String, _ parts: [FrameErrors.Part]) -> ErrorTable? {
    guard parts.contains(where: { $0.name != nil }) else { return nil }
    return ErrorTable(
      title: title,
      columns: [(what, ""), ("frames", "")] + mainColumns,
      rows: parts.map { [$0.name ?? "(none)", "\($0.frames)"] + mainCells($0) })
  }

  static let mainColumns = [
    ("energy", "meV/atom"), ("relative energy", "meV/atom"), ("force", "eV/Å"),
    ("force", "of the reference"), ("net force", "of ions, eV/Å"), ("torque", "on ions, eV"),
    ("stress", "GPa"),
  ]

  /// R.m.s. errors, in the columns of ``mainColumns``; the fourth is a share.
  static func mainValues(_ part: FrameErrors.Part) -> [Double?] {
    let force = part[.force]
    return [
      part[.energy]?.rms, part[.relativeEnergy]?.rms, force?.rms, force?.relative,
      part[.netForce, .molecularIons]?.rms, part[.torque, .molecularIons]?.rms, part[.stress]?.rms,
    ]
  }

  static func mainTexts(_ values: [Double?]) -> [String] {
    values.enumerated().map { $0 == 3 ? perCent($1) : NumberText.plain($1) }
  }

  static func mainCells(_ part: FrameErrors.Part) -> [String] { mainTexts(mainValues(part)) }

  static func perCent(_ share: Double?) -> String {
    share == nil ? NumberText.plain(nil) : NumberText.plain(share.map { 100 * $0 }) + " %"
  }

  static func worst(_ title: String, _ frames: [WorstFrame]) -> ErrorTable? {
    guard !frames.isEmpty else { return nil }
    let files = FileNames(frames.map(\.origin.file))
    return ErrorTable(
      title: title,
      columns: [
        ("frame", ""), ("system", ""), ("source", ""), ("atoms", ""), ("largest error", "of a force, eV/Å"),
        ("on atom", ""), ("force", "r.m.s. error, eV/Å"), ("energy", "error, meV/atom"),
      ],
      rows: frames.map { frame in
        [
          "\(files.short(frame.origin.file)) \(frame.origin.frame)", frame.origin.system ?? "–",
          frame.origin.source ?? "–", "\(frame.atoms)", NumberText.plain(frame.largestForce?.error_eV_A),
          frame.largestForce.map { "\($0.element) \($0.atom)" } ?? "–",
          NumberText.plain(frame.forceError_eV_A),
          NumberText.plain(frame.energyError_eV.map { 1000 * $0 }),
        ]
      })
  }
}

/// Files by the last part of their paths, where no two have the same.
private struct FileNames {
  private let areUnique: Bool

  init(_ paths: [String]) {
    let paths = Set(paths)
    areUnique = Set(paths.map(Self.last)).count == paths.count
  }

  func short(_ path: String) -> String { areUnique ? Self.last(path) : path }

  private static func last(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
