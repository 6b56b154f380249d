import Foundation
import Support
import Testing

@testable import Report

/// PDFs by a browser, which here is a script.
@Suite struct PrintedReportTests {
  private func withBrowser(_ script: String, _ body: (String, [String: String]) async throws -> Void)
    async throws
  {
    let folder = Sample.directory().path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let browser = "\(folder)/browser"
    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: browser))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: browser)
    try await body(folder, ["PADDLEWHEEL_BROWSER": browser])
  }

  @Test func isWrittenByTheBrowser() async throws {
    let script =
      #"for a; do case $a in --print-to-pdf=*) printf '%%PDF-1.4 %s' "$*" > "${a#*=}";; esac; done"#
    try await withBrowser(script) { folder, environment in
      let pdf = "\(folder)/a b.pdf"
      try await PrintedReport.write(page: "\(folder)/the page.html", to: pdf, environment: environment)
      let text = try String(contentsOfFile: pdf, encoding: .utf8)
      #expect(text.hasPrefix("%PDF") && text.contains("the%20page.html"), "\(text)")
    }
  }

  @Test(arguments: ["exit 3", "exit 0"]) func failuresAreTold(_ script: String) async throws {
    try await withBrowser(script) { folder, environment in
      await #expect(throws: RunFailure.self) {
        try await PrintedReport.write(
          page: "\(folder)/p.html", to: "\(folder)/p.pdf", environment: environment)
      }
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/p.pdf"))
    }
  }

  @Test func withoutABrowserTheMessageSaysWhatToDo() async throws {
    let error = await #expect(throws: RunFailure.self) {
      try await PrintedReport.write(page: "/p.html", to: "/p.pdf", environment: ["PATH": "/nowhere"])
    }
    #expect(error.map { "\($0)".contains("apt-get install chromium") } == true)
  }
}
