import Foundation
import Support

/// What all batch scripts of a site have in common.
struct BatchScript {
  let site: SiteProfile

  /// The options of the site profile, the time limit and the file for the output.
  /// - Parameters:
  ///   - output: a path, in whose last part Slurm's patterns (`%a`) stand for numbers.
  ///   - folder: whose path it contains, for messages.
  /// - Throws: ``InputError`` for a path after which Slurm replaces no patterns.
  func directives(timeLimit_s: Double, output: String, of folder: String) throws -> [String] {
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
    guard !output.contains("\\") else {
      throw InputError(
        place: SourcePlace(file: folder), found: "a backslash in the path",
        wanted: "a path without one: Slurm would not put the task's number into the name of its output")
    }
    let path = output as NSString
    add(
      "output", path.deletingLastPathComponent.replacing("%", with: "%%") + "/\(path.lastPathComponent)")
    directives.append("--open-mode=append")
    if let mail = site.mail {
      add("mail-user", mail.to)
      add("mail-type", mail.on.joined(separator: ","))
    }
    return directives
  }

  /// The options for ranks, as the site has them.
  func rankDirectives(_ ranks: Int) -> [String] {
    var directives = ["--ntasks=\(ranks)"]
    if let perNode = site.ranksPerNode {
      directives.append("--nodes=\((ranks + perNode - 1) / perNode)")
      directives.append("--ntasks-per-node=\(min(perNode, ranks))")
    }
    if let memory = site.memoryPerCore_bytes { directives.append("--mem-per-cpu=\(Self.mebibytes(memory))M") }
    return directives
  }

  /// The options for an array task that takes many runs: on one node, so that nothing of a run goes over the network.
  func packDirectives(_ shape: PackShape) -> [String] {
    if shape.size == .node {
      return ["--nodes=1", "--ntasks-per-node=\(shape.cores)", "--exclusive", "--mem=0"]
    }
    return ["--nodes=1", "--ntasks=\(shape.cores)"]
      + (site.memoryPerCore_bytes.map { ["--mem-per-cpu=\(Self.mebibytes($0))M"] } ?? [])
  }

  /// Puts a script together. Its parts are quoted where they are made; none may hold a line of its own. Where something
  /// fails that has to come before the program, the function `give_up` says what, and ends the script with 1.
  /// - Parameters:
  ///   - opening: commands before all others.
  ///   - failure: commands of `give_up` after the message.
  /// - Throws: ``InputError`` for a value that can't stand in a script.
  func text(_ directives: [String], _ commands: [String], opening: [String] = [], failure: [String] = [])
    throws
    -> String
  {
    let setup = site.setup ?? []
    var lines = ["#!/bin/bash" + (site.modules.isEmpty && setup.isEmpty ? "" : " -l")]
    lines += directives.map { "#SBATCH \($0)" } + opening
    lines += ["give_up() {", "  echo \"paddlewheel: $(hostname): $1\" >&2"]
    lines += failure.map { "  \($0)" } + ["  exit 1", "}"]
    // A line of the user's may end in a comment: so its status is looked at in the next.
    lines += setup.flatMap { [$0, "[ $? = 0 ] || give_up \(shellQuoted("\($0) failed"))"] }
    lines += site.modules.map {
      "module load \(shellQuoted($0)) || give_up \(shellQuoted("module load \($0) failed"))"
    }
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

  static func mebibytes(_ bytes: Double) -> Int { Int((bytes / 1_048_576).rounded(.up)) }

  /// sbatch splits a directive at white space, and understands quotes and backslashes.
  private static func directiveWord(_ text: String) -> String {
    text.isEmpty || text.contains { $0.isWhitespace || "#'\"\\".contains($0) }
      ? "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" : text
  }
}
