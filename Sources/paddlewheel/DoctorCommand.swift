import ArgumentParser
import Runner
import Scheduler
import Support

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract:
      "Check MPI, HDF5, Slurm, gnuplot and that ranks can communicate; print how to install what is missing.")

  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let findings = await Doctor.examine()
    if json {
      try printJSON(findings)
    } else {
      let rows = findings.map { finding in
        [finding.name, finding.isFine ? "ok" : finding.isNeeded ? "MISSING" : "absent", finding.detail]
      }
      print(textTable(rows))
      for finding in findings {
        if let remedy = finding.remedy { print("\(finding.name): \(remedy)") }
      }
    }
    let missing = findings.filter { $0.isNeeded && !$0.isFine }.map(\.name)
    if !missing.isEmpty { throw RunFailure("missing: \(missing.joined(separator: ", "))") }
  }
}

/// Internal: what `doctor` starts on two ranks.
struct PingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "ping", shouldDisplay: false)

  func run() throws { print(try ping()) }
}
