import Foundation
import SlurmCommands
import Support

/// The batch scripts of a submission.
package struct JobScript {
  let site: SiteProfile
  let study: String
  let submission: Int
  let ranks: Int
  /// Time between the signal and the time limit, s.
  let margin_s: Double
  /// Of array tasks that take many runs each.
  var pack: PackShape?
  var executable = currentExecutable()
  /// Command line that the coordinator's job runs after the results; nil for none.
  var afterwards: String?
  /// Whether the coordinator's job submits what this submission leaves.
  var submitsRest = false

  private var folder: SubmissionFolder { SubmissionFolder(study: study) }

  /// The script of the array tasks, each of which runs one run, or many.
  /// - Throws: ``InputError`` for a value that can't stand in a script.
  func taskScript() throws -> String {
    var directives = try common(timeLimit_s: site.timeLimit_s, output: "%a")
    let batch = BatchScript(site: site)
    directives += pack.map(batch.packDirectives) ?? batch.rankDirectives(ranks)
    directives.append("--signal=B:USR1@\(Int(margin_s.rounded(.up)))")
    directives.append("--requeue")
    directives += site.directives
    return try batch.text(
      directives,
      [
        "[ -x \(shellQuoted(executable)) ] && [ -r \(shellQuoted(study + "/study.yaml")) ] ||",
        "  give_up \"can't access the program or the study\"",
        "exec \(shellQuoted(executable)) element \(shellQuoted(study)) --submission \(submission) --offset \"$1\"",
      ],
      // Another node may have what this one lacks.
      failure: [
        "sleep 60", "[ \"${SLURM_RESTART_COUNT:-0}\" -lt \(site.retries) ] &&",
        "  scontrol requeue \"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\"",
      ])
  }

  /// The script of the job that computes the results after the array tasks have ended, failed or not.
  /// - Throws: ``InputError`` for a value that can't stand in a script.
  func coordinatorScript() throws -> String {
    var directives = try common(timeLimit_s: site.coordinator.timeLimit_s, output: "results")
    directives.append("--ntasks=1")
    directives.append("--cpus-per-task=\(site.coordinator.cores)")
    if let memory = site.coordinator.memory_bytes {
      directives.append("--mem=\(BatchScript.mebibytes(memory))M")
    }
    directives += site.directives
    return try BatchScript(site: site).text(directives, coordinatorCommands())
  }

  private func coordinatorCommands() -> [String] {
    let program = shellQuoted(executable)
    var commands: [String] = []
    // Before the results, which may fail or take longer than the job may, and which are then left to the last portion: two
    // jobs at once would replace each other's. The scheduler may be too busy, or another command at work on the study.
    if submitsRest {
      commands += [
        "for pause in 0 60 300; do", "  sleep $pause",
        "  \(program) submit-rest \(shellQuoted(study)) --submission \(submission)", "  rest=$?",
        "  case $rest in 0 | \(Self.restSubmitted)) break ;; esac", "done",
        "[ $rest != \(Self.restSubmitted) ] || exit 0",
      ]
    }
    commands += [
      "\(program) aggregate \(shellQuoted(study))", "code=$?",
      "\(program) report \(shellQuoted(study)) || exit 1",
    ]
    if submitsRest {
      commands.append(
        "[ $rest = 0 ] || { echo 'the other runs could not be submitted: run paddlewheel submit' >&2; exit 1; }"
      )
    }
    // Not where the results could not be computed: the old ones would be taken for new.
    if let afterwards { commands.append("case $code in 0 | 3) \(afterwards); code=$? ;; esac") }
    return commands + ["exit $code"]
  }

  /// The exit code of `submit-rest` where it has submitted something; 0 where nothing was left.
  package static let restSubmitted: Int32 = 10

  // MARK: other batch systems

  /// The script of an array, or of a single run.
  /// - Parameter runs: consecutive.
  /// - Throws: ``InputError`` for a value that can't stand in a script.
  func taskScript(_ templates: BatchTemplates, runs: ClosedRange<Int>) throws -> String {
    let output = folder.outputPath(submission)
    // The time limit's signal is not every system's: the program gets it from here.
    let time_s = Int(max(1, site.timeLimit_s - margin_s).rounded(.down))
    return try BatchScript(site: site).text(
      [],
      [
        "exec timeout --foreground --preserve-status --signal=USR1 \(time_s) \(shellQuoted(executable)) element "
          + "\(shellQuoted(study)) --submission \(submission) --offset 0"
      ],
      opening: [
        // A job without tasks may have the variable too: LSF sets 0.
        runs.count == 1
          ? "task=\(runs.lowerBound + 1)"
          : "task=${\(templates.taskVariable):?is not set in the tasks of an array: see task-variable in the site profile}",
        "export PADDLEWHEEL_JOB=${\(templates.jobVariable)%%[!0-9]*} PADDLEWHEEL_TASK=$((task - 1))",
        knownCommands(templates),
        "exec >>\(shellQuoted(output))/$PADDLEWHEEL_TASK.out 2>&1",
      ])
  }

  /// - Throws: ``InputError`` for a value that can't stand in a script.
  func coordinatorScript(_ templates: BatchTemplates) throws -> String {
    try BatchScript(site: site).text(
      [], coordinatorCommands(),
      opening: [
        "export PADDLEWHEEL_JOB=${\(templates.jobVariable)%%[!0-9]*}", knownCommands(templates),
        "exec >>\(shellQuoted(folder.outputPath(submission)))/results.out 2>&1",
      ])
  }

  private func knownCommands(_ templates: BatchTemplates) -> String {
    "export \(KnownBatchCommands.variable)=\(KnownBatchCommands.digest(templates))"
  }

  /// Arguments of sbatch for a part of the array, the script last.
  func taskArguments(_ part: Submission.Part, throttle: Int?) -> [String] {
    let indices = part.packs.map { Array(0..<$0) } ?? part.runs.map { $0 - part.offset }
    let tasks = Self.ranges(indices) + (throttle.map { "%\($0)" } ?? "")
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
    try BatchScript(site: site).directives(
      timeLimit_s: timeLimit_s, output: folder.outputPath(submission) + "/\(output).out", of: study)
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
