import EngineSocket
import Foundation
import ManifestFormat
import Support
import Units

/// An engine behind a socket: `driver` of the manifest's `potential`.
package struct DriverSpecification: ManifestSection, Equatable {
  /// Who starts the client.
  package enum Start: String, CaseIterable, Equatable, Sendable {
    case perRun = "per-run"
    case none
  }

  package enum Language: String, CaseIterable, Equatable, Sendable {
    case iPI = "i-pi"
  }

  /// Nil where somebody else starts the client.
  package var command: ClientWords?
  /// Files that the client needs beside it.
  package var files: [InputFile] = []
  package var start = Start.perRun
  package var language = Language.iPI
  /// Nil is a Unix socket with a name that is made at the start.
  package var address: EngineAddress?
  package var clients = 1
  /// s.
  package var timeout_s = 3600.0

  package init() {}

  package static let schema = ManifestSchema<DriverSpecification>(
    .flow,
    [
      ManifestField(
        "command", \.command, .command,
        "the client's program and its arguments, without a shell; `{socket}`, `{host}`, `{port}`, `{structure}` and "
          + "`{poscar}` are filled in"),
      ManifestField(
        "files", \.files, .list(of: .inputFile, wanted: "a list of paths"),
        "files that the client reads; the study keeps them, and each run has them in the folder where the client runs"
      ),
      ManifestField(
        "start", \.start, .choice, "`per-run`: each run starts and ends its client. `none`: you start it"),
      ManifestField("protocol", \.language, .choice, "what is spoken"),
      ManifestField(
        "address", \.address, .engineAddress,
        "where clients connect: the name of a Unix socket (`/tmp/ipi_NAME`, needed for `start: none`), or a TCP "
          + "socket of this machine, where port 0 is any that is free"
      ).defaultText("a Unix socket with a name of its own"),
      ManifestField(
        "clients", \.clients, .integer(1...1000),
        "clients that share frames that do not depend on each other; a run has one"),
      ManifestField(
        "timeout", \.timeout_s,
        .quantity(
          .wallTime, .positive, ManifestLimit("a time from 1 s to 10 d") { (1...864_000).contains($0) }),
        "how long the client may say nothing while it is asked"
      ).affectsOnlyAnalysis(true),
    ])

  /// - Throws: ``InputError`` for keys that do not fit each other.
  package static func decode(_ value: ManifestValue) throws -> DriverSpecification {
    let driver = try schema.decode(value)
    func error(_ key: String, found: String, wanted: String) -> InputError {
      InputError(place: value.place, key: "\(value.path).\(key)", found: found, wanted: wanted)
    }
    switch (driver.start, driver.command, driver.address) {
    case (.perRun, nil, _):
      throw error("command", found: "nothing", wanted: "the command of the client, or start: none")
    case (.perRun, _, .unix?):
      throw error(
        "address", found: "the name of a Unix socket",
        wanted: "none with start: per-run, where each run makes one that nobody else has")
    case (.none, .some, _):
      throw error("command", found: "a command", wanted: "none with start: none, or start: per-run")
    case (.none, nil, nil):
      throw error("address", found: "nothing", wanted: "the name of a socket, or HOST:PORT, for start: none")
    case (.none, nil, .tcp(_, 0)?):
      throw error("address", found: "port 0", wanted: "a port that the client knows")
    default: break
    }
    try driver.checkFileNames(value)
    let isUnix = if case .tcp = driver.address { false } else { true }
    for placeholder in [ClientWords.Placeholder.socket, .host, .port]
    where (placeholder == .socket) != isUnix && driver.command?.names(placeholder) == true {
      throw error(
        "command", found: "{\(placeholder.rawValue)}",
        wanted: isUnix ? "{socket}, or address: HOST:PORT" : "{host} and {port}")
    }
    return driver
  }

  /// Names in the folder where the client runs that its files can't have.
  private static let taken = ["structure.extxyz", "POSCAR"]

  /// - Throws: ``InputError`` for files that would replace each other in the folder where the client runs.
  private func checkFileNames(_ value: ManifestValue) throws {
    var names = Set(Self.taken)
    for file in files where !names.insert((file.name as NSString).lastPathComponent).inserted {
      throw InputError(
        place: value.place, key: "\(value.path).files", found: "'\(file.name)'",
        wanted: "names that differ without their folders, and are not \(Self.taken.joined(separator: " or "))"
      )
    }
  }

  /// For people: the command or the address.
  package var text: String {
    if let command { return command.words.map(shellQuoted).joined(separator: " ") }
    return address?.text ?? ""
  }
}

extension ManifestKind where Value == ClientWords {
  /// A text that is split into words, or a list of them.
  fileprivate static var command: Self {
    let wanted = "a command, or the list of its words"
    return ManifestKind(
      "a text that is split like a shell's, or a list of texts",
      read: { value in
        var command: ClientWords
        if case .sequence = value.node {
          command = ClientWords(try value.list(wanted: wanted).map { try $0.string(wanted: "a text") })
        } else {
          let text = try value.string(wanted: wanted)
          do { command = try ClientWords(splitting: text) } catch {
            throw value.error(wanted: wanted, message: "\(error)")
          }
        }
        guard !command.words.isEmpty else { throw value.error(wanted: wanted) }
        if let unknown = command.unknownNames.first {
          let known = ClientWords.Placeholder.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
          throw InputError(
            place: value.place, key: value.path, found: "{\(unknown)}", wanted: "one of \(known)")
        }
        return command
      }, write: { .list($0.words.map { .text($0) }) })
  }
}

extension ManifestKind where Value == InputFile {
  fileprivate static var inputFile: Self {
    ManifestKind(
      "path of a file", read: { InputFile(try $0.string(wanted: "the path of a file"), at: $0) },
      write: { .text($0.name) })
  }
}

extension ManifestKind where Value == EngineAddress {
  fileprivate static var engineAddress: Self {
    ManifestKind(
      "`NAME`, or `HOST:PORT`",
      read: { value in
        let wanted = "a name of letters, digits, '_', '-' and '.', or HOST:PORT"
        let text = try value.string(wanted: wanted)
        if EngineAddress.isName(text) { return .unix(name: text) }
        guard let address = EngineAddress(tcp: text) else { throw value.error(wanted: wanted) }
        return address
      },
      write: { address in
        switch address {
        case .unix(let name): .text(name)
        case .tcp(let host, let port): .text(host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
        }
      })
  }
}
