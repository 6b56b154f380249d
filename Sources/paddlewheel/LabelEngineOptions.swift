import ArgumentParser
import EngineSocket
import Labelling
import Manifest
import SinglePoints
import Support

/// The engine of `label`: one of a potential, a client of a socket, and a template.
struct LabelEngineOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "A potential of this program as the engine: paddlewheel-ff, a parameter file, a model, or a potential.yaml.",
      valueName: "name|file"), completion: .file())
  var potential: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "A client of the i-PI protocol as the engine; {socket} and {structure} are filled in.",
      valueName: "command"))
  var driver: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Folder with the input of VASP, CP2K or Quantum ESPRESSO as the engine.", valueName: "folder"),
    completion: .directory)
  var template: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "With --driver: a file that the client reads; may be given several times.", valueName: "file"),
    completion: .file())
  var file: [String] = []

  @Option(
    parsing: .unconditional,
    help: "Clients that share the frames; with --local, commands that run at the same time.")
  var clients = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --driver: how long a client may be silent while it is asked.", valueName: "time"))
  var timeout = "1 h"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --template: a line of a shell that runs the program in the folder of a frame; by default sh run.sh, where the "
        + "template has one.", valueName: "command"))
  var command: String?

  func validate() throws {
    let given = [potential, driver, template].compactMap { $0 }.count
    guard given == 1 else {
      throw ValidationError("found \(given) of --potential, --driver and --template; wanted one")
    }
    guard (1...1000).contains(clients) else {
      throw ValidationError("--clients: found \(clients), wanted 1 to 1000")
    }
    guard driver != nil || file.isEmpty else { throw ValidationError("--file belongs to --driver") }
    guard template != nil || command == nil else { throw ValidationError("--command belongs to --template") }
    guard potential == nil || clients == 1 else {
      throw ValidationError("--clients belongs to --driver, or to --template with --local")
    }
  }

  /// A potential or a client; nil for a template.
  /// - Throws: ``InputError``.
  func engine(_ ions: IonOptions) throws -> (any LabelEngine)? {
    if let potential {
      return try PotentialEngine(PotentialSpecification(argument: potential), rules: ions.rules())
    }
    guard let driver else { return nil }
    let words: ClientWords
    do { words = try ClientWords(splitting: driver) } catch {
      throw InputError(key: "--driver", found: "'\(driver)'", wanted: "a command", message: "\(error)")
    }
    var settings = DriverEngine.Settings(command: words)
    settings.clients = clients
    settings.files = file
    settings.timeout_s = try quantityOption(timeout, as: .wallTime, "--timeout")
    guard (1...864_000).contains(settings.timeout_s) else {
      throw InputError(key: "--timeout", found: "'\(timeout)'", wanted: "a time from 1 s to 10 d")
    }
    return try DriverEngine(settings)
  }
}
