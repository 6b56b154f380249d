import Foundation
import Testing

extension WithRanks {
  /// Five hundred runs, read from files, with few of them open at a time. Prints the resources used.
  @Suite struct LargeStudyTests {
    @Test func manyReplicasAtTwentyTemperatures() throws { try LargeStudyCheck().run(replicas: 25) }

    @Test func fiveHundredSets() throws { try LargeStudyCheck().plan(sets: 500) }
  }

  /// Ten thousand runs.
  @Suite struct LargeStudyValidation {
    @Test func fiveHundredReplicasAtTwentyTemperatures() throws { try LargeStudyCheck().run(replicas: 500) }
  }
}

private struct LargeStudyCheck {
  private static let openFiles = 64
  /// Not a target, but what a login node may have available.
  private static let mostMemory_MiB = 2048.0

  private let folder: Folder

  init() throws { folder = try Folder() }

  private func measured(_ arguments: String...) throws -> MeasuredCommand {
    let command = try MeasuredCommand(arguments, in: folder.path, openFiles: Self.openFiles)
    print(command.line(arguments.joined(separator: " ")))
    #expect(command.result.exitCode == 0, "\(command.result.errors)")
    #expect(command.openFiles <= Self.openFiles)
    #expect(command.memory_MiB < Self.mostMemory_MiB)
    return command
  }

  private func object(_ command: MeasuredCommand) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(command.result.output.utf8)) as? [String: Any])
  }

  private func runs(_ command: MeasuredCommand) throws -> [[String: Any]] {
    try #require(try object(command)["runs"] as? [[String: Any]])
  }

  func run(replicas: Int) throws {
    let count = 20 * replicas
    let sweep = "{temperature: {from: 300 K, to: 775 K, step: 25 K}, replica: \(replicas)}"
    try folder.write(LargeStudy.manifest(sweep: sweep), to: "large.yaml")
    #expect(try runs(measured("plan", "large.yaml", "--json")).count == count)
    _ = try measured("plan", "large.yaml", "--output", "study")
    try LargeStudy.fill("\(folder.path)/study")

    let states = try runs(measured("status", "study", "--json"))
    #expect(states.count == count)
    #expect(states.allSatisfy { $0["state"] as? String == "done" })

    let summary = try object(measured("aggregate", "study", "--json"))
    #expect(summary["complete"] as? Bool == true)
    #expect(summary["missing"] as? [String] == [])
    let sets = try #require(summary["sets"] as? [[String: Any]])
    #expect(sets.count == 1)
    let temperatures = try #require(sets.first?["temperatures"] as? [[String: Any]])
    #expect(temperatures.compactMap { $0["replicas"] as? Int } == [Int](repeating: replicas, count: 20))

    _ = try measured("report", "study")
    let page = try String(contentsOfFile: "\(folder.path)/study/results/report.html", encoding: .utf8)
    let shown = try #require(page.firstMatch(of: /Shown are ([0-9]+) of ([0-9]+) runs/))
    #expect(try #require(Int(shown.1)) <= 24 && Int(shown.2) == count)
  }

  /// Points that differ in other axes are each read and built separately.
  func plan(sets: Int) throws {
    let sweep =
      "{dynamics.mass-scale.BH4: {from: 1, to: \(sets), step: 1}, temperature: {from: 300 K, to: 775 K, step: 25 K}}"
    try folder.write(LargeStudy.manifest(sweep: sweep), to: "large.yaml")
    #expect(try runs(measured("plan", "large.yaml", "--json")).count == 20 * sets)
  }
}
