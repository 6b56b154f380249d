import ArgumentParser
import Foundation
import Report
import StudyStore

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Draw the figures and write report.html; also report.pdf, or the figures as PNG.")

  /// Of the report.
  enum Format: String, CaseIterable, ExpressibleByArgument { case html, pdf, png }

  @OptionGroup var location: ResultsLocation

  @Option(
    parsing: .unconditional,
    help:
      "Format: html; pdf for the page on A4 too, by Chromium, Chrome or Edge (PADDLEWHEEL_BROWSER names one); png for the figures as PNG too."
  )
  var format = Format.html

  func run() async throws {
    let study = try location.open()
    let hold = try StudyHold(.results, of: study.path, command: "report", wait_s: userWait_s)
    defer { hold.end() }
    let page = try await writeReport(of: study)
    print(page)
    switch format {
    case .html: break
    case .pdf:
      let pdf = "\(study.resultsPath)/report.pdf"
      try await PrintedReport.write(page: page, to: pdf)
      print(pdf)
    case .png:
      let figures = URL(fileURLWithPath: "\(study.resultsPath)/figures")
      for path in try await RasterFigures.write(in: figures) { print(path) }
    }
  }
}

extension ReportCommand: FileProducing {}
