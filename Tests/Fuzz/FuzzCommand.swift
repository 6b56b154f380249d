import Foundation

/// Feeds readers with damaged inputs:
///   paddlewheel-fuzz TARGET|all|list [--corpus DIR] [--state DIR] [--seconds S] [--count N]
/// Every input follows from its number, and the state folder keeps how far each target is: the same command goes on.
@main struct FuzzCommand {
  static let targets =
    textTargets + importTargets + outputTargets + studyTargets + recordTargets + stateTargets

  private var arguments = Array(CommandLine.arguments.dropFirst())

  private mutating func option(_ name: String) -> String? {
    guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else { return nil }
    let value = arguments[index + 1]
    arguments.removeSubrange(index...(index + 1))
    return value
  }

  private static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("paddlewheel-fuzz: \(message)\n".utf8))
    exit(2)
  }

  static func main() throws {
    var command = FuzzCommand()
    try command.run()
  }

  private mutating func run() throws {
    let isWorker = arguments.contains("--worker")
    arguments.removeAll { $0 == "--worker" }
    let corpus = option("--corpus") ?? "Tests/Fuzz/Corpus"
    let state = option("--state") ?? ".build/fuzz"
    let seconds = option("--seconds").flatMap(Double.init) ?? 30
    let count = option("--count").flatMap { Int($0) } ?? Int.max
    guard let wanted = arguments.first, arguments.count == 1 else {
      Self.fail("give one target, 'all' or 'list'")
    }
    if wanted == "list" {
      for target in Self.targets { print(target.name) }
      return
    }
    let chosen = wanted == "all" ? Self.targets : Self.targets.filter { $0.name == wanted }
    guard let first = chosen.first else { Self.fail("no target '\(wanted)'") }
    if isWorker { return try Self.work(first, corpus, state, count, seconds) }
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    var failed = false
    for target in chosen {
      let supervisor = Supervisor(
        target: target, corpusFolder: corpus, statePath: "\(state)/\(target.name)", count: count,
        seconds: seconds)
      if !(try supervisor.run()).isEmpty { failed = true }
    }
    exit(failed ? 1 : 0)
  }

  private static func work(
    _ target: FuzzTarget, _ corpus: String, _ state: String, _ count: Int, _ seconds: Double
  )
    throws
  {
    let folder = FileManager.default.temporaryDirectory.path + "/fuzz-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let worker = Worker(
      target: target, corpus: try Corpus(corpus, target: target), state: try Supervisor.map(state),
      folder: folder)
    let failures = worker.run(upTo: count, until: Date().addingTimeInterval(seconds))
    try FileManager.default.removeItem(atPath: folder)
    for failure in failures { print(failure) }
    exit(failures.isEmpty ? 0 : 1)
  }
}
