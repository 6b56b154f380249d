import Foundation
import Testing

extension WithRanks {
  @Suite struct LargeStudyTests {
    private static let sweep =
      ProcessInfo.processInfo.environment["LARGE_SWEEP"]
      ?? "{temperature: {from: 300 K, to: 775 K, step: 25 K}, replica: 500}"

    @Test func tenThousandRuns() throws {
      let folder = try Folder()
      try folder.write(LargeStudy.manifest(sweep: Self.sweep), to: "large.yaml")
      func measure(_ arguments: String...) throws -> MeasuredCommand {
        let command = try MeasuredCommand(arguments, in: folder.path, openFiles: 64)
        print(command.line(arguments.joined(separator: " ")))
        #expect(command.result.exitCode == 0, "\(command.result.errors)")
        return command
      }
      _ = try measure("plan", "large.yaml", "--json")
      _ = try measure("plan", "large.yaml", "--output", "study")
      let clock = ContinuousClock.now
      _ = try LargeStudy(filling: "\(folder.path)/study")
      print("filled in \(ContinuousClock.now - clock)")
      if let keep = ProcessInfo.processInfo.environment["LARGE_KEEP"] {
        try FileManager.default.moveItem(atPath: folder.path, toPath: keep)
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        return
      }
    }
  }
}
