import ArgumentParser
import Report
import StudyStore

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Draw the figures and write report.html, or also report.pdf.")

  /// Of the report.
  enum Format: String, CaseIterable, ExpressibleByArgument { case html, pdf }

  @OptionGroup var location: ResultsLocation

  @Option(
    parsing: .unconditional,
    help:
      "Format: html, or pdf for the page on A4 too, by Chromium, Chrome or Edge (PADDLEWHEEL_BROWSER names one)."
  )
  var format = Format.html

  func run() async throws {
    let study = try location.open()
    let hold = try StudyHold(.results, of: study.path, command: "report", wait_s: userWait_s)
    defer { hold.end() }
    let page = try await writeReport(of: study)
    print(page)
    guard format == .pdf else { return }
    let pdf = "\(study.resultsPath)/report.pdf"
    try await PrintedReport.write(page: page, to: pdf)
    print(pdf)
  }
}

extension ReportCommand: FileProducing {}
