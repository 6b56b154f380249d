import Analysis
import Foundation
import Mechanism
import Mustache
import Results

/// Fills `Resources/report.mustache`. Everything but the SVGs, the stylesheet and the script is escaped.
struct ReportPage {
  let summary: StudySummary
  let curves: StudyCurves
  let content: ReportContent
  /// By name: an inlined SVG, or nil with the reason why there is none.
  let drawings: [String: Drawing]

  init(
    summary: StudySummary, curves: StudyCurves = .none, content: ReportContent,
    drawings: [String: Drawing]
  ) {
    self.summary = summary
    self.curves = curves
    self.content = content
    self.drawings = drawings
  }

  /// - Throws: `ReportError.resource`.
  func render(common: [Figure], ofSets: [[Figure]]) throws -> String {
    let template: MustacheTemplate
    do {
      template = try MustacheTemplate(string: resource("report.mustache"))
    } catch let error as ReportError {
      throw error
    } catch {
      throw ReportError.resource(name: "report.mustache", reason: "\(error)")
    }
    let sections = sections(common: common, ofSets: ofSets)
    let hasViewer = ofSets.contains { $0.contains { $0.view != nil } }
    return template.render(
      [
        "title": summary.study, "style": try resource("report.css"), "script": try resource("report.js"),
        "opening": opening(common), "sections": sections,
        "contents": sections.map { ["anchor": $0["anchor"] ?? "", "short": $0["short"] ?? ""] },
        "modelComparisons": (summary.modelComparisons ?? []).map(comparison),
        "hasComparisons": summary.modelComparisons?.isEmpty == false, "closing": closing,
        "hasViewer": hasViewer, "viewer": hasViewer ? try resource("cell.js") : "",
      ] as [String: Any])
  }

  private func figure(_ figure: Figure) -> [String: Any] { figure.values(drawings[figure.name]) }

  // MARK: First screen

  private func opening(_ common: [Figure]) -> [String: Any] {
    let verdict = StudyVerdict(summary)
    let notes = studyNotes
    return [
      "overview": overview, "methods": content.methods, "hasMethods": !content.methods.isEmpty,
      "incomplete": !summary.complete || !summary.missing.isEmpty, "hasMissing": !summary.missing.isEmpty,
      "missing": summary.missing,
      "missingCount": countText(summary.missing.count, "run or file is", "runs or files are"),
      "potentials": summary.potentials.map { verdict in
        ["text": verdict.description, "isWarning": verdict.trust != .trusted] as [String: Any]
      },
      "known": verdict.known, "unknown": verdict.unknown, "needed": verdict.needed,
      "hasKnown": !verdict.known.isEmpty, "hasUnknown": !verdict.unknown.isEmpty,
      "hasNeeded": !verdict.needed.isEmpty, "hasNotes": !notes.isEmpty, "notes": notes,
      "figures": common.filter { $0.name == "arrhenius" }.map(figure),
      "hasSeveralSets": summary.sets.count > 1,
      "sets": zip(summary.sets.indices, summary.sets).map { index, set in setRow(set, index: index) },
    ]
  }

  /// A line of the table of sets.
  private func setRow(_ set: SetSummary, index: Int) -> [String: Any] {
    [
      "label": set.label(study: summary.study), "colour": Palette.set(index),
      "energy": set.activationEnergy_eV == nil
        ? "\(set.outcome)" : NumberText.withError(set.activationEnergy_eV, set.activationEnergyError_eV),
      "prefactor": set.activationEnergy_eV == nil
        ? "—" : NumberText.plain(set.prefactor_A2_per_ps.map { $0 * cm2PerSecond }, digits: 2),
      "freedom": set.degreesOfFreedom.map { "\(Int($0.ifFinite?.rounded() ?? 0))" } ?? "—",
    ]
  }

  private var studyNotes: [String] {
    let shown = DrawnSets.note(summary.sets.count)
    return summary.warnings.filter { Question($0) != .quality }.map(\.description)
      + (shown.isEmpty ? [] : ["Figures:\(shown) Tables and CSV files contain all sets."])
  }

  private var overview: String {
    let runs = summary.setsOfRuns.flatMap(\.temperatures).map(\.replicas).reduce(0, +)
    let sampled = summary.setsOfRuns.flatMap(\.temperatures).map(\.sampled_ps).filter(\.isFinite).reduce(0, +)
    let temperatures = Set(summary.sets.flatMap(\.temperatures).map(\.temperature_K)).sorted()
    let systems = summary.sets.compactMap(\.system).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    var parts = systems.count <= 3 ? systems : []
    if summary.sets.count > 1 { parts.append("\(summary.sets.count) sets") }
    if let low = temperatures.first, let high = temperatures.last {
      parts.append(
        low == high
          ? "\(NumberText.short(low)) K"
          : "\(temperatures.count) temperatures, \(NumberText.short(low))–\(NumberText.short(high)) K")
    }
    parts.append(countText(runs, "run", "runs"))
    parts.append("\(NumberText.plain(sampled)) ps sampled")
    return parts.joined(separator: " · ")
  }

  // MARK: Questions

  private func sections(common: [Figure], ofSets: [[Figure]]) -> [[String: Any]] {
    Question.allCases.compactMap { question in
      let own = common.filter { SetSection.isCommon($0.name, to: question) }
      let sets = summary.sets.enumerated().compactMap { index, set in
        SetSection(
          question: question, set: set, curves: curves.sets.element(index), index: index,
          figures: ofSets.element(index) ?? [], label: set.label(study: summary.study),
          isOnly: summary.sets.count == 1
        ).values(figure)
      }
      let notes =
        question == .quality ? summary.warnings.filter { Question($0) == .quality }.map(\.description) : []
      let quality = question == .quality ? runsSentence : nil
      guard !own.isEmpty || !sets.isEmpty || !notes.isEmpty || quality != nil else { return nil }
      return [
        "anchor": question.rawValue, "short": question.short, "title": question.title,
        "figures": own.map(figure), "sets": sets, "hasSeveralSets": summary.sets.count > 1,
        "hasNotes": !notes.isEmpty, "notes": notes, "hasSentence": quality != nil, "sentence": quality ?? "",
      ]
    }
  }

  /// The drift of the conserved energy of the run in which it is largest.
  private var runsSentence: String? {
    let drifts = curves.runs.compactMap { run -> (run: String, meV: Double)? in
      guard let first = run.conservedEnergy_eV.first(where: \.isFinite),
        let last = run.conservedEnergy_eV.last(where: \.isFinite), run.atomCount > 0
      else { return nil }
      return (run.run, (last - first) / Double(run.atomCount) * 1000)
    }
    guard let worst = drifts.max(by: { abs($0.meV) < abs($1.meV) }) else { return nil }
    return
      "The conserved energy of a run changes by \(NumberText.plain(worst.meV, digits: 2)) meV an atom at most (\(worst.run))."
  }

  /// D and Ea by potentials side by side, with the error of sampling and the scatter from one to the other.
  private func comparison(_ one: ModelComparison) -> [String: Any] {
    let settings = one.point.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(
      separator: ", ")
    var rows: [[String: Any]] = one.diffusivities.map { t in
      let log = t.logarithm
      return [
        "quantity": "D at \(NumberText.short(t.temperature_K)) K", "unit": "cm²/s",
        "values": log.values.map { $0.map { NumberText.short(exp($0)) } ?? "–" },
        "sampling": "× " + NumberText.short(exp(log.samplingError)),
        "scatter": "× " + NumberText.short(exp(log.modelScatter)),
      ]
    }
    if let energy = one.activationEnergy_eV {
      rows.append([
        "quantity": "Ea", "unit": "eV", "values": energy.values.map { $0.map(NumberText.short) ?? "–" },
        "sampling": "± " + NumberText.short(energy.samplingError),
        "scatter": "± " + NumberText.short(energy.modelScatter),
      ])
    }
    return ["hasSettings": !settings.isEmpty, "settings": settings, "models": one.models, "rows": rows]
  }

  // MARK: End

  private var closing: [String: Any] {
    [
      "manifest": content.manifest, "hasProvenance": !content.provenance.isEmpty,
      "provenance": content.provenance.map { ["key": $0.0, "value": $0.1] },
      "papers": content.citations.map { paper in
        // BibTeX writes a range with two hyphens.
        let place = ["journal", "volume", "pages", "year"].compactMap { paper.field($0) }.joined(
          separator: ", "
        ).replacing("--", with: "–")
        return [
          "authors": paper.authors.replacing("{", with: "").replacing("}", with: "").replacing(
            " and ", with: "; "),
          "title": paper.title, "source": place.isEmpty ? paper.kind.rawValue : place,
          "hasDOI": paper.field("doi") != nil, "doi": paper.field("doi") ?? "", "usedFor": paper.usedFor,
        ] as [String: Any]
      },
    ]
  }

  private func countText(_ n: Int, _ one: String, _ many: String) -> String { "\(n) \(n == 1 ? one : many)" }
}
