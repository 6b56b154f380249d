import Foundation
import Subprocess
import Support

/// Prints a page by a browser that is there.
package enum PrintedReport {
  private static let names = [
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge",
  ]
  /// The environment variable that names the browser.
  private static let variable = "PADDLEWHEEL_BROWSER"
  /// A browser that does not end is not waited for.
  private static let limit_s = 120.0

  /// Writes a PDF of a page.
  /// - Parameters:
  ///   - page: the path of an HTML file.
  ///   - pdf: the path of the PDF; an existing one is replaced.
  /// - Throws: ``RunFailure`` where no browser is found, or it fails.
  package static func write(
    page: String, to pdf: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) async throws {
    guard let browser = browser(environment) else {
      throw RunFailure(
        "no browser to print \(page): as root, apt-get install chromium, or set \(variable) to the path of Chromium, Chrome "
          + "or Edge; any browser prints the page itself")
    }
    let folder = FileManager.default.temporaryDirectory.path + "/paddlewheel-print-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // A profile and a half-written PDF.
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let made = "\(folder)/page.pdf"
    try await print(page: page, to: made, with: browser, profile: "\(folder)/profile")
    guard let data = FileManager.default.contents(atPath: made), data.starts(with: Data("%PDF".utf8)) else {
      throw RunFailure("\(browser) wrote no PDF of \(page)")
    }
    try OutputFile.write(data, to: pdf)
  }

  private static func browser(_ environment: [String: String]) -> String? {
    let files = FileManager.default
    if let path = environment[variable], !path.isEmpty {
      return files.isExecutableFile(atPath: path) ? path : nil
    }
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return names.lazy.flatMap { name in folders.map { "\($0)/\(name)" } }.first {
      files.isExecutableFile(atPath: $0)
    }
  }

  private static func print(page: String, to pdf: String, with browser: String, profile: String) async throws
  {
    // Root may not use the sandbox; the page loads nothing.
    let arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--user-data-dir=\(profile)",
      "--no-pdf-header-footer", "--print-to-pdf=\(pdf)", URL(fileURLWithPath: page).absoluteString,
    ]
    let failure = await withTaskGroup(of: String??.self) { group in
      group.addTask {
        do {
          let result = try await run(
            .path(.init(browser)), arguments: .init(arguments), output: .discarded,
            error: .string(limit: 1 << 16))
          guard result.terminationStatus.isSuccess else {
            let message = result.standardError.split(separator: "\n").suffix(2).joined(separator: " ")
            return .some("\(result.terminationStatus): \(message)")
          }
          return .some(nil)
        } catch {
          return .some("\(error)")
        }
      }
      group.addTask {
        // Cancelled where the browser ends first.
        try? await Task.sleep(for: .seconds(limit_s))
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first ?? .some("no PDF after \(Int(limit_s)) s")
    }
    if let failure { throw RunFailure("\(browser) can't print \(page): \(failure)") }
  }
}
