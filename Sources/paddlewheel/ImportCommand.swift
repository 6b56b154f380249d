import ArgumentParser
import Exchange
import Results
import Support

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract:
      "Make a study of other programs' trajectories and analyse it: LAMMPS dump, extXYZ, XDATCAR, H5MD.",
    discussion: """
      Each FILE is a run; files of one run are joined by + (a.dump+b.dump). Runs at one temperature are \
      replicas. What a file does not say is asked for by an error that names the option.
      """)

  @Argument(
    help: ArgumentHelp("The trajectories, one run each; the files of a run joined by +.", valueName: "file"),
    completion: .file())
  var files: [String]

  @Option(
    help: ArgumentHelp("The study's directory, new or empty.", valueName: "dir"), completion: .directory)
  var output: String

  @Option(help: ArgumentHelp("The diffusing element.", valueName: "element")) var mobile: String

  @Option(help: ArgumentHelp("Of all runs, or one for each.", valueName: "400 K,500 K,…")) var temperature:
    String?

  @Option(help: ArgumentHelp("The time from frame to frame.", valueName: "100 fs")) var frameInterval: String?

  @Option(help: ArgumentHelp("The time step, where files count steps.", valueName: "1 fs")) var timestep:
    String?

  @Option(
    help: ArgumentHelp("In amu, in place of the usual ones or the file's.", valueName: "H=2.014,…"))
  var masses: String?

  @Option(
    help: ArgumentHelp(
      "Of numbered types, or of the atoms in the file's order: Na*4,B*24,H*24.", valueName: "1=Na,2=B,…"))
  var elements: String?

  @Option(
    help: ArgumentHelp("Of a LAMMPS dump that does not say: metal (the default) or real.", valueName: "units")
  )
  var units: String?

  @Option(
    help: ArgumentHelp(
      "lammps-dump, extxyz, xdatcar or h5md; by itself what the files show.", valueName: "format"))
  var format: String?

  @Flag(help: "The positions go on through the cell's faces: take them as they are.") var unwrapped = false

  @Flag(help: "Print results/summary.json.") var json = false

  func run() async throws {
    var options = ImportRequest.Options()
    options.temperature = temperature
    options.frameInterval = frameInterval
    options.timestep = timestep
    options.masses = masses
    options.elements = elements
    options.units = units
    options.format = format
    options.isUnwrapped = unwrapped
    let request = try ImportRequest(
      files: files, output: output, mobile: mobile, options: options, command: CommandLine.arguments)
    let result = try importStudy(request) { printToStandardError($0) }
    for remark in result.remarks { printToStandardError("warning: \(remark)") }
    let missing = try AggregateCommand.aggregate(
      result.study, ranks: try AggregationRanks(), json: json)
    let report = try await writeReport(of: result.study)
    if json { printToStandardError(report) } else { print(report) }
    if !missing.isEmpty { throw IncompleteError("the results leave out:", missing: missing) }
  }
}
