import Foundation
import Subprocess
import Synchronization

/// One thing that the program needs or can use, as `doctor` finds it.
package struct Finding: Codable, Equatable, Sendable {
  package var name: String
  package var isFine: Bool
  /// Without it nothing runs.
  package var isNeeded: Bool
  /// A version, or what is wrong.
  package var detail: String
  /// How to get it, where it is missing.
  package var remedy: String?

  enum CodingKeys: String, CodingKey {
    case name, detail, remedy
    case isFine = "ok"
    case isNeeded = "needed"
  }
}

/// Looks at what this machine has.
package enum Doctor {
  package static func examine() async -> [Finding] {
    [
      await version(
        "MPI", ["mpirun", "--version"], needed: true,
        remedy: "apt-get install libopenmpi-dev openmpi-bin, or module load openmpi"),
      await ranks(),
      await version(
        "HDF5", ["pkg-config", "--modversion", "hdf5"], or: ["h5dump", "--version"], needed: true,
        remedy: "apt-get install libhdf5-dev, or module load hdf5"),
      await version(
        "gnuplot", ["gnuplot", "--version"], needed: true,
        remedy: "apt-get install gnuplot-nox, or module load gnuplot; only the report needs it"),
      await version(
        "Slurm", ["sinfo", "--version"], needed: false,
        remedy: "only needed to submit to a cluster; it works on the cluster's login node"),
    ]
  }

  private enum Answer {
    case line(String)
    case absent
    case failing(String)
  }

  /// The first line that a command prints.
  private static func ask(_ command: [String]) async -> Answer {
    let result = try? await Subprocess.run(
      .name(command[0]), arguments: Arguments(Array(command.dropFirst())),
      output: .string(limit: 1 << 20), error: .combinedWithOutput)
    guard let result else { return .absent }
    let line = result.standardOutput.split(separator: "\n").first.map(String.init) ?? ""
    return result.terminationStatus.isSuccess ? .line(line) : .failing(line)
  }

  private static func version(
    _ name: String, _ command: [String], or other: [String]? = nil, needed: Bool, remedy: String
  ) async -> Finding {
    var answer = await ask(command)
    if let other {
      if case .line = answer {} else { answer = await ask(other) }
    }
    switch answer {
    case .line(let line):
      return Finding(name: name, isFine: true, isNeeded: needed, detail: line, remedy: nil)
    case .absent:
      return Finding(name: name, isFine: false, isNeeded: needed, detail: "not found", remedy: remedy)
    case .failing(let line):
      return Finding(
        name: name, isFine: false, isNeeded: needed, detail: "\(command[0]) fails: \(line)", remedy: remedy)
    }
  }

  private static func ranks() async -> Finding {
    var finding = Finding(name: "two ranks", isFine: false, isNeeded: true, detail: "", remedy: nil)
    let lines = Mutex<[String]>([])
    do {
      let status = try await MPILauncher.local(ranks: 2).run(
        [currentExecutable(), "ping"], stop: StopRequest()
      ) { line in lines.withLock { $0.append(line) } }
      let said = lines.withLock { $0 }
      finding.isFine = status.isSuccess && said.contains("rank 0 of 2") && said.contains("rank 1 of 2")
      finding.detail =
        finding.isFine ? "can talk" : said.filter { !$0.isEmpty }.prefix(3).joined(separator: " ")
    } catch {
      finding.detail = "\(error)"
    }
    if !finding.isFine {
      finding.remedy = "try `mpirun -np 2 hostname`: if that fails, MPI itself is at fault"
    }
    return finding
  }
}
