import ArgumentParser
import StudyStore

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Draw the figures and write report.html.")

  @OptionGroup var location: ResultsLocation

  func run() async throws {
    let study = try location.open()
    let hold = try StudyHold(.results, of: study.path, command: "report", wait_s: userWait_s)
    defer { hold.end() }
    print(try await writeReport(of: study))
  }
}

extension ReportCommand: FileProducing {}
