import Crystal
import Foundation
import Mathematics
import Support

/// How an engine is started and reached.
package struct EngineSettings: Equatable, Sendable {
  /// The program and its arguments; nil where somebody else starts the client.
  package var command: ClientWords?
  /// Nil is a Unix socket with a name of its own.
  package var address: EngineAddress?
  /// Clients that share frames.
  package var clients = 1
  /// How long they may be silent while they are asked, s.
  package var timeout_s = 3600.0
  /// Absolute: in which clients run, made where it is missing.
  package var directory: String
  /// Absolute: to whose end goes what clients print; those after the first have a number in its name.
  package var log: String
  /// Copied into the directory before the clients start.
  package var files: [String] = []

  package init(command: ClientWords?, directory: String, log: String) {
    self.command = command
    self.directory = directory
    self.log = log
  }
}

/// An engine behind a socket, with the clients that it has started: from the first frame on, to its end.
///
/// One thread uses it at a time; it is shared by the force evaluators that follow one another as a cell changes.
package final class EngineSession: @unchecked Sendable {
  package let settings: EngineSettings
  /// The atoms as the client is told of them, in their order.
  private let structure: Structure
  private var server: EngineServer?
  private var processes: [ClientProcess] = []
  /// Whether the clients have failed: nothing is to be expected of them.
  private var hasFailed = false
  /// Called now and then while a client is waited for.
  package var whileWaiting: () throws -> Void = {}

  /// Starts nothing yet.
  /// - Parameter structure: elements in the order of all frames, and the first positions.
  package init(_ settings: EngineSettings, structure: Structure) {
    self.settings = settings
    self.structure = structure
  }

  /// Where a client that somebody else starts has to connect; nil where the session starts its own.
  package var awaitedAt: EngineAddress? { settings.command == nil ? settings.address : nil }

  /// Asks for the forces of frames, and starts the clients where none run. ``look(within_s:)`` follows.
  /// - Throws: ``EngineError``; `FileError`, `StructureError` where the client's files can't be written.
  package func begin(_ frames: [EngineFrame]) throws {
    let server = try self.server ?? start()
    do { try server.begin(frames) } catch { throw explained(error) }
  }

  /// Waits for results.
  /// - Parameter seconds: at most.
  /// - Returns: nil where they are not there yet.
  /// - Throws: ``EngineError``.
  package func look(within_s seconds: Double) throws -> [EngineResult]? {
    guard let server else { return nil }
    let waiting = Stopwatch()
    do {
      repeat {
        // A program that ends before it connects is noticed by its end alone.
        if let results = try server.look(within_s: min(seconds, server.connectedClients == 0 ? 0.1 : seconds))
        {
          return results
        }
        for process in processes { try process.check() }
      } while waiting.elapsed_s < seconds
      return nil
    } catch { throw explained(error) }
  }

  /// The results of frames.
  /// - Throws: as ``begin(_:)`` and ``look(within_s:)``, and what ``whileWaiting`` throws.
  package func evaluate(_ frames: [EngineFrame]) throws -> [EngineResult] {
    try begin(frames)
    while true {
      if let results = try look(within_s: 1) { return results }
      WorkCounter.advance()
      try whileWaiting()
    }
  }

  /// Tells the clients to end, and ends those that do not. A later frame starts new ones.
  package func end() {
    server?.end()
    server = nil
    // Engines write files when they are told to end.
    for process in processes { process.finish(patience_s: hasFailed ? 0 : Self.patience_s) }
    processes = []
    hasFailed = false
  }

  private static let patience_s = 5.0

  /// The error of a client, with the reason for a connection that has closed where the program has ended.
  private func explained(_ error: EngineError) -> EngineError {
    hasFailed = true
    guard error == .closed else { return error }
    let waiting = Stopwatch()
    while waiting.elapsed_s < 2, !processes.isEmpty {
      for process in processes {
        do { try process.check() } catch { return error }
      }
      usleep(10_000)
    }
    return error
  }

  // MARK: the start

  private func start() throws -> EngineServer {
    try writeFiles()
    let server = try EngineServer(
      settings.address ?? .random(), clients: settings.clients, timeout_s: settings.timeout_s)
    // Where one of several clients can't be started, the others end with what is thrown away here.
    processes = try clients(of: server)
    self.server = server
    return server
  }

  private func clients(of server: EngineServer) throws(EngineError) -> [ClientProcess] {
    guard let command = settings.command else { return [] }
    let values = values(server.address)
    var environment = ClientProcess.ownEnvironment()
    for (placeholder, value) in values { environment[placeholder.variable] = value }
    var clients: [ClientProcess] = []
    for number in 1...max(1, settings.clients) {
      clients.append(
        try ClientProcess(
          command.filled(values), directory: settings.directory, log: log(number), environment: environment))
    }
    return clients
  }

  private func log(_ number: Int) -> String {
    guard number > 1 else { return settings.log }
    let path = settings.log as NSString
    let name = "\(path.deletingPathExtension)-\(number)"
    return path.pathExtension.isEmpty ? name : "\(name).\(path.pathExtension)"
  }

  private var structurePath: String { "\(settings.directory)/structure.extxyz" }
  private var poscarPath: String { "\(settings.directory)/POSCAR" }

  private func values(_ address: EngineAddress) -> [ClientWords.Placeholder: String] {
    var values: [ClientWords.Placeholder: String] = [.structure: structurePath, .poscar: poscarPath]
    switch address {
    case .unix(let name): values[.socket] = name
    case .tcp(let host, let port):
      values[.host] = host
      values[.port] = String(port)
    }
    return values
  }

  /// The atoms as the client will get them: turned, and in their order.
  private func writeFiles() throws {
    let turned = TurnedFrame(structure.cell)
    // Without what is known of isotopes, for which other programs have no symbols.
    let plain = Structure(
      cell: turned.cell, elements: structure.elements, positions: structure.positions.map(turned.turned),
      moleculeOfAtom: structure.moleculeOfAtom)
    try FileManager.default.createDirectory(
      atPath: settings.directory, withIntermediateDirectories: true)
    try AtomicFile.write(plain.extXYZ(), to: structurePath)
    try AtomicFile.write(plain.poscarInOrder, to: poscarPath)
    for file in settings.files {
      try AtomicFile.replace("\(settings.directory)/\((file as NSString).lastPathComponent)") { temporary in
        if !(try FileCopy.share(file, as: temporary, named: file)) {
          try FileCopy.copy(file, as: temporary, named: file)
        }
      }
    }
  }
}

extension Structure {
  /// VASP 5's POSCAR with the atoms in their own order: an element that comes again is listed again.
  var poscarInOrder: String {
    var runs: [(element: String, count: Int)] = []
    for element in elements {
      if runs.last?.element == element { runs[runs.count - 1].count += 1 } else { runs.append((element, 1)) }
    }
    var lines = [formula, "1.0"]
    lines += cell.vectors.map { "  \($0.x) \($0.y) \($0.z)" }
    lines += [runs.map(\.element).joined(separator: " "), runs.map { "\($0.count)" }.joined(separator: " ")]
    lines.append("Cartesian")
    lines += positions.map { "  \($0.x) \($0.y) \($0.z)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
