import Foundation
import Mathematics
import TestSupport
import Testing

/// `learn` and the `status` of a loop: sodium borohydride, with the force field as the engine.
extension WithRanks {
  @Suite struct LearnCommandTests {
    /// Twelve atoms for some steps, and a small network.
    private static let recipe = """
      learn: tiny
      explore:
        study:
          system: {structure: nabh4}
          dynamics: {timestep: 1 fs}
          stages: {sample: 20 fs}
          record: {mobile: 10 fs, anions: 10 fs, all: 20 fs, observables: 5 fs, checkpoint: 0.05 s}
          sweep: {temperature: [300 K, 500 K]}
          analysis: {mobile: Na}
        at-once: 2
      start:
        rattle: {displacement: [0.03 Å, 0.08 Å], strain: 0.02, volume: [-3 %, 0 %, 3 %], copies: 3}
        count: 12
      select: {count: 4}
      label: {potential: paddlewheel-ff}
      train:
        recipe:
          cutoff: {radial: 4 Å, angular: 3 Å}
          n-max: [3, 2]
          basis-size: [5, 4]
          l-max: [3, 0, 0]
          neurons: 5
          batch: 4
          committee: 2
          checkpoint: 0.05
        updates: 60
      held-out: {every: 4}
      until: {deviation: 0.05 eV/Å}
      budget: {generations: 1}

      """

    private static func folder(_ edits: [(String, String)] = []) throws -> Folder {
      let folder = try Folder()
      var text = recipe
      for (old, new) in edits {
        #expect(text.contains(old), "\(old)")
        text = text.replacing(old, with: new)
      }
      try folder.write(text, to: "learn.yaml")
      return folder
    }

    private static func learn(_ folder: Folder, _ output: String) throws -> CommandResult {
      try paddlewheel("learn", "learn.yaml", "--output", output, "--ranks", "2", in: folder.path)
    }

    private static func status(_ folder: Folder, _ output: String) throws -> [String: Any] {
      let result = try paddlewheel("status", output, "--json", in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      return try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any] ?? [:]
    }

    /// The newest committee and what names it.
    private static func potential(_ folder: Folder, _ output: String) throws -> [String: Data] {
      let path = "\(folder.path)/\(output)"
      let names = try FileManager.default.contentsOfDirectory(atPath: path).filter {
        $0.hasPrefix("nep-") || $0 == "potential.yaml"
      }
      return try Dictionary(
        uniqueKeysWithValues: names.map {
          ($0, try Data(contentsOf: URL(fileURLWithPath: "\(path)/\($0)")))
        })
    }

    /// Killed in every phase, once alone and once with everything that it has started, and asked to stop: the committee is that of an
    /// undisturbed loop, bit for bit.
    @Test func killedLoopsGoOn() throws {
      let folder = try Self.folder()
      let whole = try Self.learn(folder, "whole")
      #expect(whole.exitCode == 3 && whole.errors.contains("the budget of generations"), "\(whole.errors)")
      let wanted = try Self.potential(folder, "whole")
      #expect(wanted.keys.sorted() == ["nep-001-1.txt", "nep-001-2.txt", "potential.yaml"])
      var random = SplitMix64(seed: 3)
      let phases = [(0, "select"), (0, "train"), (1, "explore"), (1, "label"), (1, "train"), (2, "explore")]
      var kills = 0
      for (number, (generation, phase)) in phases.enumerated() {
        let loop = try Loop(folder, "cut")
        guard loop.reach(generation, phase) else { break }
        usleep(UInt32.random(in: 0..<400_000, using: &random))
        if number == 3 || number == 4 {
          // Ranks that do not listen yet are ended by the signal that is handed on to them.
          loop.stop(killingRanks: number == 4)
          #expect([75, 3].contains(loop.process.terminationStatus), "\(loop.errors)")
        } else {
          loop.kill(all: number % 2 == 0)
        }
        kills += 1
      }
      #expect(kills == phases.count)
      let last = try Self.learn(folder, "cut")
      #expect(last.exitCode == 3, "\(last.errors)")
      #expect(try Self.potential(folder, "cut") == wanted)
      try Self.isDone(folder)
    }

    /// What the status says of a loop that has ended, what may change in its folder, and what may not.
    private static func isDone(_ folder: Folder) throws {
      let status = try status(folder, "cut")
      #expect(status["outcome"] as? String == "generations" && status["state"] as? String == "done")
      let rows = try #require(status["generations"] as? [[String: Any]])
      #expect(rows.count == 3 && rows[0]["labelled"] as? Int == 12 && rows[0]["frames"] as? Int == 9)
      let below = try #require(rows[2]["fraction_below"] as? Double)
      #expect((0..<0.99).contains(below))
      #expect((rows[1]["deviations_eV_per_A"] as? [String: Double])?["Na"] ?? 0 > 0)
      #expect(rows[1]["force_error_on_new_frames"] as? Double ?? 0 > 0)
      #expect(rows[1]["cation_force_error_held_out"] as? Double ?? 0 > 0)
      let table = try paddlewheel("status", "cut", in: folder.path)
      #expect(table.output.hasPrefix("tiny: done (generations)"), "\(table.output)")
      try folder.write(
        recipe.replacing("{generations: 1}", with: "{generations: 1, labels: 500}"), to: "learn.yaml")
      #expect(try learn(folder, "cut").exitCode == 3)
      try folder.write(recipe.replacing("count: 4", with: "count: 5"), to: "learn.yaml")
      let other = try learn(folder, "cut")
      #expect(other.exitCode == 2 && other.errors.contains("a loop of other settings"), "\(other.errors)")
      let energies = try paddlewheel(
        "energies", "cut/generation-000/labelled.extxyz", "--potential", "cut/potential.yaml", in: folder.path
      )
      #expect(energies.exitCode == 0, "\(energies.errors)")
    }

    /// Frames that have labels, held-out frames of their own, and a bound that the first committee keeps.
    @Test func aBoundThatHoldsEndsTheLoop() throws {
      let folder = try Folder()
      let made = try paddlewheel(
        "structure", "rattle", "nabh4", "--displacement", "0.05", "--copies", "9", "--output", "bare.extxyz",
        in: folder.path)
      #expect(made.exitCode == 0, "\(made.errors)")
      for output in ["start.extxyz", "held.extxyz"] {
        let labelled = try paddlewheel(
          "label", "bare.extxyz", "--potential", "paddlewheel-ff", "--output", output, in: folder.path)
        #expect(labelled.exitCode == 0, "\(labelled.errors)")
      }
      let frames = try String(contentsOfFile: "\(folder.path)/start.extxyz", encoding: .utf8)
        .split(separator: "\n", omittingEmptySubsequences: false)
      try folder.write(frames[..<84].joined(separator: "\n") + "\n", to: "start.extxyz")
      try folder.write(frames[84...].joined(separator: "\n"), to: "held.extxyz")
      var text = Self.recipe
      let start = try #require(text.range(of: "start:\n")?.lowerBound)
      let end = try #require(text.range(of: "select:")?.lowerBound)
      text.replaceSubrange(start..<end, with: "start: {frames: start.extxyz}\n")
      text = text.replacing("{every: 4}", with: "{frames: held.extxyz}")
        .replacing("deviation: 0.05", with: "deviation: 50")
      try folder.write(text, to: "learn.yaml")
      let result = try Self.learn(folder, "out")
      #expect(result.exitCode == 0, "\(result.errors)")
      let status = try Self.status(folder, "out")
      #expect(status["outcome"] as? String == "converged")
      let rows = try #require(status["generations"] as? [[String: Any]])
      #expect(rows.count == 2 && rows[0]["labelled"] as? Int == 6 && rows[0]["frames"] as? Int == 6)
      #expect(rows[1]["fraction_below"] as? Double == 1)
      // What `energies` finds with the published potential is what the loop says of the held-out frames.
      let found = try paddlewheel(
        "energies", "held.extxyz", "--potential", "out/potential.yaml", "--format", "json", in: folder.path)
      let json = try JSONSerialization.jsonObject(with: Data(found.output.utf8)) as? [String: Any]
      let errors = try #require((json?["all"] as? [String: Any])?["rows"] as? [[String: Any]])
      let force = errors.first {
        $0["quantity"] as? String == "force" && $0["members"] as? String == "all"
      }
      #expect(force?["relative"] as? Double == rows[0]["force_error_held_out"] as? Double)
    }

    /// Runs that end at their first record: findings, whose frames are labelled although all lie above the window. No generation holds
    /// frames out.
    @Test func runsThatEndEarlyAreFindings() throws {
      let folder = try Self.folder([
        ("deviation: 0.05 eV/Å", "deviation: 1e-6 eV/Å"), ("{count: 4}", "{count: 4, below: 1e-5 eV/Å}"),
        ("{every: 4}", "{every: 1000}"),
      ])
      let result = try Self.learn(folder, "out")
      #expect(result.exitCode == 3, "\(result.errors)")
      #expect(result.errors.contains("all lay above the window"), "\(result.errors)")
      let rows = try #require(try Self.status(folder, "out")["generations"] as? [[String: Any]])
      #expect(
        rows.count == 3 && rows[1]["ended_early"] as? Int == 2 && rows[1]["fraction_below"] as? Double == 0)
      #expect(rows[1]["labelled"] as? Int ?? 0 > 0)
      let data = try Data(
        contentsOf: URL(fileURLWithPath: "\(folder.path)/out/generation-001/generation.json"))
      let generation = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      let runs = try #require((generation["explored"] as? [String: Any])?["runs"] as? [[String: Any]])
      #expect(runs.map { $0["end"] as? String } == ["deviation", "deviation"])
    }

    /// Frames that a training would refuse are named before anything is labelled.
    @Test(arguments: [
      ("bare", "frame 1", "no label"), ("other", "frame 2", "found K"), ("short", "frame 1", "wanted"),
      ("empty", "held.extxyz", "no frame"), ("missing", "held.extxyz", "wanted a file"),
    ]) func heldOutFramesAreReadFirst(_ kind: String, _ place: String, _ message: String) throws {
      let folder = try Self.folder([("{every: 4}", "{frames: held.extxyz}")])
      func frame(_ x: Double, _ symbol: String, _ energy: String) -> String {
        "2\nLattice=\"6 0 0 0 6 0 0 0 6\" Properties=species:S:1:pos:R:3\(energy)\nNa \(x) 0 0\n\(symbol) 3 3 3\n"
      }
      let texts = [
        "bare": frame(0, "H", ""), "other": frame(0, "H", " energy=1") + frame(1, "K", " energy=1"),
        "short": "12 atoms\n", "empty": "",
      ]
      if let text = texts[kind] { try folder.write(text, to: "held.extxyz") }
      let result = try Self.learn(folder, "out")
      #expect(
        result.exitCode == 2 && result.errors.contains("held.extxyz") && result.errors.contains(place)
          && result.errors.contains(message), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
    }

    @Test func mistakesAreNamed() throws {
      let folder = try Self.folder([("select:", "selct:")])
      let result = try Self.learn(folder, "out")
      #expect(result.exitCode == 2 && result.errors.contains("learn.yaml:14"), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
      try folder.write(Self.recipe.replacing("{timestep: 1 fs}", with: "{timestep: 1 s}"), to: "learn.yaml")
      let study = try Self.learn(folder, "out")
      #expect(study.exitCode == 2 && study.errors.contains("learn.yaml:5"), "\(study.errors)")
      try folder.write(Self.recipe, to: "learn.yaml")
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/full", withIntermediateDirectories: true)
      try folder.write("", to: "full/other")
      let full = try Self.learn(folder, "full")
      #expect(full.exitCode == 2 && full.errors.contains("a directory with 'other'"), "\(full.errors)")
    }
  }
}

/// `learn` in the background.
private final class Loop {
  let process = Process()
  private let folder: Folder
  private let output: String

  init(_ folder: Folder, _ output: String) throws {
    (self.folder, self.output) = (folder, output)
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["learn", "learn.yaml", "--output", output, "--ranks", "2"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    let log = "\(folder.path)/loop.log"
    try Data().write(to: URL(fileURLWithPath: log))
    process.standardError = FileHandle(forWritingAtPath: log)
    process.standardOutput = FileHandle.nullDevice
    try startUnmasked(process)
  }

  var errors: String { (try? String(contentsOfFile: "\(folder.path)/loop.log", encoding: .utf8)) ?? "" }

  /// Waits for a phase.
  /// - Returns: false where the loop ended before.
  func reach(_ generation: Int, _ phase: String) -> Bool {
    while process.isRunning {
      let data = FileManager.default.contents(atPath: "\(folder.path)/\(output)/progress.json") ?? Data()
      let found = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
      if found?["pid"] as? Int == Int(process.processIdentifier), found?["generation"] as? Int == generation,
        found?["phase"] as? String == phase
      {
        return true
      }
      usleep(2000)
    }
    return false
  }

  /// Asks it to stop.
  func stop(killingRanks: Bool) {
    let root = process.processIdentifier
    Glibc.kill(root, SIGTERM)
    if killingRanks {
      usleep(20_000)
      for pid in descendants(of: root) { Glibc.kill(pid, SIGKILL) }
    }
    process.waitUntilExit()
  }

  /// - Parameter all: also what it has started.
  func kill(all: Bool) {
    let root = process.processIdentifier
    let family = all ? descendants(of: root) : []
    for pid in [root] + family { Glibc.kill(pid, SIGKILL) }
    process.waitUntilExit()
  }

  private func descendants(of root: pid_t) -> [pid_t] {
    var parents: [pid_t: pid_t] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let pid = pid_t(name), let data = FileManager.default.contents(atPath: "/proc/\(name)/stat")
      else {
        continue
      }
      let text = String(decoding: data, as: UTF8.self)
      guard let end = text.lastIndex(of: ")") else { continue }
      let fields = text[end...].split(separator: " ")
      if fields.count > 2, let parent = pid_t(fields[2]) { parents[pid] = parent }
    }
    var found: [pid_t] = []
    var todo = [root]
    while let next = todo.popLast() {
      let children = parents.filter { $0.value == next }.map(\.key)
      found += children
      todo += children
    }
    return found
  }
}
