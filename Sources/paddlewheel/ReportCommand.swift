import ArgumentParser

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Draw the figures and write report.html.")

  @OptionGroup var location: StudyLocation

  func run() async throws { print(try await writeReport(of: try location.open())) }
}
