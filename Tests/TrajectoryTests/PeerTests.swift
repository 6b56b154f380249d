import Foundation
import TestSupport
import Testing

@testable import Trajectory

/// Other programs read our files.
@Suite(.needs(.python)) struct PeerTests {
  let folder: TemporaryFolder
  let run = SmallRun()

  init() throws { folder = try TemporaryFolder() }

  private func finish() throws {
    try run.merge(folder, attempt: 1, expecting: try run.writeWhole(folder, through: 500))
    try VirtualTrajectory.write(directory: folder.path)
  }

  /// Positions, times, box and observables of the first particle group, at each record.
  @Test func analysisProgramOpensTheTrajectory() throws {
    try finish()
    let script = """
      import sys, warnings
      warnings.simplefilter("ignore")
      import MDAnalysis as mda, numpy as np
      u = mda.Universe.empty(13, trajectory=True)
      u.load_new(sys.argv[1], format="H5MD")
      assert u.trajectory.n_frames == 11, u.trajectory.n_frames
      m, a = np.arange(13)[:, None], np.arange(3)[None, :]
      for ts in u.trajectory:
        step = 50 * ts.frame
        assert ts.data["step"] == step
        assert abs(ts.time - step / 1000) < 1e-12
        # Both sides are the same single-precision numbers.
        want = (m.astype(np.float32) + np.float32(step / 1024)) + (100 * a).astype(np.float32)
        assert np.array_equal(ts.positions, want)
        edge = 10 + step / 1000
        box = mda.lib.mdamath.triclinic_box([edge, 0, 0], [1, edge, 0], [0.5, -1, edge])
        # Angles and lengths come as single precision.
        assert np.allclose(ts.dimensions, box, rtol=1e-6)
        assert ts.data["temperature"] == 300 + step
        assert ts.data["pressure"].tolist() == [[step + 3 * i + j for j in range(3)] for i in range(3)]
      print("same", u.trajectory.units["length"], u.trajectory.units["time"])
      """
    #expect(try Python.run(script, [folder.file("trajectory.h5")]) == "same Angstrom ps")
  }

  /// The requirements of the specification (H5MD 1.1), in each kind of file.
  @Test(arguments: ["trajectory.h5", "rank-0001.h5"]) func h5pyFindsAValidFileAndItsSpecies(name: String)
    throws
  {
    try finish()
    let script = """
      import h5py, sys
      f = h5py.File(sys.argv[1])
      assert list(f["h5md"].attrs["version"]) == [1, 1]
      assert f["h5md/author"].attrs["name"] == "Nobody"
      assert f["h5md/creator"].attrs["name"] == "Paddlewheel" and f["h5md/creator"].attrs["version"] == "0.1"
      species = {}
      for name, group in f["particles"].items():
        assert group["box"].attrs["dimension"] == 3
        assert list(group["box"].attrs["boundary"]) == ["periodic"] * 3
        for other in ["box/edges"] + (["orientation"] if name == "anions" else []):
          assert group[other]["step"] == group["position/step"], "no hard link"
          assert group[other]["time"] == group["position/time"], "no hard link"
        frames, members = group["position/value"].shape[:2]
        assert group["position/step"].shape == group["position/time"].shape == (frames,)
        assert group["id"].shape == group["species"].shape == (members,)
        assert group["position/time"].attrs["unit"] == "ps"
        assert group["position/value"].attrs["unit"] == "Angstrom"
        names = {v: k for k, v in h5py.check_enum_dtype(group["species"].dtype).items()}
        species[name] = [(int(i), names[s]) for i, s in zip(group["id"][:], group["species"][:])]
      print(species["mobile"], species["anions"])
      """
    let expected =
      name == "trajectory.h5"
      ? "[(3, 'Na'), (4, 'Na'), (7, 'Na'), (9, 'Na'), (11, 'Na')] [(0, 'B12H12'), (1, 'B12H12'), (2, 'BH4')]"
      : "[(9, 'Na'), (11, 'Na')] [(2, 'BH4')]"
    #expect(try Python.run(script, [folder.file(name)]) == expected)
  }

  /// A missing block shows as NaN in the virtual file, and the other block's atoms keep their positions.
  @Test func aLostBlockIsNotANumber() throws {
    try finish()
    try FileManager.default.removeItem(atPath: folder.file("rank-0000.h5"))
    let script = """
      import h5py, sys, numpy as np
      x = h5py.File(sys.argv[1])["particles/all/position/value"][:]
      print(np.isnan(x[:, :7]).all(), np.isfinite(x[:, 7:]).all(), float(x[0, 7, 0]))
      """
    #expect(try Python.run(script, [folder.file("trajectory.h5")]) == "True True 7.0")
  }

  /// Another process reads a file while it grows, and sees each flush.
  @Test func aRunningFileIsReadByAnotherProcess() throws {
    let writer = try run.writer(folder, block: 0, attempt: 1)
    let process = Process()
    let commands = Pipe()
    let answers = Pipe()
    process.executableURL = URL(fileURLWithPath: try #require(Python.path))
    process.arguments = [
      "-c",
      """
      import h5py, sys
      f = h5py.File(sys.argv[1], "r", swmr=True)
      g = f["particles/mobile/position"]
      for line in sys.stdin:
        g["step"].refresh(); g["value"].refresh()
        n = len(g["step"])
        print(n, int(g["step"][n - 1]) if n else None, float(g["value"][n - 1, 2, 1]) if n else None, flush=True)
      """, writer.path,
    ]
    process.standardInput = commands
    process.standardOutput = answers
    try process.run()
    func ask() throws -> String {
      try commands.fileHandleForWriting.write(contentsOf: Data("look\n".utf8))
      var answer = Data()
      while answer.last != UInt8(ascii: "\n") {
        let part = answers.fileHandleForReading.availableData
        try #require(!part.isEmpty, "the reader has ended")
        answer += part
      }
      return String(decoding: answer, as: UTF8.self)
    }
    let start = try ask()
    #expect(start == "0 None None\n")
    for last in [0, 100, 105, 5000] {
      let first = (writer.lastSteps["mobile"] ?? -1) + 1
      try run.record(first...last, with: writer, block: 0)
      try writer.flush()
      let expected = SmallRun.position(member: 7, step: last, axis: 1)
      let answer = try ask()
      #expect(answer == "\(last / 5 + 1) \(last) \(Double(expected))\n")
    }
    try commands.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    try writer.close()
  }
}
