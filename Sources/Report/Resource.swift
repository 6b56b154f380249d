import Foundation

/// The style of all pages.
/// - Throws: `ReportError.resource`.
package func pageStyle() throws -> String { try resource("report.css") }

/// A file of the report's resources.
/// - Throws: `ReportError.resource`.
func resource(_ name: String) throws -> String { try resource(name, of: .module) }

/// A file of a target's resources.
/// - Throws: `ReportError.resource`.
package func resource(_ name: String, of bundle: Bundle) throws -> String {
  let url = bundle.bundleURL.appendingPathComponent("Resources/\(name)")
  do {
    return try String(contentsOf: url, encoding: .utf8)
  } catch {
    throw ReportError.resource(name: url.path, reason: "\(error.localizedDescription)")
  }
}
