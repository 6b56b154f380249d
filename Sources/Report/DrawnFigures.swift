import Foundation
import Support

/// A figure in a page: an SVG element, or why there is none.
package enum Drawing: Sendable {
  case svg(String)
  case missing(String)
}

/// Figures that gnuplot has drawn, or could not.
package struct DrawnFigures: Sendable {
  /// By name.
  package let drawings: [String: Drawing]
  private let failures: [String: String]
  /// Where gnuplot was searched for; nil where it was found.
  private let lookedFor: String?

  /// Writes the scripts and data of figures, `<name>.gp` and `<name>.dat`, and draws them where gnuplot is found.
  /// - Parameter environment: says where gnuplot is.
  /// - Throws: ``FileError``.
  package init(_ figures: [Figure], in folder: URL, environment: [String: String]) async throws {
    for figure in figures {
      try writeInput(figure.script, to: folder.appendingPathComponent("\(figure.name).gp"))
      try writeInput(figure.data, to: folder.appendingPathComponent("\(figure.name).dat"))
    }
    let (gnuplot, looked) = Gnuplot.executable(environment: environment)
    var drawn: [String: Result<Data, Gnuplot.Failure>] = [:]
    if let gnuplot { drawn = await Gnuplot.drawAll(figures.map(\.name), in: folder, with: gnuplot) }
    var drawings: [String: Drawing] = [:]
    var failures: [String: String] = [:]
    for figure in figures {
      switch drawn[figure.name] {
      case .success(let svg)?:
        drawings[figure.name] = .svg(
          InlineSVG.prepare(
            String(decoding: svg, as: UTF8.self), name: figure.name, description: figure.title))
      case .failure(let failure)?:
        failures[figure.name] = failure.reason
        drawings[figure.name] = .missing("gnuplot could not draw it: \(failure.reason)")
      case nil: drawings[figure.name] = .missing("gnuplot was not found when this page was written")
      }
    }
    (self.drawings, self.failures, lookedFor) = (drawings, failures, gnuplot == nil ? looked : nil)
  }

  /// The names of the figures that are missing.
  package var lacking: [String] {
    drawings.filter { if case .missing = $0.value { true } else { false } }.keys.sorted()
  }

  /// Why figures are missing; nil where none is.
  /// - Parameter report: the page.
  package func problem(report: URL) -> ReportError? {
    if let lookedFor { return .gnuplotMissing(looked: lookedFor, report: report) }
    return failures.isEmpty ? nil : .figuresFailed(failures, report: report)
  }
}

extension Figure {
  /// What templates show of a figure.
  package func values(_ drawing: Drawing?) -> [String: Any] {
    var values: [String: Any] = [
      "name": name, "title": title, "caption": caption, "drawn": false, "hasData": false, "hasView": false,
    ]
    switch drawing {
    case .svg(let text):
      values["drawn"] = true
      values["svg"] = text
      if let data = self.values?.json(title: title) { (values["hasData"], values["data"]) = (true, data) }
      if let view { (values["hasView"], values["view"]) = (true, view) }
    case .missing(let reason): values["reason"] = reason
    case nil: values["reason"] = "not drawn"
    }
    return values
  }
}

/// Does not wait for the disk, as a large study has a thousand of these files.
private func writeInput(_ text: String, to url: URL) throws {
  try AtomicFile.write(Data(text.utf8), to: url.path, durably: false)
}
