import Foundation
import RankChecks
import TestSupport
import Testing

/// MPI through a library that the program loads, made with the mpicc of this machine, in place of the linked one.
@Suite(.serialized, .needs(.program("mpirun")), .needs(.program("mpicc")))
struct LibraryTests {
  @Test(arguments: [1, 3])
  func aLoadedLibraryGivesWhatALinkedOneDoes(_ ranks: Int) throws {
    try withShim { path in
      let finished = try check(ranks: ranks, library: path, ["collectives="])
      #expect(finished.code == 0, "\(finished.error)")
      let failing = try check(ranks: 2, library: path, ["truncate="])
      #expect(failing.error.contains("MPI_Sendrecv failed: MPI_ERR_TRUNCATE"))
    }
  }

  @Test func aLibraryOfAnotherVersionIsRefused() throws {
    try withShim(editing: { $0.replacing("#define PW_MPI_VERSION 1", with: "#define PW_MPI_VERSION 9") }) {
      path in
      let finished = try check(ranks: 1, library: path, ["collectives="])
      #expect(finished.code != 0)
      #expect(finished.error.contains("\(path) has version 9 of the interface to MPI, wanted 1"))
    }
  }

  @Test func whatIsNoLibraryIsRefused() throws {
    try withTemporaryFolder { folder in
      let missing = folder.appendingPathComponent("missing.so").path
      #expect(
        try check(ranks: 1, library: missing, ["collectives="]).error.contains(
          "PADDLEWHEEL_MPI names \(missing), which is not there"))
      let text = folder.appendingPathComponent("text.so").path
      try Data("text".utf8).write(to: URL(fileURLWithPath: text))
      #expect(try check(ranks: 1, library: text, ["collectives="]).error.contains("can't load \(text)"))
    }
  }

  private func check(ranks: Int, library: String, _ commands: [String]) throws -> Finished {
    try mpirun(
      ranks: ranks,
      ["env", "PADDLEWHEEL_MPI=\(library)", builtExecutable("paddlewheel-rank-check").path] + commands,
      timeout_s: 120)
  }

  /// Compiles the shim as paddlewheel-mpi-build does.
  private func withShim(
    editing edit: (String) -> String = { $0 }, _ body: (String) throws -> Void
  ) throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources")
    try withTemporaryFolder { folder in
      for file in ["CMPI/include/CMPI.h", "CMPIShim/include/CMPIShim.h", "CMPIShim/CMPIShim.c"] {
        let source = sources.appendingPathComponent(file)
        let text = edit(try String(contentsOf: source, encoding: .utf8))
        try Data(text.utf8).write(to: folder.appendingPathComponent(source.lastPathComponent))
      }
      let library = folder.appendingPathComponent("libpaddlewheel-mpi.so").path
      let compiler = try #require(findOnPath("mpicc"))
      let finished = try execute(
        compiler, ["-shared", "-fPIC", "-o", library, folder.appendingPathComponent("CMPIShim.c").path])
      try #require(finished.code == 0, "\(finished.error)")
      try body(library)
    }
  }
}
