import Foundation

/// Why a report is missing or incomplete.
package enum ReportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// gnuplot can't be found; tables and pages were written without figures.
  case gnuplotMissing(looked: String, report: URL)
  /// gnuplot ended with an error; the page was written without these figures.
  case figuresFailed([String: String], report: URL)
  /// A file that can't be written.
  case file(path: String, reason: String)
  /// A resource of the program is missing or damaged.
  case resource(name: String, reason: String)
  /// Summary and curves that do not belong to the same results.
  case mismatch(String)

  /// Whether the page was written, without figures.
  package var hasPage: Bool {
    switch self {
    case .gnuplotMissing, .figuresFailed: true
    case .file, .resource, .mismatch: false
    }
  }

  package var description: String {
    switch self {
    case .gnuplotMissing(let looked, let report):
      return """
        gnuplot was not found (\(looked)): the tables and \(report.path) are written without figures. \
        Install it (Debian, Ubuntu: apt-get install gnuplot-nox), load its module, or set \
        PADDLEWHEEL_GNUPLOT to its path, then run the report again
        """
    case .figuresFailed(let reasons, let report):
      let list = reasons.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
      return """
        gnuplot could not draw \(reasons.count == 1 ? "a figure" : "\(reasons.count) figures"); \
        \(report.path) is written without: \(list.joined(separator: "; "))
        """
    case .file(let path, let reason):
      return "\(path): \(reason)"
    case .resource(let name, let reason):
      return "the program's resource \(name) can't be used: \(reason)"
    case .mismatch(let problem):
      return "summary and curves don't belong together: \(problem)"
    }
  }
}
