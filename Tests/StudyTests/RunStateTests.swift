import Foundation
import Testing

@testable import StudyStore

@Test func stateReadsBack() throws {
  try withTemporaryFolder { folder in
    var state = RunState(.running, steps: 9000)
    state.stage = .sample
    state.step = 4000
    state.time_ps = 4
    state.stepsPerSecond = 50
    state.ns_per_day = .infinity
    state.host = "node1"
    state.pid = 7
    state.attempt = 2
    try state.write(to: "\(folder)/state.json", at: Date(timeIntervalSince1970: 1000))
    var expected = state
    expected.ns_per_day = nil
    expected.heartbeat_s = 1000
    let read = RunState.read(from: "\(folder)/state.json", steps: 1)
    expected.uptime_s = read.uptime_s
    #expect(read == expected)
    #expect(state.timeLeft_s == 100)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["state.json"])
    let object = try JSONSerialization.jsonObject(
      with: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/state.json")))
    let keys = Set(try #require(object as? [String: Any]).keys)
    #expect(
      keys.isSuperset(of: ["state", "stage", "step", "steps", "time_ps", "wall_time_s", "attempt", "host"]))
  }
}

@Test(arguments: ["", "{", "[]", "{\"state\": \"flying\"}", "{\"state\": \"done\"", "\u{0}"])
func damagedStateIsUnknown(_ text: String) throws {
  try withTemporaryFolder { folder in
    try write(text, to: "\(folder)/state.json")
    let state = RunState.read(from: "\(folder)/state.json", steps: 5)
    #expect(state.state == .unknown)
    #expect(state.steps == 5)
    #expect(state.message?.hasPrefix("\(folder)/state.json is damaged: ") == true)
  }
}

@Test func absentStateIsPlanned() {
  #expect(RunState.read(from: "/nowhere/state.json", steps: 5) == RunState(.planned, steps: 5))
}
