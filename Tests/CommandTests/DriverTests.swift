import Foundation
import TestSupport
import Testing

/// Runs whose forces another program computes.
extension WithRanks {
  @Suite struct DriverTests {
    /// Atoms on springs to their sites: 48 atoms, and as many frames as steps and some for the relaxation.
    static func study(_ options: String = "", driver: String = "timeout: 60 s") -> SmallStudy {
      var study = SmallStudy()
      study.system = "{structure: nabh4, supercell: [2, 2, 1]}"
      study.potential =
        "{driver: {command: \"\(Python.path ?? "python3") springs.py {socket} --structure {structure} \(options)\", "
        + "files: [springs.py], \(driver)}}"
      study.dynamics = "{ensemble: nvt, timestep: 0.5 fs}"
      study.stages = "{relax: {force: 0.05 eV/Å}, equilibrate: 10 fs, sample: 60 fs}"
      study.record = "{mobile: 5 fs, anions: 5 fs, all: 10 fs, observables: 5 fs, checkpoint: 1 h}"
      study.temperatures = "300 K"
      return study
    }

    static func folder() throws -> Folder {
      let folder = try Folder()
      try folder.write(
        try String(contentsOfFile: EngineClient.springs.path, encoding: .utf8), to: "springs.py")
      return folder
    }

    /// The numbers behind a word in the log of the run's client.
    private func numbers(_ word: String, _ study: StudyFolder) throws -> [pid_t] {
      let log = (try? String(contentsOfFile: study.run() + "/engine.log", encoding: .utf8)) ?? ""
      return log.split(separator: "\n").filter { $0.hasPrefix("\(word) ") }
        .compactMap { $0.split(separator: " ").last.flatMap { pid_t($0) } }
    }

    private func isRunning(_ process: pid_t) -> Bool {
      guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return false }
      return !String(decoding: data, as: UTF8.self).contains(") Z ")
    }

    /// Whether none of the processes runs any more, after a while.
    private func haveEnded(_ processes: [pid_t]) -> Bool {
      for _ in 0..<200 where processes.contains(where: isRunning) { usleep(50_000) }
      return !processes.contains(where: isRunning)
    }

    /// One and two ranks: the forces are summed in no order at all, what else differs is rounding. The manifest's file is
    /// not needed once the study has it.
    @Test func ranksAgree() throws {
      let folder = try Self.folder()
      let two = try Self.study().plan(in: folder)
      let one = try two.copy(to: "\(folder.path)/one")
      try FileManager.default.removeItem(atPath: "\(folder.path)/springs.py")
      #expect(try simulate(two, ranks: 2) == 0, "\(two.log())")
      #expect(try simulate(one, ranks: 1) == 0, "\(one.log())")
      let clients = try numbers("client", two)
      #expect(clients.count == 1 && haveEnded(clients))
      func energies(_ study: StudyFolder) throws -> [Double] {
        let script = """
          import h5py, json, sys
          f = h5py.File(sys.argv[1] + "/rank-0000.h5")
          print(json.dumps([float(x) for x in f["observables/potential_energy/value"][...].ravel()]))
          """
        let text = try Python.run(script, [try study.run()])
        return try JSONDecoder().decode([Double].self, from: Data(text.utf8))
      }
      let (a, b) = (try energies(two), try energies(one))
      #expect(a.count > 10 && a.count == b.count)
      #expect((a.max() ?? 0) > 0.05, "springs hold energy")
      for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-9 * abs(x) + 1e-12) }
      #expect(try two.state()["state"] as? String == "done")
    }

    private static let faults = [
      ("die", "signal 9"), ("exit", "exit code 1: SCF did not converge"), ("count", "on 47 atoms; wanted 48"),
      ("nan", "the force on atom 2 as NaN"), ("silence", "nothing from the engine for 2 s"),
      ("garbage", "'??HTTP/1.1 4'"), ("init", "a second time"), ("extra", "-5 bytes"),
    ]

    /// Each fault ends the run with its reason and a checkpoint of the step before; each new start goes on from there with
    /// a new client, and what is recorded in the end is what a client without a fault gives, bit for bit.
    @Test(arguments: faults.map(\.0), [2]) func faultsLoseNoStep(_ kind: String, _ ranks: Int) throws {
      let folder = try Self.folder()
      let reason = try #require(Self.faults.first { $0.0 == kind }).1
      let whole = try Self.study().plan(in: folder, as: "whole")
      try #require(try simulate(whole, ranks: ranks) == 0)
      let study = try Self.study("--init --fault \(kind) --at 50", driver: "timeout: 2 s").plan(in: folder)
      var starts = 0
      var last = -1
      while try simulate(study, ranks: ranks) != 0, starts < 6 {
        starts += 1
        let state = try study.state()
        #expect(state["state"] as? String == "failed")
        #expect((state["message"] as? String)?.contains(reason) == true, "\(state["message"] ?? "")")
        let log = study.log()
        let step = try #require(
          log.matches(of: /checkpoint in (?:equilibrate|sample) at step ([0-9]+)/).last.flatMap { Int($0.1) })
        // Some steps of the dynamics are done in each attempt, and none of them twice.
        #expect(step != last)
        last = step
        #expect(haveEnded(try numbers("client", study)))
      }
      #expect((2...5).contains(starts), "\(starts)")
      #expect(try study.state()["state"] as? String == "done")
      let comparison = try compareRecords(try study.run(), try whole.run())
      #expect(comparison.differences == [])
      #expect(comparison.datasets > 20)
    }

    /// In a minimisation too.
    @Test func faultsOfMinimisationsLoseNoStep() throws {
      let folder = try Self.folder()
      func plan(_ options: String, _ name: String) throws -> StudyFolder {
        var study = Self.study("--displace 0.05 \(options)")
        study.stages = "{relax: {force: 0.0005 eV/Å}, equilibrate: 2 fs, sample: 10 fs}"
        return try study.plan(in: folder, as: name)
      }
      let whole = try plan("", "whole")
      try #require(try simulate(whole) == 0)
      let study = try plan("--fault die --at 13", "study")
      var starts = 0
      while try simulate(study) != 0, starts < 12 { starts += 1 }
      #expect((3...11).contains(starts), "\(starts)")
      #expect(study.log().contains("checkpoint in relax at step 11"))
      #expect(study.log().contains("resumes relax at step 11"))
      #expect(try compareRecords(try study.run(), try whole.run()).differences == [])
    }

    /// Steps that take longer than a run may stand still: the engine's own time counts.
    @Test func slowEnginesAreNoStandstill() throws {
      let folder = try Self.folder()
      var study = Self.study("--delay 10")
      study.stages = "{sample: 0.5 fs}"
      study.record = "{mobile: 0.5 fs, anions: 0.5 fs, all: 0.5 fs, observables: 0.5 fs}"
      study.resources = "{ranks: 2, stall-limit: 3 s}"
      let run = try study.plan(in: folder)
      let result = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(try run.state()["state"] as? String == "done")
    }

    /// Nobody of the killed run is there to end its client, and the client's own child refuses to end.
    @Test func killedRunsLeaveNoClient() throws {
      let folder = try Self.folder()
      let study = try Self.study("--child --delay 0.05").plan(in: folder)
      let ranks = try Ranks(study)
      #expect(
        try ranks.reach { try !numbers("client", study).isEmpty && study.log().contains("equilibrate") })
      let processes = try numbers("client", study) + numbers("child", study)
      #expect(processes.count == 2 && processes.allSatisfy(isRunning))
      for rank in ranks.ranks { kill(rank, SIGKILL) }
      _ = ranks.end(within: 20)
      #expect(haveEnded(processes))
    }

    /// A request to stop is followed within a step, and what it started is gone.
    @Test func stopsAndResumes() throws {
      let folder = try Self.folder()
      let whole = try Self.study().plan(in: folder, as: "whole")
      try #require(try simulate(whole) == 0)
      let study = try Self.study("--delay 0.05").plan(in: folder)
      let ranks = try Ranks(study)
      #expect(ranks.reach { study.log().contains("sample from step") })
      ranks.stop()
      #expect(ranks.end() == 75)
      #expect(haveEnded(try numbers("client", study)))
      #expect(try simulate(study) == 0)
      #expect(try compareRecords(try study.run(), try whole.run()).differences == [])
    }

    /// With a virial the cell follows the pressure; without one such a run is refused.
    @Test func barostats() throws {
      let folder = try Self.folder()
      var study = Self.study()
      study.dynamics = "{ensemble: npt, timestep: 0.5 fs, barostat: {mtk: {damping: 0.1 ps, cell: full}}}"
      let run = try study.plan(in: folder, as: "npt")
      #expect(try simulate(run) == 0, "\(run.log())")
      let driver = try #require(EngineClient.ipiDriver)
      study.potential =
        "{driver: {command: [\(Python.path ?? "python3"), \(driver), -u, -a, '{socket}', -m, harmonic, -o, '0.1']}}"
      study.stages = "{equilibrate: 10 fs, sample: 20 fs}"
      let other = try study.plan(in: folder, as: "without")
      #expect(try simulate(other) == 1)
      #expect((try other.state()["message"] as? String)?.contains("no virial") == true)
    }

    @Test func heldIons() throws {
      let folder = try Self.folder()
      var study = Self.study()
      study.dynamics = "{ensemble: nvt, timestep: 0.5 fs, rigid: [BH4], freeze: {Na: all, from: sample}}"
      study.analysis = "{mobile: BH4}"
      let run = try study.plan(in: folder)
      #expect(try simulate(run) == 0, "\(run.log())")
    }

    /// A client that the user starts, under a name that the manifest gives.
    @Test func clientOfTheUser() throws {
      let folder = try Self.folder()
      let name = "paddlewheel-test-\(getpid())-\(UInt32.random(in: 0...9_999_999))"
      var manifest = Self.study()
      manifest.potential = "{driver: {start: none, address: \(name), timeout: 60 s}}"
      let study = try manifest.plan(in: folder)
      let ranks = try Ranks(study)
      #expect(ranks.reach { FileManager.default.fileExists(atPath: "/tmp/ipi_\(name)") })
      let client = Process()
      client.executableURL = URL(fileURLWithPath: try #require(Python.path))
      client.arguments = [
        "\(folder.path)/springs.py", name, "--structure", try study.run() + "/engine/structure.extxyz",
      ]
      try client.run()
      #expect(ranks.end() == 0, "\(ranks.output)")
      client.waitUntilExit()
      #expect(client.terminationStatus == 0)
      #expect(!FileManager.default.fileExists(atPath: "/tmp/ipi_\(name)"))
    }

    @Test func badManifests() throws {
      let folder = try Self.folder()
      func expect(_ driver: String, _ words: String..., dynamics: String? = nil) throws {
        var study = Self.study()
        study.potential = "{driver: \(driver)}"
        if let dynamics { study.dynamics = dynamics }
        try folder.write(study.text, to: "small.yaml")
        let result = try paddlewheel("plan", "small.yaml", "--output", "study", in: folder.path)
        #expect(result.exitCode == 2, "\(driver)")
        for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
      }
      try expect("{start: per-run}", "small.yaml:4", "potential.driver.command", "start: none")
      try expect("{command: \"a 'b\"}", "potential.driver.command", "the quote ' is not closed")
      try expect("{command: \"a {sockets}\"}", "{sockets}", "{socket}, {host}")
      try expect("{command: \"a {socket}\", address: name}", "potential.driver.address", "nobody else has")
      try expect("{command: \"a {socket}\", address: 'localhost:0'}", "{host} and {port}")
      try expect("{start: none}", "potential.driver.address", "HOST:PORT")
      try expect("{start: none, address: 'localhost:0'}", "a port that the client knows")
      try expect("{start: none, address: 'a/b'}", "potential.driver.address", "'a/b'")
      try expect("{command: a, files: [x.py, y/x.py]}", "potential.driver.files", "differ")
      try expect("{command: a, files: [missing.py]}", "missing.py")
      try expect("{command: a, protocol: xyz}", "potential.driver.protocol")
      try expect("{command: a, clients: 2}", "potential.driver.clients", "1")
      try expect("{command: a, timeout: 5}", "potential.driver.timeout")
      try expect(
        "{command: a}", "dynamics.multiple-timestep", "one timestep",
        dynamics: "{ensemble: nvt, timestep: 0.5 fs, multiple-timestep: {outer: 1 fs}}")
    }
  }
}
