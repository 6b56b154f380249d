import Foundation
import Testing

/// A study on the test cluster.
struct ClusterStudy {
  let folder: Folder
  let study: StudyFolder
  var environment: [String: String] = [:]

  /// - Parameters:
  ///   - path: of the study; nil for one beside the manifest.
  ///   - profile: lines that replace those of `cluster/local.yaml`.
  init(_ manifest: String, at path: String? = nil, profile: [(String, String)] = []) throws {
    folder = try Folder()
    try folder.write(manifest, to: "small.yaml")
    var text = try String(contentsOfFile: "\(TestCluster.scripts)/local.yaml", encoding: .utf8)
    for (key, value) in profile {
      text = text.replacing(try Regex("(?m)^\(key):.*\n"), with: "") + "\(key): \(value)\n"
    }
    try folder.write(text, to: "site.yaml")
    study = StudyFolder(path: path ?? "\(folder.path)/study")
  }

  @discardableResult
  func submit(_ options: String..., expecting code: Int32 = 0) throws -> CommandResult {
    let result = try TestCluster.shell(submitLine(options))
    #expect(result.exitCode == code, "\(result.output)\(result.errors)")
    return result
  }

  func submitLine(_ options: [String] = []) -> String {
    let variables = environment.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    return
      "cd '\(folder.path)' && \(variables) '\(program)' submit small.yaml --site site.yaml --yes --output "
      + "'\(study.path)' \(options.joined(separator: " "))"
  }

  func command(_ words: String...) throws -> CommandResult {
    try TestCluster.shell(
      "'\(program)' \(words[0]) '\(study.path)' \(words.dropFirst().joined(separator: " "))")
  }

  /// States from `status --json`.
  func states() throws -> [String] { try status().compactMap { $0["state"] as? String } }

  func status() throws -> [[String: Any]] {
    let result = try command("status", "--json")
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    return object?["runs"] as? [[String: Any]] ?? []
  }

  /// `attempt-N.json` of a run, in ascending order.
  func attempts(_ run: Int = 0) throws -> [[String: Any]] {
    var attempts: [[String: Any]] = []
    while let data = FileManager.default.contents(
      atPath: "\(try study.run(run))/attempt-\(attempts.count + 1).json")
    {
      attempts.append(try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:])
    }
    return attempts
  }

  /// The output of the array tasks.
  func output(_ run: Int = 0, submission: Int = 1) -> String {
    let path = "\(study.path)/submissions/\(String(format: "%04d", submission))/\(run).out"
    return (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }

  /// The processes of a run's ranks, those of the oldest start first.
  func ranks(_ run: Int = 0) throws -> [pid_t] {
    let names = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.sorted()
    return names.filter { pid in
      guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
      let words = String(decoding: data, as: UTF8.self).split(separator: "\0").map(String.init)
      return words.suffix(3) == ["simulate", study.path, String(run)] && words.count == 4
    }
  }

  /// Waits until a run has reached a step.
  func reach(_ run: Int = 0, step: Int, within seconds: Double = 180) async throws -> Bool {
    try await wait(seconds) {
      guard let folder = try? study.run(run) else { return false }
      let log = (try? String(contentsOfFile: folder + "/log.txt", encoding: .utf8)) ?? ""
      let steps = log.matches(of: /checkpoint in sample at step ([0-9]+)/).compactMap { Int($0.1) }
      return steps.contains { $0 >= step }
    }
  }

  /// Compares every run with one that `paddlewheel run` makes undisturbed.
  /// - Returns: the undisturbed study.
  @discardableResult
  func expectEqualToUndisturbed(_ runs: [Int] = [0]) async throws -> StudyFolder {
    let manifest = try String(contentsOfFile: "\(folder.path)/small.yaml", encoding: .utf8)
    let whole = try await UndisturbedStudies.shared.study(manifest)
    for run in runs {
      let comparison = try compareRecords(try study.run(run), try whole.run(run))
      #expect(comparison.differences == [])
      #expect(comparison.files > 0)
    }
    return whole
  }
}

/// Undisturbed studies, each computed once for all tests that compare with it.
private actor UndisturbedStudies {
  static let shared = UndisturbedStudies()
  private var folders: [String: Folder] = [:]

  func study(_ manifest: String) throws -> StudyFolder {
    if let folder = folders[manifest] { return StudyFolder(path: "\(folder.path)/undisturbed") }
    let folder = try Folder()
    try folder.write(manifest, to: "small.yaml")
    let result = try paddlewheel("run", "small.yaml", "--output", "undisturbed", in: folder.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    folders[manifest] = folder
    removeAtExit(folder)
    return StudyFolder(path: "\(folder.path)/undisturbed")
  }
}

extension SmallStudy {
  /// Long enough to be disturbed, and done some seconds later.
  static var disturbed: SmallStudy {
    var study = SmallStudy()
    study.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 8 ps}"
    study.record = "{mobile: 10 fs, anions: 10 fs, all: 50 fs, observables: 10 fs, checkpoint: 0.5 s}"
    return study
  }

  /// Long enough to be cancelled by a command before it is done, however busy the machine is.
  static var longDisturbed: SmallStudy {
    var study = disturbed
    study.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 24 ps}"
    return study
  }
}
