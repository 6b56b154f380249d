import Foundation
import TestSupport
import Testing

@testable import Trajectory

/// What a run goes on from is looked at before its first step.
@Suite struct RestartCheckTests {
  let folder: TemporaryFolder
  let run = SmallRun()

  init() throws { folder = try TemporaryFolder() }

  private func name(_ block: Int) -> String { RankFileName.attempt(block: block, attempt: 1) }

  private func check(_ lastSteps: [String: Int], plan: RecordPlan? = nil) -> String {
    do {
      try RestartCheck.check(
        directory: folder.path, from: RestartPoint(attempt: 1, lastSteps: lastSteps), plan: plan ?? run.plan,
        seconds: 60)
      return "no error"
    } catch { return "\(error)" }
  }

  private func damage(_ block: Int, _ change: (inout Data) -> Void) throws {
    let url = URL(fileURLWithPath: folder.file(name(block)))
    var data = try Data(contentsOf: url)
    change(&data)
    try data.write(to: url)
  }

  @Test func soundRecordsPass() throws {
    let last = try run.writeWhole(folder, through: 500)
    #expect(check(last) == "no error")
    // Also up to an earlier step.
    #expect(check(["mobile": 250, "anions": 250, "all": 250, "observables": 250]) == "no error")
  }

  /// A lost sector anywhere, and a file that is cut short.
  @Test func damageIsFoundBeforeTheFirstStep() throws {
    let last = try run.writeWhole(folder, through: 500)
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder.file(name(0))))
    var found = 0
    for sector in stride(from: 0, to: whole.count - 512, by: 512) {
      try damage(0) { data in
        data = whole
        data.replaceSubrange(sector..<(sector + 512), with: Data(count: 512))
      }
      let message = check(last)
      if message != "no error" {
        found += 1
        #expect(message.contains(name(0)), "\(message)")
      }
    }
    // Sectors of nothing but zeros, and free space, are no loss.
    #expect(found * 512 > whole.count / 3, "\(found) of \(whole.count / 512)")
    try damage(0) { $0 = whole.prefix(whole.count / 2) }
    #expect(check(last).contains(name(0)))
  }

  @Test func recordsThatTheCheckpointNeedsAreThere() throws {
    let last = try run.writeWhole(folder, through: 300)
    #expect(check(last.merging(["mobile": 400]) { $1 }).contains("the checkpoint goes on from step 400"))
    try FileManager.default.removeItem(atPath: folder.file(name(1)))
    #expect(check(last).contains("\(name(1)): is missing"))
  }

  @Test func recordsOfAnotherRunAreRefused() throws {
    let last = try run.writeWhole(folder, through: 300)
    var other = run
    other.allInterval = 25
    #expect(check(last, plan: other.plan).contains("another plan"))
  }
}
