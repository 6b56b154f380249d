import Foundation

/// A file of the report's resources.
/// - Throws: `ReportError.resource`.
func resource(_ name: String) throws -> String {
  let url = Bundle.module.bundleURL.appendingPathComponent("Resources/\(name)")
  do {
    return try String(contentsOf: url, encoding: .utf8)
  } catch {
    throw ReportError.resource(name: url.path, reason: "\(error.localizedDescription)")
  }
}
