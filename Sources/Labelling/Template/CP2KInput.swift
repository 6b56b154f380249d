import SinglePoints
import Support

/// A template of CP2K: `{cell}` stands for the lines of `&CELL`, `{coordinates}` for those of `&COORD`. The same lines are in
/// `cell.inc` and `coordinates.inc`, for `@INCLUDE`.
struct CP2KInput: EngineInput {
  let kind = EngineIdentity.Kind.cp2k
  let replaced: Set<String>
  private let main: TemplateText

  private static let includes = ["cell": "cell.inc", "coordinates": "coordinates.inc"]
  /// In an input of CP2K.
  static let mark = "&FORCE_EVAL"

  /// - Throws: ``InputError`` for an input that has no place for the atoms, or prints no forces.
  init(_ main: TemplateText) throws {
    self.main = main
    replaced = Set([main.name] + Self.includes.values)
    for (word, file) in Self.includes.sorted(by: { $0.key < $1.key }) {
      guard main.has(word) || main.text.contains(file) else {
        throw main.refusal(found: "no place for the \(word)", wanted: "{\(word)}, or @INCLUDE '\(file)'")
      }
    }
    guard main.mentions("&FORCES") else {
      throw main.refusal(
        found: "no forces in the output",
        wanted: "&FORCES ON in &FORCE_EVAL/&PRINT, and RUN_TYPE ENERGY_FORCE")
    }
  }

  func files(for frame: LabelledFrame) throws -> [(name: String, text: String)] {
    let cell = AtomText.cell(frame, ["A ", "B ", "C "])
    let coordinates = AtomText.coordinates(frame)
    return [
      (main.name, main.filled(["cell": cell, "coordinates": coordinates])), ("cell.inc", cell + "\n"),
      ("coordinates.inc", coordinates + "\n"),
    ]
  }

  func resultPath(in folder: String, log: String) -> String? {
    TemplateText.output(in: folder, log: log, mark: "CP2K|")
  }

  func read(_ path: String) throws -> EngineOutput { try CP2KOutput(path).output }
}
