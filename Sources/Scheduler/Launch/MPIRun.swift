import Foundation
import Support

/// The mpirun on PATH. MPIs take different options.
enum MPIRun: String, Sendable {
  /// Open MPI 4 and 5.
  case openMPI
  /// MPICH, Intel MPI and MVAPICH: their mpirun is Hydra.
  case hydra
  /// Of no known MPI, or absent: then its start fails, and says so.
  case unknown

  /// What is installed, asked once.
  static let installed = MPIRun(versionText: versionText())

  /// - Parameter text: what `mpirun --version` prints.
  init(versionText text: String) {
    self =
      text.contains("Open MPI") || text.contains("OpenRTE") || text.contains("PRTE")
      ? .openMPI : text.contains("HYDRA") || text.contains("Intel(R) MPI") ? .hydra : .unknown
  }

  /// The command that starts ranks on this machine. Two runs at once would be bound to the same cores, so none is bound. With
  /// shared memory alone, Open MPI starts in a third of the time.
  func words(ranks: Int) -> [String] {
    let start = [Self.program, "-np", String(ranks)]
    return switch self {
    case .openMPI: start + ["--bind-to", "none", "--mca", "pml", "ob1", "--mca", "btl", "self,vader"]
    case .hydra: start + ["-bind-to", "none"]
    case .unknown: start
    }
  }

  /// That which was installed with the program, as the packages of Python's registry are; else that on PATH.
  static let program: String = {
    let own = Installation.ofThisProgram.map { "\($0.root)/bin/mpirun" }
    return own.flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil } ?? "mpirun"
  }()

  private static func versionText() -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program, "--version"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    do { try process.run() } catch { return "" }
    let output = try? pipe.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    return String(decoding: output ?? Data(), as: UTF8.self)
  }
}
