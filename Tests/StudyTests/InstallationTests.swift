import Foundation
import Support
import Testing

@testable import MPI
@testable import Scheduler

@Suite struct InstallationTests {
  @Test func foldersFollowFromTheProgram() throws {
    let installation = try #require(
      Installation(program: "/opt/pw/libexec/paddlewheel/x86-64-v3/paddlewheel"))
    #expect(installation.root == "/opt/pw")
    #expect(installation.variant == "x86-64-v3")
    #expect(installation.launcher == "/opt/pw/bin/paddlewheel")
    #expect(Installation(program: "/work/.build/release/paddlewheel") == nil)
    #expect(Installation(program: "paddlewheel") == nil)
  }

  /// The user's own library comes first, then one that was made for all users, then those that came with the program.
  @Test func librariesAreSearchedInOrder() {
    let installation = Installation(program: "/opt/pw/libexec/paddlewheel/x86-64-v3/paddlewheel")
    #expect(
      MPILibrary.searched(["HOME": "/home/a"], installation: installation) == [
        "/home/a/.local/share/paddlewheel/libpaddlewheel-mpi.so",
        "/opt/pw/lib/paddlewheel/libpaddlewheel-mpi.so",
        "/opt/pw/lib/paddlewheel/libpaddlewheel-mpi-openmpi.so",
        "/opt/pw/lib/paddlewheel/libpaddlewheel-mpi-mpich.so",
      ])
    #expect(
      MPILibrary.searched(["PMI_RANK": "0"], installation: installation).last
        == "/opt/pw/lib/paddlewheel/libpaddlewheel-mpi-mpich.so")
    #expect(
      MPILibrary.searched(
        ["HOME": "/home/a", "XDG_DATA_HOME": "/data", "OMPI_COMM_WORLD_SIZE": "2"], installation: installation
      )
        == [
          "/data/paddlewheel/libpaddlewheel-mpi.so", "/opt/pw/lib/paddlewheel/libpaddlewheel-mpi.so",
          "/opt/pw/lib/paddlewheel/libpaddlewheel-mpi-openmpi.so",
        ])
    #expect(MPILibrary.searched([:], installation: nil).isEmpty)
  }

  @Test(arguments: [
    ([:], false), (["OMPI_COMM_WORLD_SIZE": "2"], true), (["OMPI_COMM_WORLD_SIZE": "1"], false),
    (["PMI_SIZE": "4"], true), (["PMIX_RANK": "0"], true),
    // A step of one rank, and the script of a batch job, which is none.
    (["PMIX_RANK": "0", "SLURM_STEP_NUM_TASKS": "1"], false), (["SLURM_STEP_NUM_TASKS": "8"], false),
  ])
  func launchersAreKnownByTheirVariables(_ environment: [String: String], _ isLaunched: Bool) {
    #expect(MPISession.isLaunched(environment) == isLaunched)
  }

  /// First lines of `mpirun --version`.
  @Test(arguments: [
    ("mpirun (Open MPI) 4.1.4", MPIRun.openMPI), ("mpirun (Open MPI) 5.0.8", .openMPI),
    ("HYDRA build details:\n    Version: 4.0.2", .hydra),
    ("Intel(R) MPI Library for Linux* OS, Version 2021.9", .hydra), ("", .unknown),
  ])
  func mpirunIsKnownByItsVersion(_ text: String, _ kind: MPIRun) {
    #expect(MPIRun(versionText: text) == kind)
    #expect(kind.words(ranks: 3).prefix(3).dropFirst() == ["-np", "3"])
    #expect(kind.words(ranks: 3).contains("--mca") == (kind == .openMPI))
  }
}
