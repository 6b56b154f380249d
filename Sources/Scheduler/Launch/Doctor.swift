import Foundation
import HDF5
import MPI
import Runner
import SlurmCommands
import Synchronization

/// The check of one requirement of the program by `doctor`.
package struct Finding: Codable, Equatable, Sendable {
  package var name: String
  package var isFine: Bool
  /// Whether the program needs it; else it is optional.
  package var isNeeded: Bool
  /// The version, or the problem.
  package var detail: String
  /// How to install it, where it is missing.
  package var remedy: String?

  enum CodingKeys: String, CodingKey {
    case name, detail, remedy
    case isFine = "ok"
    case isNeeded = "needed"
  }
}

/// Checks the requirements of the program on this machine.
package enum Doctor {
  package static func examine() async -> [Finding] {
    [
      await version(
        "mpirun", ["mpirun", "--version"], needed: MPILibrary.isBuiltIn,
        remedy: "for several ranks only: apt-get install openmpi-bin, or module load openmpi"),
      library(),
      await ranks(),
      Finding(name: "HDF5", isFine: true, isNeeded: true, detail: hdf5Version(), remedy: nil),
      await version(
        "gnuplot", ["gnuplot", "--version"], needed: true,
        remedy: "apt-get install gnuplot-nox, or module load gnuplot; only the report needs it"),
      await version(
        "Slurm", ["sinfo", "--version"], needed: false,
        remedy: "needed only for paddlewheel submit, on a login node of the cluster"),
    ]
  }

  private static func library() -> Finding {
    var finding = Finding(
      name: "MPI", isFine: true, isNeeded: MPILibrary.isBuiltIn, detail: MPILibrary.summary(), remedy: nil)
    if !MPILibrary.isUsable {
      finding.isFine = false
      finding.remedy =
        "for several ranks only: paddlewheel-mpi-build makes the library with the mpicc on PATH"
    }
    return finding
  }

  private enum Answer {
    case line(String)
    case absent
    case failing(String)
  }

  private static let timeout_s = 30.0

  /// The first line that a command prints.
  private static func ask(_ command: [String]) async -> Answer {
    do {
      let result = try await CommandOutput.of(command, within: timeout_s)
      let line = (result.output + result.errors).split(separator: "\n").first.map(String.init) ?? ""
      return result.isSuccess ? .line(line) : .failing(line)
    } catch {
      switch error {
      case .notFound: return .absent
      case .timedOut: return .failing("no answer in \(Int(timeout_s)) s")
      case .other(let problem): return .failing(problem)
      }
    }
  }

  private static func version(
    _ name: String, _ command: [String], needed: Bool, remedy: String
  ) async -> Finding {
    switch await ask(command) {
    case .line(let line):
      return Finding(name: name, isFine: true, isNeeded: needed, detail: line, remedy: nil)
    case .absent:
      return Finding(name: name, isFine: false, isNeeded: needed, detail: "not found", remedy: remedy)
    case .failing(let line):
      return Finding(
        name: name, isFine: false, isNeeded: needed, detail: "\(command[0]) failed: \(line)", remedy: remedy)
    }
  }

  private static func ranks() async -> Finding {
    var finding = Finding(
      name: "two ranks", isFine: false, isNeeded: MPILibrary.isBuiltIn, detail: "", remedy: nil)
    let lines = Mutex<[String]>([])
    do {
      let status = try await MPILauncher.local(ranks: 2).run(
        [currentExecutable(), "ping"], stop: StopRequest(), watch: .within(60)
      ) { line in lines.withLock { $0.append(line) } }.status
      let printed = lines.withLock { $0 }
      finding.isFine =
        status.isSuccess && (0..<2).allSatisfy { printed.contains(rankGreeting(rank: $0, size: 2)) }
      finding.detail =
        finding.isFine ? "can communicate" : printed.filter { !$0.isEmpty }.prefix(3).joined(separator: " ")
    } catch {
      finding.detail = "\(error)"
    }
    if !finding.isFine {
      finding.remedy = "try `mpirun -np 2 hostname`: if it fails, the MPI installation is broken"
    }
    return finding
  }
}
