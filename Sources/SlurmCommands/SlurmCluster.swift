/// Which cluster the commands ask: of Slurm, where a site has several, or of another batch system.
package enum SlurmCluster: Hashable, Sendable {
  /// What the user's shell says (`SLURM_CLUSTERS`, `SBATCH_CLUSTERS`), else that of this machine.
  case ofShell
  /// That of this machine, whatever the shell says.
  case local
  case named(String)
  /// Of another batch system, by its own commands.
  case templates(BatchTemplates)
  /// Of another batch system, whose commands a study's record names and this user has never used: they are not run.
  case unknown

  package var templates: BatchTemplates? {
    if case .templates(let templates) = self { templates } else { nil }
  }

  /// Of a job as it is recorded.
  /// - Parameter name: as sbatch has printed it; empty where it has printed none, nil in records of an older version.
  package init(recorded name: String?) {
    switch name {
    case nil: self = .ofShell
    case "": self = .local
    case let name?: self = .named(name)
    }
  }

  /// What is put after a command's name.
  package var arguments: [String] {
    if case .named(let name) = self { ["-M", name] } else { [] }
  }
}

/// A job that sbatch has accepted.
package struct SubmittedJob: Equatable, Sendable {
  package var job: Int
  /// As sbatch has printed it; empty for none.
  package var cluster: String

  /// `123` or `123;cluster`, the last line: site wrappers print before it.
  package init?(output: String) {
    guard let line = output.split(separator: "\n").last else { return nil }
    let fields = line.split(separator: ";").map { $0.trimmingPrefix { $0.isWhitespace } }
    guard let job = fields.first.flatMap({ Int($0) }) else { return nil }
    let cluster = fields.count > 1 ? String(fields[1]) : ""
    // It becomes a part of commands.
    guard cluster.wholeMatch(of: /[A-Za-z0-9_.-]*/) != nil, !cluster.hasPrefix("-") else { return nil }
    self.job = job
    self.cluster = cluster
  }

  package init(job: Int, cluster: String) {
    self.job = job
    self.cluster = cluster
  }
}
