import EngineSocket
import Manifest
import SlurmCommands
import Support

extension ManifestValue {
  /// `batch` of a site profile.
  func batchTemplates() throws -> BatchTemplates {
    let mapping = try mapping(known: [
      "submit", "array", "after", "separator", "list", "cancel", "array-name", "task-name", "waiting",
      "ended", "job-variable",
      "task-variable",
    ])
    func words(_ key: String, _ wanted: String, _ names: [String], needs: [String] = []) throws -> [String] {
      try mapping.required(key, wanted: wanted).commandWords(wanted, names: names, needs: needs)
    }
    func name(_ key: String, _ wanted: String, _ names: [String], needs: [String]) throws -> String {
      let value = try mapping.required(key, wanted: wanted)
      let text = try value.string(wanted: wanted)
      try value.check([text], names: names, needs: needs)
      return text
    }
    func variable(_ key: String) throws -> String {
      let value = try mapping.required(key, wanted: "the name of a variable of the environment")
      let text = try value.string(wanted: "the name of a variable")
      guard text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
        throw value.error(wanted: "the name of a variable: letters, digits and _")
      }
      return text
    }
    func states(_ key: String) throws -> Set<String> {
      let wanted = "a list of the states that the listing prints"
      return Set(
        try mapping.required(key, wanted: wanted).list(wanted: wanted).map { try $0.string(wanted: "a word") }
      )
    }
    return BatchTemplates(
      submit: try words(
        "submit", "the command that submits {script}",
        ["script", "name", "ranks", "time", "minutes", "output", "array", "after"],
        needs: ["script", "array", "after"]),
      array: try words(
        "array", "options of an array from {first} to {last}", ["first", "last"], needs: ["first", "last"]),
      after: try words("after", "options of a job after {jobs}", ["jobs"], needs: ["jobs"]),
      separator: try mapping["separator"]?.string(wanted: "what stands between {jobs}") ?? ":",
      list: try words("list", "the command that lists the user's jobs", []),
      cancel: try words("cancel", "the command that cancels {job}", ["job"], needs: ["job"]),
      arrayName: try name(
        "array-name", "how an array is named, such as '{number}[]'", ["number"], needs: ["number"]),
      taskName: try name(
        "task-name", "how a task is named, such as '{number}[{task}]'", ["number", "task"],
        needs: ["number", "task"]),
      waiting: try states("waiting"), ended: try states("ended"), jobVariable: try variable("job-variable"),
      taskVariable: try variable("task-variable"))
  }

  fileprivate func commandWords(_ wanted: String, names: [String], needs: [String]) throws -> [String] {
    let words: [String]
    do { words = try ClientWords(splitting: try string(wanted: wanted)).words } catch let problem
      as ClientWords.Problem
    {
      throw error(wanted: wanted, message: "\(problem)")
    }
    guard !words.isEmpty else { throw error(wanted: wanted) }
    try check(words, names: names, needs: needs)
    return words
  }

  /// - Throws: ``InputError`` for a placeholder that is not known or missing.
  fileprivate func check(_ words: [String], names: [String], needs: [String]) throws {
    let text = words.joined(separator: " ")
    let found = text.matches(of: /\{([^{}]*)\}/).map { String($0.1) }
    let known =
      names.isEmpty ? "no placeholder" : "placeholders: " + names.map { "{\($0)}" }.joined(separator: ", ")
    if let unknown = found.first(where: { !names.contains($0) }) {
      throw InputError(place: place, key: path, found: "{\(unknown)}", wanted: known)
    }
    if let missing = needs.first(where: { !found.contains($0) }) {
      throw error(wanted: "{\(missing)} in it")
    }
  }
}
