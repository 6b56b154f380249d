import ArgumentParser
import Foundation
import Labelling
import Scheduler
import Support

struct LabelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "label",
    abstract: "Compute energies, forces and stresses of frames by an engine, for a training set.",
    discussion: """
      FILE is extXYZ, also packed. The engine is a potential, a client of the i-PI protocol, or a template of VASP, CP2K or \
      Quantum ESPRESSO, which runs here (--local), as a Slurm array (--site), or wherever you start the script that is written. \
      Labels are kept in OUTPUT.work: the same command goes on with what is missing. Frames without a label get into \
      OUTPUT.refused.extxyz, each with the reason; the command then ends with 3.
      """)

  @Argument(help: ArgumentHelp("Frames in extXYZ.", valueName: "file"), completion: .file())
  var files: [String]

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("extXYZ file for the labelled frames.", valueName: "file"), completion: .file())
  var output: String

  @OptionGroup var engine: LabelEngineOptions

  @Flag(help: "With --template: run the command on this machine.") var local = false

  @Option(
    name: [.customLong("site"), .customLong("profile")], parsing: .unconditional,
    help: ArgumentHelp(
      "With --template: submit the missing frames as a Slurm array, by this site profile.",
      valueName: "cluster/SITE.yaml"), completion: .file(extensions: ["yaml", "yml"]))
  var site: String?

  @Flag(help: "With --template: take the results that are there, and start nothing.") var collect = false

  @Option(
    parsing: .unconditional,
    help: "With --site: Slurm's tasks for each frame; by default those of a node, or 1.")
  var ranks: Int?

  @Flag(help: "With --site: print the script; submit nothing.") var dryRun = false

  @Flag(help: "With --site: skip the confirmation.") var yes = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Frames with a longer force on an atom are refused, eV/Å.", valueName: "force"),
    transform: decimalOption)
  var largestForce = LabelRules().largestForce_eV_A

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Frames whose forces add up to more than this for each atom are refused, eV/Å.", valueName: "force"),
    transform: decimalOption)
  var netForce = LabelRules().netForce_eV_A

  @OptionGroup var ions: IonOptions

  func validate() throws {
    guard largestForce > 0, netForce > 0 else {
      throw ValidationError("--largest-force and --net-force must be above 0")
    }
    guard [local, site != nil, collect].count(where: { $0 }) <= 1 else {
      throw ValidationError("wanted at most one of --local, --site and --collect")
    }
    guard engine.template != nil || !(local || site != nil || collect) else {
      throw ValidationError("--local, --site and --collect belong to --template")
    }
    guard site != nil || (ranks == nil && !dryRun && !yes) else {
      throw ValidationError("--ranks, --dry-run and --yes belong to --site")
    }
    if let ranks, ranks < 1 { throw ValidationError("--ranks: found \(ranks), wanted at least 1") }
  }

  func run() async throws {
    // While it asks before a submission, a signal ends it.
    if site == nil { StopSignal.listen() }
    let request = request()
    if let known = try engine.engine(ions) {
      try finish(try Labeller(request, engine: known).run(), request)
    } else if let folder = engine.template {
      try await run(template: folder, request)
    }
  }

  private func request() -> LabelRequest {
    var request = LabelRequest(files: files, output: output)
    request.rules.largestForce_eV_A = largestForce
    request.rules.netForce_eV_A = netForce
    request.shouldStop = { StopSignal.count > 0 }
    let printer = LabelProgress()
    request.progress = { printer.show($0, of: $1) }
    return request
  }

  // MARK: templates

  private func run(template folder: String, _ request: LabelRequest) async throws {
    let engine = try TemplateEngine(
      template: folder, command: self.engine.command,
      mode: collect ? .collect : local ? .local(self.engine.clients) : .prepare(elsewhere: []))
    let labeller = try Labeller(request, engine: engine)
    guard let site else {
      let report = try labeller.run()
      if !local, !collect, !engine.prepared.isEmpty {
        let path = try BatchLabelling.writeScript(engine.prepared, in: request.folder)
        print(
          "\(engine.prepared.count) frames wait in \(request.folder): sbatch \(shellQuoted(path)), then this command again"
        )
      }
      return try finish(report, request)
    }
    let profile = try SiteProfile(contentsOf: site)
    let batch = BatchLabelling(
      folder: request.folder, site: profile, ranks: ranks ?? profile.ranksPerNode ?? 1
    ) {
      printToStandardError($0)
    }
    engine.mode = .prepare(elsewhere: try await batch.underWay(labeller.missing))
    var report = try labeller.run()
    if !engine.prepared.isEmpty { try await submit(engine.prepared, batch, &report) }
    try finish(report, request)
  }

  private func submit(_ frames: [LabelFrame], _ batch: BatchLabelling, _ report: inout LabelReport)
    async throws
  {
    if dryRun { return print(try batch.preview()) }
    if !yes { try confirmation("Submit \(frames.count) frames?") }
    let jobs = try await batch.submit(frames)
    print(
      "submitted \(frames.count) \(frames.count == 1 ? "frame" : "frames") as array \(jobs.map(String.init).joined(separator: ", "))"
    )
    report.missing -= frames.count
    report.underWay += frames.count
  }

  // MARK: the end

  /// Lines of frames that are printed.
  private static let mostLines = 20

  private func finish(_ report: LabelReport, _ request: LabelRequest) throws {
    let duplicates = report.duplicates.map { "duplicate: \($0.source) is \($0.first) again" }
    let refused = report.refused.map { "no label: \($0.source): \($0.text)" }
    for lines in [duplicates, refused] {
      for line in lines.prefix(Self.mostLines) { printToStandardError(visible(line)) }
      if lines.count > Self.mostLines { printToStandardError("… and \(lines.count - Self.mostLines) more") }
    }
    if report.damagedLines > 0 {
      printToStandardError("warning: \(report.damagedLines) labels in \(request.folder) were damaged")
    }
    if report.withoutStress > 0 {
      printToStandardError("warning: \(report.withoutStress) labels have no stress: the engine gives none")
    }
    print(report.totals)
    if report.wasStopped { throw StoppedError("stopped: the same command goes on with what is missing") }
    guard report.isComplete else {
      throw IncompleteError(
        report.refused.isEmpty
          ? "not all frames have labels yet: the same command goes on with what is missing"
          : "not all frames have labels; \(request.refusedPath) has those that were refused, with the reasons"
      )
    }
  }
}

extension LabelCommand: FileProducing {
  var producesFilesOnly: Bool { !dryRun }
}

/// Says now and then how far the labelling is.
private final class LabelProgress {
  private var sinceLine = Stopwatch()
  private static let interval_s = 20.0

  func show(_ done: Int, of total: Int) {
    guard sinceLine.elapsed_s > Self.interval_s else { return }
    sinceLine.restart()
    printToStandardError("\(done) of \(total) frames")
  }
}
