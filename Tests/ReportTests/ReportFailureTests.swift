import Foundation
import TestSupport
import Testing

@testable import Report

@Suite struct ReportFailureTests {
  private func failure(environment: [String: String], _ check: (ReportError, URL) throws -> Void) async throws
  {
    let directory = Sample.directory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let figures = directory.appendingPathComponent("results/figures")
    try FileManager.default.createDirectory(at: figures, withIntermediateDirectories: true)
    try Data("stale".utf8).write(to: figures.appendingPathComponent("arrhenius.svg"))
    let error = await #expect(throws: ReportError.self) {
      try await writeReport(
        results: directory.appendingPathComponent("results"), summary: Sample.summary(),
        curves: Sample.curves(),
        manifest: Sample.manifest, provenance: Sample.provenance, environment: environment)
    }
    try check(try #require(error), directory)
  }

  /// Tables and page are written; the message says what to install.
  @Test func withoutGnuplot() async throws {
    try await failure(environment: ["PATH": "/nowhere"]) { error, directory in
      #expect(error.description.contains("apt-get install gnuplot-nox"))
      let content = XMLContent(try read(directory, "report.html"))
      #expect(content.error == nil && content.elements["svg"] == nil)
      #expect(content.text.contains("(1.76 ± 0.23)×10⁻⁵"))
      #expect(content.text.contains("gnuplot was not found"))
      let table = rows(try read(directory, "diffusivity.csv"))
      #expect(table.count == 4)
    }
    try await failure(environment: ["PADDLEWHEEL_GNUPLOT": "/nowhere/gnuplot"]) { error, _ in
      #expect(error.description.contains("PADDLEWHEEL_GNUPLOT=/nowhere/gnuplot"))
    }
  }

  /// A program that neither draws nor ends costs its figure, not the report.
  @Test func withGnuplotThatDoesNotEnd() async throws {
    let directory = Sample.directory()
    defer { try? FileManager.default.removeItem(at: directory) }
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let program = directory.appendingPathComponent("gnuplot").path
    try Data("#!/bin/sh\ntrap '' TERM\nsleep 100\n".utf8).write(to: URL(fileURLWithPath: program))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let drawn = await Gnuplot.drawAll(["a", "b"], in: directory, with: program, within: 0.3)
    #expect(drawn.count == 2)
    for result in drawn.values {
      #expect(throws: Gnuplot.Failure.self) { try result.get() }
    }
  }

  /// An earlier picture is not shown in place of one that could not be drawn.
  @Test func withFailingGnuplot() async throws {
    try await failure(environment: ["PADDLEWHEEL_GNUPLOT": "/bin/false"]) { error, directory in
      guard case .figuresFailed(let reasons, _) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(reasons.count == 5)
      let content = XMLContent(try read(directory, "report.html"))
      #expect(content.error == nil && content.elements["svg"] == nil)
      #expect(!FileManager.default.fileExists(atPath: directory.path + "/results/figures/arrhenius.svg"))
    }
  }

  @Test func folderThatCantBeMade() async throws {
    let file = Sample.directory()
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let error = await #expect(throws: ReportError.self) {
      try await writeReport(
        results: file, summary: Sample.summary(), curves: Sample.curves(), manifest: "", provenance: [])
    }
    #expect(error?.description.contains(file.path) == true)
  }

  /// A table that can't be put in its place: the page is not replaced, and nothing is left beside it.
  @Test func aReportThatFailsLeavesTheOldPage() async throws {
    let directory = Sample.directory()
    defer { try? FileManager.default.removeItem(at: directory) }
    func write(_ text: String) async throws {
      _ = try? await writeReport(
        results: directory, summary: Sample.summary(), curves: Sample.curves(), manifest: text,
        provenance: [],
        environment: ["PATH": "/nowhere"])
    }
    try await write("the old one")
    func content(_ name: String) throws -> String {
      try String(contentsOf: directory.appendingPathComponent(name), encoding: .utf8)
    }
    let list = try content("report.sha256")
    #expect(list.contains("  report.html\n") && list.contains("  diffusivity.csv\n"))
    // A folder in the place of a table: nothing can be renamed to it, and the list tells.
    let table = directory.appendingPathComponent("msd.csv")
    try FileManager.default.removeItem(at: table)
    try FileManager.default.createDirectory(
      at: table.appendingPathComponent("x"), withIntermediateDirectories: true)
    try await write("the new one")
    #expect(try !content("report.html").contains("the new one"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasPrefix(".") } == [])
  }

  @Test func summaryAndCurvesOfDifferentStudies() async {
    await #expect(throws: ReportError.self) {
      try await writeReport(
        results: Sample.directory(), summary: Sample.summary(sets: 2), curves: Sample.curves(sets: 1),
        manifest: "", provenance: [])
    }
  }
}
