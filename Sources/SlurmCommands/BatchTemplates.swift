import StudyStore

/// The commands of a batch system other than Slurm, as words with placeholders.
///
/// Array tasks are numbered by the index of their run plus 1, as LSF has no task 0; the tasks of an array are consecutive, as PBS
/// wants them.
package struct BatchTemplates: Codable, Hashable, Sendable {
  /// Submits `{script}`, under `{name}`, with `{ranks}`, `{time}` (HH:MM:SS), `{minutes}`, `{output}` (a file for what the system itself
  /// prints), `{array}` and `{after}`. It prints the job's number.
  package var submit: [String]
  /// What stands for `{array}` where there are several tasks, from `{first}` to `{last}`; nothing for one task.
  package var array: [String]
  /// What stands for `{after}` of a job that begins when the jobs `{jobs}` have ended, one way or another.
  package var after: [String]
  /// What stands between `{jobs}`.
  package var separator: String
  /// Lists the user's jobs, a line each: with the job's number and, in brackets, the task's, and the state as a word.
  package var list: [String]
  /// Cancels `{job}`.
  package var cancel: [String]
  /// How the system names an array, `{number}[]`, and a task of it, `{number}[{task}]`.
  package var arrayName: String
  package var taskName: String
  /// States of `list` in which a job waits, and has ended; in any other it runs.
  package var waiting: Set<String>
  package var ended: Set<String>
  /// The environment's variables with the numbers of the job and of the task.
  package var jobVariable: String
  package var taskVariable: String

  package init(
    submit: [String], array: [String], after: [String], separator: String, list: [String], cancel: [String],
    arrayName: String, taskName: String, waiting: Set<String>, ended: Set<String>, jobVariable: String,
    taskVariable: String
  ) {
    self.submit = submit
    self.array = array
    self.after = after
    self.separator = separator
    self.list = list
    self.cancel = cancel
    self.arrayName = arrayName
    self.taskName = taskName
    self.waiting = waiting
    self.ended = ended
    self.jobVariable = jobVariable
    self.taskVariable = taskVariable
  }

  /// A submission.
  package struct Request: Sendable {
    package var script: String
    package var name: String
    package var ranks: Int
    package var time_s: Double
    package var output: String
    /// Indices of runs, consecutive; nil for a job without tasks.
    package var runs: ClosedRange<Int>?
    /// Names of the jobs that have to end before.
    package var after: [String] = []

    package init(
      script: String, name: String, ranks: Int, time_s: Double, output: String, runs: ClosedRange<Int>?,
      after: [String] = []
    ) {
      self.script = script
      self.name = name
      self.ranks = ranks
      self.time_s = time_s
      self.output = output
      self.runs = runs
      self.after = after
    }
  }

  /// The words of the command that submits.
  package func command(_ request: Request) -> [String] {
    let minutes = Int((request.time_s / 60).rounded(.up))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    var values = [
      "script": request.script, "name": request.name, "ranks": "\(request.ranks)", "minutes": "\(minutes)",
      "time": "\(two(minutes / 60)):\(two(minutes % 60)):00", "output": request.output,
      "jobs": request.after.joined(separator: separator),
    ]
    var arrayWords: [String] = []
    if let runs = request.runs, runs.count > 1 {
      let ends = ["first": "\(runs.lowerBound + 1)", "last": "\(runs.upperBound + 1)"]
      arrayWords = array.map { Self.filled($0, ends) }
    }
    // As a part of a word: the index list of LSF stands behind the name.
    values["array"] = arrayWords.joined(separator: " ")
    let afterWords = request.after.isEmpty ? [] : after
    return submit.flatMap { word in
      switch word {
      case "{array}": arrayWords
      case "{after}": afterWords
      default: [word]
      }
    }.map { Self.filled($0, values) }
  }

  /// A word with its placeholders filled in; what is filled in is not looked at again.
  static func filled(_ word: String, _ values: [String: String]) -> String {
    var result = ""
    var rest = word[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      result += rest[..<open]
      result += values[name] ?? "{\(name)}"
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  /// The number of the job that `submit` has printed: the first of its output, as in `123[].server` and `Job <123> is submitted`.
  package func number(_ output: String) -> Int? {
    output.firstMatch(of: /[0-9]+/).flatMap { Int($0.output) }
  }

  /// The name of a job, whose task is the index of its run; nil for a job without tasks.
  package func name(of job: Int, task: Int?) -> String {
    guard let task else { return "\(job)" }
    return Self.filled(taskName, ["number": "\(job)", "task": "\(task + 1)"])
  }

  /// The name of a whole array.
  package func arrayName(of job: Int) -> String { Self.filled(arrayName, ["number": "\(job)"]) }

  private static func trimmed(_ word: Substring) -> String {
    let isOther = { (character: Character) in !character.isLetter && !character.isNumber }
    return String(word.drop(while: isOther).reversed().drop(while: isOther).reversed())
  }

  /// The jobs that a listing names, with the index of the run as task. Lines without a number at their beginning, as headings are,
  /// and those of whole arrays are left out.
  package func queue(_ output: String) -> SlurmQueue {
    var queue = SlurmQueue()
    for line in output.split(separator: "\n") {
      guard let match = line.prefixMatch(of: /\s*([0-9]+)(?:\[([0-9]*)\]?)?/), let job = Int(match.1) else {
        continue
      }
      if let brackets = match.2, brackets.isEmpty { continue }
      // LSF prints 0 for a job without tasks.
      let task = match.2.flatMap { Int($0) }.flatMap { $0 == 0 ? nil : $0 }
      let words = Set(line[match.range.upperBound...].split { $0.isWhitespace }.map(Self.trimmed))
      let state =
        !words.isDisjoint(with: ended)
        ? "COMPLETED" : !words.isDisjoint(with: waiting) ? "PENDING" : "RUNNING"
      let found = SlurmJob(job: job, task: task.map { $0 - 1 })
      queue.entries[found] = SlurmQueue.Entry(job: found, state: state, reason: "", nodes: "")
    }
    return queue
  }
}
