import Crystal
import EngineSocket
import Foundation
import Mathematics
import TestSupport
import Testing

/// What clients do that they may not, and what becomes of their programs.
@Suite(.needs(.python)) struct FaultTests {
  private func fault(
    _ kind: String, at frame: Int = 2, timeout_s: Double = 60
  ) throws -> (error: EngineError, client: pid_t) {
    let folder = try TemporaryFolder()
    let structure = skewFrame()
    let engine = try session(
      [EngineClient.springs.path, "{socket}", "--fault", kind, "--at", "\(frame)"], structure, in: folder
    ) { $0.timeout_s = timeout_s }
    defer { engine.end() }
    for _ in 1..<frame { _ = try engine.evaluate([structure.frame]) }
    let error = try #require(throws: EngineError.self) { _ = try engine.evaluate([structure.frame]) }
    engine.end()
    let client = try number("client", in: folder)
    #expect(!isRunning(client), "\(kind)")
    return (error, client)
  }

  @Test func endedClientsSayHow() throws {
    guard case .ended(.signal(9), _, let log) = try fault("die").error else {
      throw Wrong(try fault("die").error)
    }
    #expect(log.hasSuffix("engine.log"))
    guard case .ended(.exit(1), "SCF did not converge", _) = try fault("exit").error else {
      throw Wrong(try fault("exit").error)
    }
    guard case .ended(.exit(1), "no such functional: PBX", _) = try fault("start", at: 1).error else {
      throw Wrong(try fault("start", at: 1).error)
    }
    guard case .ended(.signal(9), _, _) = try fault("half").error else {
      throw Wrong(try fault("half").error)
    }
  }

  private struct Wrong: Error, CustomStringConvertible {
    let description: String
    init(_ error: EngineError) { description = "\(error)" }
  }

  @Test func answersThatMakeNoSense() throws {
    #expect(try fault("close").error == .closed)
    #expect(try fault("count").error == .atomCount(found: 7, wanted: 8))
    #expect(try fault("nan").error == .notFinite(what: "the force on atom 2"))
    #expect(try fault("energy").error == .notFinite(what: "the energy"))
    #expect(try fault("extra").error == .extraLength(-5))
    #expect(try fault("garbage", at: 1).error == .unexpected(found: "'??HTTP/1.1 4'", wanted: "HAVEDATA"))
    #expect(try fault("garbage", at: 3).error == .unexpected(found: "'??HTTP/1.1 4'", wanted: "HAVEDATA"))
  }

  /// A client may ask once for each frame, as Quantum ESPRESSO does.
  @Test func initialisation() throws {
    let folder = try TemporaryFolder()
    let structure = skewFrame()
    let arguments = [EngineClient.springs.path, "{socket}", "--init"]
    let engine = try session(arguments + ["--fault", "init", "--at", "2"], structure, in: folder)
    defer { engine.end() }
    _ = try engine.evaluate([structure.frame])
    #expect(throws: EngineError.initialisedTwice) { _ = try engine.evaluate([structure.frame]) }
  }

  @Test func silence() throws {
    #expect(try fault("silence", timeout_s: 0.6).error == .silent(seconds: 0.6, awaiting: "HAVEDATA"))
    let absent = try fault("absent", at: 1, timeout_s: 1).error
    guard case .silent(1, let awaiting) = absent else { throw Wrong(absent) }
    #expect(awaiting.contains("/tmp/ipi_paddlewheel-"))
  }

  @Test func programsThatCantBeStarted() throws {
    let folder = try TemporaryFolder()
    let structure = skewFrame()
    var settings = EngineSettings(
      command: ClientWords(["no-such-program", "{socket}"]), directory: folder.file("engine"),
      log: folder.file("engine.log"))
    settings.timeout_s = 20
    let engine = EngineSession(settings, structure: structure)
    let error = try #require(throws: EngineError.self) { _ = try engine.evaluate([structure.frame]) }
    guard case .ended(.exit(127), let line?, _) = error else { throw Wrong(error) }
    #expect(line.contains("no-such-program"))
  }

  /// A client's own child that ignores TERM ends with it, and a later frame starts another client.
  @Test func nothingIsLeft() throws {
    let folder = try TemporaryFolder()
    let structure = skewFrame()
    let engine = try session([EngineClient.springs.path, "{socket}", "--child"], structure, in: folder)
    _ = try engine.evaluate([structure.frame])
    let (client, child) = (try number("client", in: folder), try number("child", in: folder))
    #expect(isRunning(client) && isRunning(child))
    engine.end()
    #expect(!isRunning(client) && !isRunning(child))
    _ = try engine.evaluate([structure.frame])
    let second = try number("client", in: folder)
    #expect(second != client && isRunning(second))
    engine.end()
    #expect(!isRunning(second))
  }
}
