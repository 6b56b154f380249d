import ArgumentParser
import Exchange
import Results
import Support

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract:
      """
      Create a study from trajectories of other programs and analyse it: LAMMPS dump, extXYZ, XYZ, XDATCAR, vasprun.xml, \
      vaspout.h5, H5MD, NetCDF, ASE, DCD, XTC; text also packed.
      """,
    discussion: """
      Each FILE is a run; join the files of one run by + (a.dump+b.dump) or name them by a quoted wildcard ('d.*'). Runs at the same temperature are replicas. An \
      error names the option for data that a file lacks.
      """)

  @Argument(
    help: ArgumentHelp(
      "Trajectories, one for each run; join the files of a run by +, or quote a wildcard.", valueName: "file"),
    completion: .file())
  var files: [String]

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Directory of the study, new or empty.", valueName: "dir"), completion: .directory)
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Diffusing elements or ions, each with results of its own.", valueName: "Na|Li,Na|B12H12"))
  var mobile: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Charge of the diffusing ions, e; by default the file's or the usual one.", valueName: "2|Li=1,Mg=2"))
  var charge: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Temperature of all runs, or one for each.", valueName: "400 K,500 K,…"))
  var temperature: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Time between frames.", valueName: "100 fs"))
  var frameInterval: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Time step, for files that count steps.", valueName: "1 fs"))
  var timestep: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Masses in amu, instead of the standard ones or the file's.", valueName: "H=2.014,BH4.H=2.014,…"))
  var masses: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Elements of numbered types, of names (Na1=Na), or of the atoms in order: Na*4,B*24,H*24.",
      valueName: "1=Na,2=B,…"))
  var elements: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Units of a LAMMPS dump that does not state them: metal (the default) or real.", valueName: "units")
  )
  var units: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Format; by default detected: lammps-dump, extxyz, xyz, xdatcar, vasprun, vaspout, h5md, netcdf, ase-traj, dcd or xtc.",
      valueName: "format"))
  var format: String?

  @OptionGroup var ions: IonOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Leave out what comes before this time from the first frame.", valueName: "50 ps"))
  var skip: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Leave out what comes after this time from the first frame.", valueName: "200 ps"))
  var until: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Use every N-th frame, or frames so far apart.", valueName: "N|1 ps"))
  var every: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Cell, for files without one: edges in Å, with angles in degrees, or three vectors.",
      valueName: "a b c [α β γ]"))
  var cell: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Structure file with the atoms of a trajectory that does not name them (DCD, XTC).", valueName: "file"),
    completion: .file())
  var topology: String?

  @Flag(help: "The positions are unwrapped already.") var unwrapped = false

  @Flag(help: "Print results/summary.json.") var json = false

  func run() async throws {
    var options = ImportRequest.Options()
    options.temperature = temperature
    options.frameInterval = frameInterval
    options.timestep = timestep
    options.masses = masses
    options.charge = charge
    options.elements = elements
    options.units = units
    options.format = format
    options.ions = ions.ion
    options.bonds = ions.bond
    options.isUnwrapped = unwrapped
    options.skip = skip
    options.until = until
    options.every = every
    options.cell = cell
    options.topology = topology
    let request = try ImportRequest(
      files: files, output: output, mobile: mobile, options: options, command: CommandLine.arguments)
    let result = try importStudy(request) { printToStandardError($0) }
    for warning in result.warnings { printToStandardError("warning: \(warning)") }
    let missing = try AggregateCommand.aggregate(
      result.study, ranks: try AggregationRanks(), json: json)
    let report = try await writeReport(of: result.study)
    if json { printToStandardError(report) } else { print(report) }
    if !missing.isEmpty { throw IncompleteError("the results do not include:", missing: missing) }
  }
}

extension ImportCommand: FileProducing {
  var producesFilesOnly: Bool { !json }
}
