import Foundation
import TestSupport
import Testing

/// Trajectories from and to other programs, through the real commands.
extension WithRanks {
  @Suite struct ExchangeTests {
    static let system = "[[1, 1, 0], [-1, 1, 0], [0, 0, 2]]"
    static let temperature = "1300 K"
    static func run(_ study: String, in folder: Folder) throws -> StudyFolder {
      try folder.write(study, to: "native.yaml")
      let result = try paddlewheel("run", "native.yaml", "--output", "native", in: folder.path)
      try #require(result.exitCode == 0, "\(result.errors)")
      return StudyFolder(path: "\(folder.path)/native")
    }

    static func python(_ arguments: [String]) throws -> String {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: try #require(Python.path))
      process.arguments = ["-W", "ignore"] + arguments
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0, "\(arguments[0])")
      return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static func diffusivity(_ study: StudyFolder) throws -> (value: Double, error: Double) {
      let found = try #require(try study.temperatures().first)
      return (
        try #require(found["diffusivity_A2_per_ps"] as? Double, "\(found)"),
        try #require(found["diffusivity_error"] as? Double)
      )
    }

    /// D with the window of the other run, as a user would change an imported study's analysis.
    static func refitted(_ study: StudyFolder, _ fit: String, in folder: Folder) throws -> (
      value: Double, error: Double
    ) {
      let path = "\(study.path)/study.yaml"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try Data(text.replacing("analysis:\n", with: "analysis:\n  \(fit)\n").utf8)
        .write(to: URL(fileURLWithPath: path))
      let result = try paddlewheel("aggregate", study.path, in: folder.path)
      try #require(result.exitCode == 0, "\(result.errors)")
      return try diffusivity(study)
    }

    /// An exported run is imported unchanged.
    @Test func exportComesBackAsItWas() throws {
      let folder = try Folder()
      let fit = "fit: {from: 0.4 ps, to: 2 ps}"
      let native = try Self.run(Self.native(sample: "8 ps", fit: fit), in: folder)
      try Self.exportComesBack(native, fit, frames: 17, in: folder)
    }

    /// A fast ion conductor of 208 atoms.
    static func native(sample: String, fit: String) -> String {
      """
      study: native
      seed: 5
      system: {structure: na2b12h12-bcc, supercell: \(system)}
      dynamics: {ensemble: nvt, timestep: 1 fs}
      stages: {relax: {force: 0.5 eV/Å}, equilibrate: 1 ps, sample: \(sample)}
      record: {mobile: 50 fs, anions: 50 fs, all: 500 fs, observables: 100 fs, checkpoint: 60 s}
      sweep: {temperature: \(temperature)}
      analysis: {\(fit)}
      resources: {ranks: 2}
      """
    }

    static func exportComesBack(
      _ native: StudyFolder, _ fit: String, frames: Int, in folder: Folder
    ) throws {
      let ours = try diffusivity(native)
      for (format, name) in [("h5md", "whole.h5"), ("extxyz", "whole.extxyz")] {
        let result = try paddlewheel(
          "export", "native", "0", "--format", format, "--output", name, in: folder.path)
        try #require(result.exitCode == 0, "\(result.errors)")
      }
      let result = try paddlewheel(
        "import", "whole.h5", "--output", "again", "--mobile", "Na", in: folder.path)
      try #require(result.exitCode == 0, "\(result.errors)")
      let again = try refitted(StudyFolder(path: "\(folder.path)/again"), fit, in: folder)
      #expect(abs(again.value - ours.value) <= 1e-6 * ours.value)
      #expect(abs(again.error - ours.error) <= 1e-6 * ours.error)
      #expect(FileManager.default.fileExists(atPath: "\(folder.path)/again/results/report.html"))

      // MDAnalysis takes the first group, all atoms; ASE reads the text; both find the record's numbers.
      let script = """
        import sys, numpy as np, h5py, ase.io, MDAnalysis as mda
        h5, xyz, record = sys.argv[1:]
        with h5py.File(record) as f:
          want = f["particles/all/position/value"][:]
          names = {v: k for k, v in h5py.check_enum_dtype(f["particles/all/species"].dtype).items()}
          symbols = [names[i] for i in f["particles/all/species"][:]]
          cell = f["particles/all/box/edges/value"][:]
        u = mda.Universe.empty(want.shape[1], trajectory=True)
        u.load_new(h5, format="H5MD")
        assert u.trajectory.n_frames == len(want) == \(frames)
        for ts in u.trajectory:
          assert np.array_equal(ts.positions, want[ts.frame])
          assert abs(ts.time - 0.5 * ts.frame) < 1e-9
          assert 700 < ts.data["temperature"] < 2000
        with h5py.File(h5) as f:
          assert list(f["particles/all/id"][:]) == list(range(208))
          mass = f["particles/all/mass"][:]
          assert abs(mass.sum() - (16 * 22.98976928 + 96 * (10.81 + 1.008))) < 1e-6
          assert len(set(f["particles/all/molecule"][:])) == 24
        images = ase.io.read(xyz, ":")
        assert len(images) == \(frames)
        for frame, image in enumerate(images):
          assert image.get_chemical_symbols() == symbols
          assert np.array_equal(image.positions.astype(np.float32), want[frame])
          assert np.allclose(image.cell, cell[frame], rtol=1e-12) and image.pbc.all()
          assert image.info["step"] == 500 * frame
        print("same")
        """
      let record = try native.run() + "/trajectory.h5"
      let said = try python(
        ["-c", script, "\(folder.path)/whole.h5", "\(folder.path)/whole.extxyz", record])
      #expect(said == "same")
    }

    /// Four blocks of a run on four ranks become one file, sorted; parts of it on request.
    @Test func exportMergesBlocks() throws {
      let folder = try Folder()
      var small = SmallStudy()
      small.ranks = 4
      small.stages = "{relax: {force: 5 eV/Å}, sample: 0.1 ps}"
      let study = try Self.run(small.text, in: folder)
      for (name, options) in [
        ("mobile.extxyz", ["--format", "extxyz", "--group", "mobile", "--frames", "2:9:3"]),
        ("anions.h5", ["--format", "h5md", "--group", "anions"]), ("all.extxyz", ["--format", "extxyz"]),
      ] {
        let result = try paddlewheel(["export", "native", "0", "--output", name] + options, in: folder.path)
        #expect(result.exitCode == 0, "\(result.errors)")
      }
      func lines(_ name: String) throws -> [Substring] {
        try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8).split(separator: "\n")
      }
      let mobile = try lines("mobile.extxyz")
      #expect(mobile.count == 3 * 18)
      #expect(
        mobile.filter { $0.contains("Lattice") }.map { $0.contains("step=20 ") } == [true, false, false])
      let all = try lines("all.extxyz")
      let ids = all[2..<210].compactMap { $0.split(separator: " ").dropFirst(4).first.flatMap { Int($0) } }
      #expect(ids == Array(0..<208))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: study.run()).count { $0.hasPrefix("rank-") } == 4)

      for (options, says) in [
        (["--group", "cations"], "--group: found 'cations', wanted one of all, anions, mobile"),
        (["--group", "all", "--frames", "x"], "--frames: found 'x'"), (["--frames", "0:1"], "--frames"),
        (["--group", "all", "--frames", "900:"], "found no frame"),
      ] {
        let result = try paddlewheel(
          ["export", "native", "0", "--format", "h5md", "--output", "no.h5"] + options, in: folder.path)
        #expect(result.exitCode == 2 && result.errors.contains(says), "\(result.errors)")
      }
      let result = try paddlewheel(
        "export", "native", "7", "--format", "h5md", "--output", "no.h5", in: folder.path)
      #expect(result.exitCode == 2)
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/no.h5"))
      try FileManager.default.removeItem(atPath: study.run() + "/rank-0002.h5")
      let broken = try paddlewheel(
        "export", "native", "0", "--format", "h5md", "--output", "no.h5", in: folder.path)
      #expect(broken.exitCode == 3 && broken.errors.contains("rank-0002.h5"), "\(broken.errors)")
    }
  }
}
