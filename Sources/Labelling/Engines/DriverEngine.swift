import Crystal
import Digest
import EngineSocket
import Foundation
import SinglePoints
import Support

/// Another program behind a socket of the i-PI protocol as the engine: several clients, each with a socket of its own,
/// share the frames. One that ends, or says what it may not, is replaced.
package struct DriverEngine: LabelEngine {
  package struct Settings {
    /// Files that it names are read from the working directory.
    package var command: ClientWords
    package var clients = 1
    /// How long a client may be silent while it is asked, s.
    package var timeout_s = 3600.0
    /// Copied into the folder where a client runs.
    package var files: [String] = []

    package init(command: ClientWords) { self.command = command }
  }

  package let identity: EngineIdentity
  private let settings: Settings
  private let words: ClientWords

  /// - Throws: ``InputError`` for a file that can't be read, and for names in braces that mean nothing.
  package init(_ settings: Settings) throws {
    self.settings = settings
    let command = settings.command
    if let unknown = command.unknownNames.first {
      let known = ClientWords.Placeholder.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
      throw InputError(key: "--driver", found: "{\(unknown)}", wanted: "one of \(known)")
    }
    guard command.names(.socket) || command.names(.port) else {
      throw InputError(
        key: "--driver", found: "'\(command.words.joined(separator: " "))'",
        wanted: "{socket} in it, or {host} and {port}, where the client connects")
    }
    let names = settings.files.map { ($0 as NSString).lastPathComponent }
    guard Set(names).count == names.count else {
      throw InputError(
        key: "--file", found: "two files of one name", wanted: "names that differ without their folders")
    }
    // The clients run in folders of their own.
    let paths = command.words.enumerated().map { Self.file($1, isProgram: $0 == 0) }
    words = ClientWords(zip(command.words, paths).map { $1 ?? $0 })
    let hash = SHA256()
    for (word, path) in zip(command.words, paths) {
      // Where the file is does not matter. A program is named, not read: another build of it may be meant.
      let name = path.map { ($0 as NSString).lastPathComponent }
      hash.update("\(name ?? word)\n")
      if let path, path != paths[0] { hash.update("\(try FileDigest.of(path))\n") }
    }
    for file in settings.files {
      hash.update("\((file as NSString).lastPathComponent) \(try FileDigest.of(file))\n")
    }
    identity = EngineIdentity(
      kind: .driver, name: command.words.map(shellQuoted).joined(separator: " "),
      digest: SHA256.hexadecimal(hash.finish()))
  }

  /// The absolute path of a file that a word names; nil for another word.
  private static func file(_ word: String, isProgram: Bool) -> String? {
    if isProgram, !word.contains("/") { return nil }
    let path = absolutePath(word, from: FileManager.default.currentDirectoryPath)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
      return nil
    }
    return path
  }

  package func label(_ frames: [LabelFrame], _ session: LabelSession) throws {
    // A client knows the atoms that it was started with: their elements and their order.
    var order: [[String]] = []
    var groups: [[String]: [LabelFrame]] = [:]
    for frame in frames {
      if groups[frame.frame.symbols] == nil { order.append(frame.frame.symbols) }
      groups[frame.frame.symbols, default: []].append(frame)
    }
    for symbols in order {
      if session.shouldStop { return }
      try label(alike: groups[symbols] ?? [], session)
    }
  }

  /// Frames of the same atoms.
  private func label(alike frames: [LabelFrame], _ session: LabelSession) throws {
    let clients = (1...min(settings.clients, frames.count)).map { number in
      DriverClient(number) { engine(number, $0, session) }
    }
    defer { for client in clients { client.end() } }
    var waiting = frames[...]
    var idle_s = Self.shortest_s
    while true {
      for client in clients where !client.isBusy {
        guard !session.shouldStop, let next = waiting.popFirst() else { break }
        try client.begin(next, session)
      }
      let busy = clients.filter(\.isBusy)
      // Frames may take hours: those at hand begin anew with the next command.
      if session.shouldStop || busy.isEmpty && waiting.isEmpty { return }
      var isAnyDone = false
      for client in busy {
        if try client.look(within_s: idle_s / Double(busy.count), session) { isAnyDone = true }
      }
      // An engine that takes minutes is not asked a thousand times a second.
      idle_s = isAnyDone ? Self.shortest_s : min(2 * idle_s, Self.longest_s)
    }
  }

  /// Between two looks at all clients, s.
  private static let shortest_s = 0.001
  private static let longest_s = 0.1

  /// An engine that has started nothing yet.
  private func engine(_ number: Int, _ frame: LabelledFrame, _ session: LabelSession) -> EngineSession {
    let folder = "\(session.folder)/engine-\(number)"
    var engine = EngineSettings(command: words, directory: folder, log: "\(folder).log")
    engine.timeout_s = settings.timeout_s
    engine.files = settings.files
    if !words.names(.socket) { engine.address = .tcp(host: "127.0.0.1", port: 0) }
    return EngineSession(engine, structure: FrameIons(apart: frame).structure)
  }
}
