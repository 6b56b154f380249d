import Foundation
import Support

/// The batch scripts of a submission.
struct JobScript {
  let site: SiteProfile
  let study: String
  let submission: Int
  let ranks: Int
  /// Time between the signal and the time limit, s.
  let margin_s: Double
  var executable = currentExecutable()
  /// Command line that the coordinator's job runs after the results; nil for none.
  var afterwards: String?

  private var folder: SubmissionFolder { SubmissionFolder(study: study) }

  /// The script of the array tasks, each of which runs one run.
  /// - Throws: ``InputError`` for a value that can't stand in a script.
  func taskScript() throws -> String {
    var directives = try common(timeLimit_s: site.timeLimit_s, output: "%a")
    directives.append("--ntasks=\(ranks)")
    if let perNode = site.ranksPerNode {
      directives.append("--nodes=\((ranks + perNode - 1) / perNode)")
      directives.append("--ntasks-per-node=\(min(perNode, ranks))")
    }
    if let memory = site.memoryPerCore_bytes { directives.append("--mem-per-cpu=\(Self.mebibytes(memory))M") }
    directives.append("--signal=B:USR1@\(Int(margin_s.rounded(.up)))")
    directives.append("--requeue")
    directives += site.directives
    return try script(
      directives,
      [
        "if ! [ -x \(shellQuoted(executable)) ] || ! [ -r \(shellQuoted(study + "/study.yaml")) ]; then",
        "  echo \"$(hostname) can't access the program or the study\" >&2",
        "  sleep 60",
        "  [ \"${SLURM_RESTART_COUNT:-0}\" -lt \(site.retries) ] &&",
        "    scontrol requeue \"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\"",
        "  exit 1",
        "fi",
        "exec \(shellQuoted(executable)) element \(shellQuoted(study)) --submission \(submission) --offset \"$1\"",
      ])
  }

  /// The script of the job that computes the results after the array tasks have ended, failed or not.
  /// - Throws: ``InputError`` for a value that can't stand in a script.
  func coordinatorScript() throws -> String {
    var directives = try common(timeLimit_s: site.coordinator.timeLimit_s, output: "results")
    directives.append("--ntasks=1")
    directives.append("--cpus-per-task=\(site.coordinator.cores)")
    if let memory = site.coordinator.memory_bytes { directives.append("--mem=\(Self.mebibytes(memory))M") }
    directives += site.directives
    let program = shellQuoted(executable)
    var commands = [
      "\(program) aggregate \(shellQuoted(study))", "code=$?",
      "\(program) report \(shellQuoted(study)) || exit 1",
    ]
    // Not where the results could not be computed: the old ones would be taken for new.
    if let afterwards { commands.append("case $code in 0 | 3) \(afterwards); code=$? ;; esac") }
    return try script(directives, commands + ["exit $code"])
  }

  /// Arguments of sbatch for a part of the array, the script last.
  func taskArguments(_ part: Submission.Part, throttle: Int?) -> [String] {
    let tasks = Self.ranges(part.runs.map { $0 - part.offset }) + (throttle.map { "%\($0)" } ?? "")
    return ["--array=\(tasks)", folder.scriptPath(submission), String(part.offset)]
  }

  /// Arguments of sbatch for the coordinator's job.
  func coordinatorArguments(after jobs: [String]) -> [String] {
    [
      "--dependency=afterany:\(jobs.joined(separator: ":"))", "--kill-on-invalid-dep=yes",
      folder.scriptPath(submission, "-results"),
    ]
  }

  /// The options that a script sets, such as `--account` and `-p`.
  static func options(of script: String) -> Set<String> {
    Set(
      script.split(separator: "\n").filter { $0.hasPrefix("#SBATCH ") }.compactMap {
        let word = $0.dropFirst("#SBATCH ".count).prefix { !$0.isWhitespace && $0 != "=" }
        // `-pgpu`
        return word.isEmpty ? nil : String(word.hasPrefix("--") ? word : word.prefix(2))
      })
  }

  private func common(timeLimit_s: Double, output: String) throws -> [String] {
    var directives: [String] = []
    func add(_ option: String, _ value: String?) {
      if let value { directives.append("--\(option)=\(Self.directiveWord(value))") }
    }
    add("account", site.account)
    add("partition", site.partition)
    add("qos", site.qos)
    add("constraint", site.constraint)
    add("reservation", site.reservation)
    if !site.exclude.isEmpty { add("exclude", site.exclude.joined(separator: ",")) }
    directives.append("--time=\(Self.time(timeLimit_s))")
    let path = folder.outputPath(submission)
    guard !path.contains("\\") else {
      throw InputError(
        place: SourcePlace(file: study), found: "a backslash in the path",
        wanted: "a path without one: Slurm would not put the task's number into the name of its output")
    }
    let file = path.replacing("%", with: "%%") + "/\(output).out"
    add("output", file)
    directives.append("--open-mode=append")
    if let mail = site.mail {
      add("mail-user", mail.to)
      add("mail-type", mail.on.joined(separator: ","))
    }
    return directives
  }

  /// Puts a script together. Its parts are quoted where they are made; none may hold a line of its own.
  private func script(_ directives: [String], _ commands: [String]) throws -> String {
    var lines = ["#!/bin/bash" + (site.modules.isEmpty ? "" : " -l")]
    lines += directives.map { "#SBATCH \($0)" }
    lines += site.modules.map { "module load \(shellQuoted($0))" }
    lines += site.environment.sorted { $0.key < $1.key }.map { "export \($0.key)=\(shellQuoted($0.value))" }
    lines += commands
    for line in lines { try withoutControlCharacters(line, "a line of a batch script") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `7-00:30:00`, in whole minutes as Slurm counts.
  static func time(_ seconds: Double) -> String {
    let minutes = Int((seconds / 60).rounded(.up))
    return String(format: "%d-%02d:%02d:00", minutes / 1440, minutes % 1440 / 60, minutes % 60)
  }

  private static func mebibytes(_ bytes: Double) -> Int { Int((bytes / 1_048_576).rounded(.up)) }

  /// sbatch splits a directive at white space, and understands quotes and backslashes.
  private static func directiveWord(_ text: String) -> String {
    text.isEmpty || text.contains { $0.isWhitespace || "#'\"\\".contains($0) }
      ? "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" : text
  }

  /// `0-3,7,9-10`.
  static func ranges(_ numbers: [Int]) -> String {
    var parts: [(Int, Int)] = []
    for number in numbers.sorted() {
      if let last = parts.last, last.1 + 1 == number {
        parts[parts.count - 1].1 = number
      } else {
        parts.append((number, number))
      }
    }
    return parts.map { $0 == $1 ? "\($0)" : "\($0)-\($1)" }.joined(separator: ",")
  }
}
