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
    #expect(RunState.read(from: "\(folder)/state.json", steps: 1) == expected)
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
    #expect(state.message == "\(folder)/state.json is damaged")
  }
}

@Test func absentStateIsPlanned() {
  #expect(RunState.read(from: "/nowhere/state.json", steps: 5) == RunState(.planned, steps: 5))
}

/// A dead process has stopped; a silent one on another machine is unknown; neither has failed.
@Test func livenessIsObserved() {
  var state = RunState(.running)
  state.host = "here"
  state.pid = 42
  state.heartbeat_s = 1000
  let soon = Date(timeIntervalSince1970: 1010)
  let late = Date(timeIntervalSince1970: 5000)
  #expect(state.observed(at: soon, host: "here", isAlive: { _ in true }) == state)
  #expect(state.observed(at: soon, host: "here", isAlive: { _ in false }).state == .stopped)
  #expect(state.observed(at: late, host: "here", isAlive: { _ in true }).state == .running)
  #expect(state.observed(at: soon, host: "there", isAlive: { _ in false }) == state)
  #expect(state.observed(at: late, host: "there", isAlive: { _ in true }).state == .unknown)
  #expect(state.observed(at: late, host: "there").message == "no heartbeat for 66 min")
  var done = state
  done.state = .done
  #expect(done.observed(at: late, host: "here", isAlive: { _ in false }) == done)
}

@Test func ownProcessIsAlive() {
  #expect(isProcessAlive(Int(getpid())))
  #expect(!isProcessAlive(-1))
  #expect(!isProcessAlive(Int.max))
}
