import Foundation
import Testing

@testable import Support

@Suite struct ProcessIdentityTests {
  private let own = ProcessIdentity.current

  private func changed(_ change: (inout ProcessIdentity.Origin) -> Void) throws -> ProcessIdentity.Presence {
    var origin = try #require(own.origin)
    change(&origin)
    return ProcessIdentity(host: own.host, pid: own.pid, origin: origin).presence()
  }

  /// A number alone says nothing: a process that began at another moment is another one.
  @Test func aNumberThatAnotherProcessHasIsNotTheProcess() throws {
    _ = try #require(own.origin)
    #expect(own.presence() == .alive)
    #expect(try changed { $0.start += 1 } == .gone)
    #expect(try changed { $0.space = "pid:[1]" } == .unseen)
    #expect(ProcessIdentity(host: "node17", pid: own.pid, origin: own.origin).presence() == .unseen)
    for pid in [-1, 0, Int.max, 999_999_999] {
      #expect(ProcessIdentity(host: own.host, pid: pid, origin: nil).presence() == .gone)
    }
  }

  /// Before the last boot it ran here; a machine of the same name, whose number is another or none, is not here.
  @Test func anotherBootOfThisMachineHasEnded() throws {
    let machine = try #require(own.origin).machine
    #expect(try changed { $0.boot = "before" } == (machine.isEmpty ? .unseen : .gone))
    #expect(try changed { ($0.boot, $0.machine) = ("before", "another") } == .unseen)
    #expect(try changed { ($0.boot, $0.machine) = ("before", "") } == .unseen)
  }

  /// Records of an older version have the number alone.
  @Test func anotherProgramOfTheNumberIsNotTheProcess() throws {
    let other = Process()
    other.executableURL = URL(fileURLWithPath: "/bin/sleep")
    other.arguments = ["60"]
    try other.run()
    let identity = ProcessIdentity(host: own.host, pid: Int(other.processIdentifier), origin: nil)
    // Between fork and exec it has this program's name.
    for _ in 0..<100 where identity.presence() != .gone { usleep(10_000) }
    #expect(identity.presence() == .gone)
    let exact = ProcessIdentity(
      host: own.host, pid: identity.pid, origin: ProcessIdentity.origin(of: identity.pid))
    #expect(exact.presence() == .alive)
    #expect(ProcessIdentity(host: own.host, pid: own.pid, origin: nil).presence() == .unseen)
    kill(other.processIdentifier, SIGKILL)
    other.waitUntilExit()
    #expect(exact.presence() == .gone)
  }

  @Test func namesOfProgramsMayHoldAnything() throws {
    let tail = " S 41 1 1 0 -1 4 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2"
    for name in ["sleep", "a b", "a) S 1 (b", "((", ")"] {
      let entry = try #require(ProcessTable.entry("42 (\(name))\(tail)"))
      #expect(
        entry == ProcessTable.Entry(pid: 42, parent: 41, name: name, state: "S", start: 987_654, work: 26))
    }
    for text in ["", "42", "42 (a)", "42 (a) S", ") 42 (a", "x (a)\(tail)", "42 (a) S 41"] {
      #expect(ProcessTable.entry(text) == nil)
    }
    let table = [(2, 1), (3, 2), (4, 3), (5, 1), (1, 4)].map {
      ProcessTable.Entry(pid: $0.0, parent: $0.1, name: "", state: "S", start: 0)
    }
    // A table that was read while processes came and went may hold a loop.
    #expect(ProcessTable.descendants(of: 2, in: table).map(\.pid).sorted() == [1, 3, 4, 5])
  }
}

@Suite struct SilenceClockTests {
  /// Time in which this process was stopped itself does not count.
  @Test func onlyTimeThatWasWatchedCounts() {
    var clock = SilenceClock(interval_s: 1, now_s: 0)
    for now_s in [1.0, 2, 3] { clock.look(hasChanged: false, now_s: now_s) }
    #expect(clock.silence_s == 3)
    clock.look(hasChanged: false, now_s: 3000)
    #expect(clock.silence_s == 6)
    clock.look(hasChanged: false, now_s: 2000)
    #expect(clock.silence_s == 6)
    clock.look(hasChanged: true, now_s: 2001)
    #expect(clock.silence_s == 0)
  }
}
