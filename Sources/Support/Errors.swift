/// An error that determines the exit code of the program.
package protocol ExitingError: Error, CustomStringConvertible {
  /// The exit code of this kind of error in the design.
  var exitCode: Int32 { get }
}

/// A place in a text file; lines and columns count from 1.
package struct SourcePlace: Equatable, Sendable, CustomStringConvertible {
  package var file: String
  package var line: Int?
  package var column: Int?

  package init(file: String, line: Int? = nil, column: Int? = nil) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`, as far as known.
  package var description: String {
    ([visible(file)] + [line, column].compactMap { $0 }.map(String.init)).joined(separator: ":")
  }
}

/// Unusable input: where, under which key, what was found and what was expected.
package struct InputError: ExitingError, Equatable {
  package var place: SourcePlace?
  /// The path of the key in the manifest, such as `dynamics.timestep`.
  package var key: String?
  package var found: String?
  package var wanted: String?
  /// Further details; the whole message where there is neither `found` nor `wanted`.
  package var message: String?

  package init(
    place: SourcePlace? = nil, key: String? = nil, found: String? = nil, wanted: String? = nil,
    message: String? = nil
  ) {
    self.place = place
    self.key = key
    self.found = found
    self.wanted = wanted
    self.message = message
  }

  package init(_ message: String) { self.init(message: message) }

  package var exitCode: Int32 { 2 }

  package var description: String {
    var facts: [String] = []
    // What was found comes from outside.
    if let found { facts.append("found \(visible(found))") }
    if let wanted { facts.append("wanted \(wanted)") }
    let body = [facts.joined(separator: ", "), message ?? ""].filter { !$0.isEmpty }
    return ([place?.description, key.map { visible($0) }].compactMap { $0 } + [body.joined(separator: "; ")])
      .joined(separator: ": ")
  }
}

/// A failure that the input did not cause: a full disk, a missing program, a crash.
package struct RunFailure: ExitingError, Equatable {
  package var message: String

  package init(_ message: String) { self.message = message }

  package var exitCode: Int32 { 1 }
  package var description: String { message }
}

/// Part of the work failed or is missing; the rest exists.
package struct IncompleteError: ExitingError, Equatable {
  package var message: String
  /// The runs or files that are missing, one line each.
  package var missing: [String]

  package init(_ message: String, missing: [String] = []) {
    self.message = message
    self.missing = missing
  }

  package var exitCode: Int32 { 3 }
  package var description: String { ([message] + missing.map { "  " + $0 }).joined(separator: "\n") }
}

/// Stopped on request or at the time limit, with a checkpoint: the next run resumes from it.
package struct StoppedError: ExitingError, Equatable {
  package var message: String

  package init(_ message: String) { self.message = message }

  package var exitCode: Int32 { 75 }
  package var description: String { message }
}
