import Crystal
import EngineSocket
import Foundation
import Mathematics
import TestSupport
import Testing

@Suite struct ServerTests {
  @Test func frameIsTurned() {
    let structure = skewFrame()
    let turned = TurnedFrame(structure.cell)
    #expect(turned.cell.a.y == 0 && turned.cell.a.z == 0 && turned.cell.b.z == 0)
    #expect(turned.cell.a.x > 0 && turned.cell.b.y > 0 && turned.cell.c.z > 0)
    #expect(abs(turned.cell.volume - structure.cell.volume) < 1e-10)
    let (r, s) = (structure.positions[1], structure.positions[6])
    #expect(abs(dot(turned.turned(r), turned.turned(s)) - dot(r, s)) < 1e-12)
    // A cell that has the form already is passed on bit for bit.
    #expect(TurnedFrame(turned.cell).turn == nil)
    #expect(TurnedFrame(turned.cell).cell == turned.cell)
  }

  @Test func socketIsPrivateAndGoesAway() throws {
    let server = try EngineServer(.random(), timeout_s: 1)
    let path = try #require(server.address.path)
    var status = stat()
    #expect(lstat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(status.st_uid == getuid())
    server.end()
    #expect(lstat(path, &status) != 0)
  }

  /// A name that a server uses is refused; one that a killed server has left is taken.
  @Test func namesInUse() throws {
    guard case .unix(let name) = EngineAddress.random() else { return }
    let first = try EngineServer(.unix(name: name), timeout_s: 1)
    let error = try #require(throws: EngineError.self) {
      _ = try EngineServer(.unix(name: name), timeout_s: 1)
    }
    guard case .listening = error else {
      Issue.record("\(error)")
      return
    }
    first.end()
    // Bound, and never closed by whoever bound it.
    let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "/tmp/ipi_\(name)".utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(left, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(bound == 0)
    close(left)
    try EngineServer(.unix(name: name), timeout_s: 1).end()
  }

  @Test func addresses() {
    #expect(EngineAddress(tcp: "localhost:31415") == .tcp(host: "localhost", port: 31415))
    #expect(EngineAddress(tcp: "[::1]:0") == .tcp(host: "::1", port: 0))
    for text in ["", "localhost", ":1", "localhost:", "localhost:70000", "localhost:-1", "a b:1"] {
      #expect(EngineAddress(tcp: text) == nil, "\(text)")
    }
    #expect(EngineAddress.isName("run-7_a.b"))
    for name in ["", "../x", "a b", "é", String(repeating: "a", count: 99)] {
      #expect(!EngineAddress.isName(name), "\(name)")
    }
    #expect(EngineAddress.random() != EngineAddress.random())
  }

  @Test func wordsOfCommands() throws {
    func words(_ text: String) throws -> [String] { try ClientWords(splitting: text).words }
    #expect(
      try words("pw.x  --ipi {socket}:UNIX\t-in pw.in") == ["pw.x", "--ipi", "{socket}:UNIX", "-in", "pw.in"])
    #expect(
      try words(#"sh -c 'cp2k -s "NAME={socket}" *.inp' "a \"b\" \n" c\ d '' $HOME"#) == [
        "sh", "-c", #"cp2k -s "NAME={socket}" *.inp"#, #"a "b" \n"#, "c d", "", "$HOME",
      ])
    #expect(throws: ClientWords.Problem.openQuote("'")) { try ClientWords(splitting: "a 'b") }
    #expect(throws: ClientWords.Problem.lonelyBackslash) { try ClientWords(splitting: #"a b\"#) }
    #expect(throws: ClientWords.Problem.empty) { try ClientWords(splitting: "  ") }
    #expect(throws: ClientWords.Problem.empty) { try ClientWords(splitting: "''") }
    #expect(ClientWords(["a", "{sockets}", "{host}:{port}", "{X}"]).unknownNames == ["sockets"])
  }

  /// Three clients share twelve frames: each result is that of its frame, and none of the clients does all.
  @Test(.needs(.python)) func clientsShareFrames() throws {
    let folder = try TemporaryFolder()
    let structure = skewFrame()
    let engine = try session(
      [
        EngineClient.springs.path, "{socket}", "--structure", "{structure}", "--delay", "0.05", "--name", "x",
      ],
      structure, in: folder
    ) { $0.clients = 3 }
    defer { engine.end() }
    let frames = (0..<12).map { n in
      var frame = structure.frame
      frame.positions[n % 8] += [0.01 * Double(n + 1), 0, 0.02]
      return frame
    }
    _ = try engine.evaluate(frames)
    let results = try engine.evaluate(frames)
    #expect(results.count == 12)
    let k = 0.05 * AtomicUnits.hartree / AtomicUnits.bohr / AtomicUnits.bohr
    for (n, result) in results.enumerated() {
      let square = 0.0001 * Double((n + 1) * (n + 1)) + 0.0004
      // Less the mean displacement of eight atoms.
      #expect(abs(result.energy_eV - k / 2 * square * 7 / 8) < 1e-10)
      #expect(result.extra == "x")
    }
    for name in ["engine.log", "engine-2.log", "engine-3.log"] {
      #expect(FileManager.default.fileExists(atPath: folder.file(name)), "\(name)")
    }
  }
}
