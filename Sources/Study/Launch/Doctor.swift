import Foundation
import Subprocess
import Synchronization

/// One thing that the program needs or can use, as `doctor` finds it.
public struct Finding: Codable, Equatable, Sendable {
  public var name: String
  public var isFine: Bool
  /// Without it nothing runs.
  public var isNeeded: Bool
  /// A version, or what is wrong.
  public var detail: String
  /// How to get it, where it is missing.
  public var remedy: String?

  enum CodingKeys: String, CodingKey {
    case name, detail, remedy
    case isFine = "ok"
    case isNeeded = "needed"
  }
}

/// Looks at what this machine has.
public enum Doctor {
  public static func examine() async -> [Finding] {
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
        remedy: "only needed to submit to a cluster; it is there on the cluster's login node"),
    ]
  }

  /// The first line that a command prints, if it succeeds.
  private static func firstLine(_ command: [String]) async -> String? {
    let result = try? await Subprocess.run(
      .name(command[0]), arguments: Arguments(Array(command.dropFirst())),
      output: .string(limit: 1 << 20), error: .discarded)
    guard let result, result.terminationStatus.isSuccess else { return nil }
    return result.standardOutput.split(separator: "\n").first.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private static func version(
    _ name: String, _ command: [String], or other: [String]? = nil, needed: Bool, remedy: String
  ) async -> Finding {
    var line = await firstLine(command)
    if line == nil, let other { line = await firstLine(other) }
    return Finding(
      name: name, isFine: line != nil, isNeeded: needed, detail: line ?? "not found",
      remedy: line == nil ? remedy : nil)
  }

  private static func ranks() async -> Finding {
    var finding = Finding(name: "two ranks", isFine: false, isNeeded: true, detail: "", remedy: nil)
    let lines = Mutex<[String]>([])
    do {
      let status = try await LocalMPI.mpirun(
        ranks: 2, command: [currentExecutable(), "ping"], stop: StopRequest()
      ) { line in lines.withLock { $0.append(line) } }
      let said = lines.withLock { $0 }
      finding.isFine = status.isSuccess && said.contains("rank 0 of 2") && said.contains("rank 1 of 2")
      finding.detail = finding.isFine ? "can talk" : said.filter { !$0.isEmpty }.prefix(3).joined(separator: " ")
    } catch {
      finding.detail = "\(error)"
    }
    if !finding.isFine { finding.remedy = "try `mpirun -np 2 hostname`: if that fails, MPI itself is at fault" }
    return finding
  }
}
