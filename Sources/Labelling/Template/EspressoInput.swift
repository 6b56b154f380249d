import SinglePoints
import Support

/// A template of pw.x: `{cell}` stands for the card CELL_PARAMETERS, `{coordinates}` for ATOMIC_POSITIONS, and `{atoms}` for
/// `nat`.
struct EspressoInput: EngineInput {
  let kind = EngineIdentity.Kind.quantumEspresso
  let replaced: Set<String>
  private let main: TemplateText

  /// In an input of pw.x.
  static let mark = "ATOMIC_SPECIES"

  /// - Throws: ``InputError`` for an input that has no place for the atoms, prints no forces, or writes where the runs of
  ///   other frames do.
  init(_ main: TemplateText) throws {
    self.main = main
    replaced = [main.name]
    for (word, what) in [
      ("cell", "the card CELL_PARAMETERS"), ("coordinates", "the card ATOMIC_POSITIONS"), ("atoms", "nat"),
    ] where !main.has(word) {
      throw main.refusal(found: "no {\(word)}", wanted: "{\(word)}, for \(what)")
    }
    guard main.mentions("tprnfor") else {
      throw main.refusal(found: "no forces in the output", wanted: "tprnfor = .true. in &control")
    }
    if let match = main.text.lowercased().firstMatch(of: #/outdir\s*=\s*['"](\/[^'"]*)/#) {
      throw main.refusal(
        found: "outdir = '\(match.1)'", wanted: "'./': each frame has a folder of its own, where it runs")
    }
  }

  func files(for frame: LabelledFrame) throws -> [(name: String, text: String)] {
    let values = [
      "atoms": "\(frame.symbols.count)", "cell": "CELL_PARAMETERS angstrom\n\(AtomText.cell(frame))",
      "coordinates": "ATOMIC_POSITIONS angstrom\n\(AtomText.coordinates(frame))",
    ]
    return [(main.name, main.filled(values))]
  }

  func resultPath(in folder: String, log: String) -> String? {
    TemplateText.output(in: folder, log: log, mark: "Program PWSCF")
  }

  func read(_ path: String) throws -> EngineOutput { try EspressoOutput(path).output }
}
