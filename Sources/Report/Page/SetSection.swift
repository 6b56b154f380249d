import Analysis
import Mechanism
import Results

/// The answer to one question by one set: a sentence, figures, tables, and what limits them.
struct SetSection {
  let question: Question
  let set: SetSummary
  let curves: SetCurves?
  let index: Int
  /// All of the set.
  let figures: [Figure]
  let label: String
  let isOnly: Bool

  /// Whether a figure of the whole study belongs to a question. The Arrhenius plot is on the first screen.
  static func isCommon(_ name: String, to question: Question) -> Bool {
    switch question {
    case .diffusion: name == "cell-size"
    case .conductivity: name == "conductivity"
    case .together: name == "migration-events"
    case .quality: name == "series"
    default: false
    }
  }

  /// Nil where the set says nothing of the question.
  func values(_ figure: (Figure) -> [String: Any]) -> [String: Any]? {
    let sentence = SetWords(set: set, curves: curves).sentence(question)
    let tables = ValueTable(set: set, names: question.values).tables ?? []
    let open = pick(question.figures)
    // The second of two that show the same is folded.
    let shown = question == .rotation ? Array(open.prefix(1)) : open
    let folded = open.filter { one in !shown.contains { $0.name == one.name } } + pick(question.folded)
    let (limits, remarks) = notes
    let transport = transportTable
    guard
      sentence != nil || !tables.isEmpty || !shown.isEmpty || !folded.isEmpty || transport != nil
        || !limits.isEmpty
    else { return nil }
    let isFolded = question == .spectra
    return [
      "hasLabel": !isOnly, "label": label, "colour": Palette.set(index), "hasSentence": sentence != nil,
      "sentence": sentence ?? "", "figures": shown.map(figure), "hasFolded": !folded.isEmpty,
      "folded": folded.map(figure),
      "foldedCount": folded.count == 1 ? "1 more figure" : "\(folded.count) more figures",
      "tables": isFolded ? [] : tables, "foldedTables": isFolded ? tables : [],
      "hasFoldedTables": isFolded && !tables.isEmpty, "hasNotes": !limits.isEmpty, "notes": limits,
      "hasRemarks": !remarks.isEmpty, "remarks": remarks, "hasTransport": transport != nil,
      "transport": transport ?? [:],
    ]
  }

  private func pick(_ names: [String]) -> [Figure] {
    names.compactMap { stem in figures.first { $0.name == stem || $0.name == "\(stem)-\(index + 1)" } }
  }

  // MARK: Tables of D, σ and active ions

  private var transportTable: [String: Any]? {
    let heading: [[String: String]]
    let rows: [[[String: Any]]]
    switch question {
    case .diffusion:
      heading = head([
        ("T", "K"), ("D", "cm²/s"), ("95 % interval", "cm²/s"), ("hops", ""), ("runs", ""), ("sampled", "ps"),
      ])
      rows = set.temperatures.map(diffusionRow)
    case .conductivity:
      guard
        set.temperatures.contains(where: { $0.conductivity_mS_per_cm != nil }) || !set.extrapolated.isEmpty
      else {
        return nil
      }
      heading = head([("T", "K"), ("σ", "mS/cm"), ("95 % interval", "mS/cm"), ("from", "")])
      rows = set.temperatures.map(conductivityRow) + set.extrapolated.map(extrapolatedRow)
    case .activeIons:
      guard set.temperatures.contains(where: { $0.activeFraction != nil }) else { return nil }
      heading = head([
        ("T", "K"), ("active", "at the end"), ("if all were alike", "at the end"), ("active", "at any time"),
        ("mobile ions", ""),
      ])
      rows = set.temperatures.map(activeRow)
    default: return nil
    }
    guard !rows.isEmpty else { return nil }
    return ["heading": heading, "rows": rows.map { ["cells": $0] }]
  }

  private func head(_ columns: [(String, String)]) -> [[String: String]] {
    columns.map { ["name": $0.0, "unit": $0.1] }
  }

  private func cell(_ text: String, none: Bool = false) -> [String: Any] { ["text": text, "none": none] }

  private func diffusionRow(_ t: TemperatureSummary) -> [[String: Any]] {
    [
      cell(NumberText.short(t.temperature_K)), cell(SetWords.diffusivity(t), none: !t.diffused),
      cell(t.diffusivityInterval95_cm2_per_s.map { NumberText.interval($0) } ?? "—"), cell("\(t.hops)"),
      cell("\(t.replicas)"), cell(NumberText.plain(t.sampled_ps)),
    ]
  }

  private func conductivityRow(_ t: TemperatureSummary) -> [[String: Any]] {
    let bound = t.conductivityUpperBound_mS_per_cm?.ifFinite.map { "< \(NumberText.plain($0, digits: 2))" }
    let value = t.conductivity_mS_per_cm?.ifFinite.map { NumberText.withError($0, t.conductivityError) }
    return [
      cell(NumberText.short(t.temperature_K)), cell(value ?? bound ?? "not determined", none: value == nil),
      cell(t.conductivityInterval95.map { NumberText.interval($0) } ?? "—"), cell("runs"),
    ]
  }

  private func extrapolatedRow(_ e: Extrapolation) -> [[String: Any]] {
    let isSound = set.objection(to: e) == nil
    return [
      cell(NumberText.short(e.temperature_K)),
      cell(
        isSound ? NumberText.plain(e.conductivity_mS_per_cm, digits: 2) : "not determined", none: !isSound),
      cell(isSound ? NumberText.interval(e.interval95) : "—"),
      cell(e.isExtrapolation ? "extrapolation" : "fit"),
    ]
  }

  private func activeRow(_ t: TemperatureSummary) -> [[String: Any]] {
    [
      cell(NumberText.short(t.temperature_K)),
      cell(NumberText.withError(t.activeFraction, t.activeFractionError)),
      cell(NumberText.plain(t.activeFractionHomogeneous, digits: 2)),
      cell(NumberText.plain(t.activeFractionMax, digits: 2)),
      cell("\(t.mobileIons)"),
    ]
  }

  // MARK: Notes

  /// What limits the answer, and what is said of numbers that stand.
  private var notes: (limits: [String], remarks: [String]) {
    let all_K = set.temperatures.map(\.temperature_K)
    var limits = TemperatureNotes()
    var remarks = TemperatureNotes()
    for t in set.temperatures {
      for warning in t.warnings where Question(warning) == question {
        limits.add(warning.description, key: warning.caseName, at: t.temperature_K)
      }
      for value in t.observables {
        guard let note = value.note, Question(observable: value.name) == question else { continue }
        let what = "\(ObservableCatalogue.value(value.name)?.title ?? value.name) of \(value.series)"
        let key = "\(value.name)/\(value.series)/\(value.warning?.caseName ?? note)"
        if value.value == nil {
          limits.add("\(what): \(note)", key: key, at: t.temperature_K)
        } else {
          remarks.add("\(what): \(note)", key: key, at: t.temperature_K)
        }
      }
    }
    let ofSet = set.warnings.filter { Question($0) == question }.map(\.description)
    let barriers =
      question == .rotation
      ? set.observables.filter { $0.value == nil }.map {
        "\(ObservableCatalogue.value($0.name)?.title ?? $0.name) of \($0.series): \($0.note ?? "not determined")"
      } : []
    return (ofSet + barriers + limits.lines(all_K: all_K), remarks.lines(all_K: all_K))
  }
}

extension Warning {
  /// The case without its numbers, to tell warnings that say the same.
  var caseName: String { Mirror(reflecting: self).children.first?.label ?? description }
}
