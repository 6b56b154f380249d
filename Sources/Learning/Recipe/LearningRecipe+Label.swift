import EngineSocket
import Labelling
import MPI
import Manifest
import ManifestFormat
import PotentialKeys
import Scheduler
import Support

extension LearningRecipe.LabelKeys {
  static let schema = ManifestSchema<LearningRecipe.LabelKeys>(
    .block,
    [
      ManifestField(
        "potential", \.potential,
        ManifestKind<PotentialSpecification?>(
          PotentialSpecification.kind.values,
          read: { value in
            let potential = try PotentialSpecification.kind.read(value)
            if case .driver = potential.form {
              throw value.error(wanted: "a potential of this program", message: "label.driver starts clients")
            }
            return potential
          }, write: { try $0.flatMap { try PotentialSpecification.kind.write($0) } }),
        "a potential of this program"),
      ManifestField(
        "driver", \.driver,
        ManifestKind<ClientWords?>(
          "command", read: words,
          write: { $0.map { .text($0.words.map(shellQuoted).joined(separator: " ")) } }),
        "a client of the i-PI protocol"),
      ManifestField("files", \.files, LearningRecipe.files, "that the client reads, copied to it"),
      ManifestField("timeout", \.timeout_s, .quantity(.wallTime), "how long the client may be silent"),
      ManifestField(
        "template", \.template, LearningRecipe.file, "folder with the input of VASP, CP2K or pw.x"),
      ManifestField("command", \.command, .text("line of a shell", wanted: "a command"), "runs the program")
        .defaultText("`run.sh` of the template"),
      ManifestField("site", \.site, LearningRecipe.file, "a site profile: the frames are a Slurm array")
        .defaultText("`none`: on this machine"),
      ManifestField("ranks", \.ranks, .integer(1...1_000_000), "Slurm's tasks for each frame"),
      ManifestField("clients", \.clients, .integer(1...1000), "clients, or commands, at the same time"),
      ManifestField(
        "largest-force", \.rules.largestForce_eV_A, .quantity(.force),
        "frames with a longer force are refused"),
      ManifestField(
        "net-force", \.rules.netForce_eV_A, .quantity(.force),
        "frames whose forces add up to more for each atom are refused"),
    ], checkKeys: check)

  private static func words(_ value: ManifestValue) throws -> ClientWords {
    let text = try value.string(wanted: "a command")
    do { return try ClientWords(splitting: text) } catch {
      throw value.error(wanted: "a command", message: "\(error)")
    }
  }

  /// Which keys belong to which engine.
  private static func check(_ mapping: ManifestMapping) throws {
    let engines = ["potential", "driver", "template"].filter { mapping[$0] != nil }
    guard engines.count == 1, let engine = engines.first else {
      throw mapping.value.error(wanted: "one of potential, driver and template")
    }
    let owners = [
      "files": ["driver"], "timeout": ["driver"], "command": ["template"], "site": ["template"],
      "clients": ["driver", "template"],
    ]
    for (key, value) in mapping.entries {
      guard let owner = owners[key], !owner.contains(engine) else { continue }
      throw value.error(wanted: "none: \(key) belongs to \(owner.joined(separator: " and "))")
    }
    if let ranks = mapping["ranks"], mapping["site"] == nil {
      throw ranks.error(wanted: "none: ranks belongs to site")
    }
    if let clients = mapping["clients"], mapping["site"] != nil {
      throw clients.error(wanted: "none: the site profile says how many tasks run")
    }
  }

  /// - Parameter communicator: of one rank, for a potential.
  /// - Throws: ``InputError`` for files that can't be read.
  func engine(on communicator: Communicator? = nil) throws -> any LabelEngine {
    if let potential { return try PotentialEngine(potential, on: communicator) }
    if let driver {
      var settings = DriverEngine.Settings(command: driver)
      settings.clients = clients
      settings.timeout_s = timeout_s
      settings.files = files.map(\.path)
      return try DriverEngine(settings)
    }
    return try TemplateEngine(
      template: template?.path ?? "", command: command,
      mode: site == nil ? .local(clients) : .prepare(elsewhere: []))
  }
}
