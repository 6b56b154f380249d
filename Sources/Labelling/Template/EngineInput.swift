import Mathematics
import SinglePoints
import Support

/// The input of one program with places for the atoms.
protocol EngineInput: Sendable {
  var kind: EngineIdentity.Kind { get }
  /// Files of the template that are written anew for each frame, or that are none of the input.
  var replaced: Set<String> { get }

  /// The files that differ from frame to frame.
  /// - Throws: ``InputError`` for a frame that the template has no place for.
  func files(for frame: LabelledFrame) throws -> [(name: String, text: String)]

  /// The atom of the frame of each atom of the input.
  func order(of frame: LabelledFrame) -> [Int]

  /// The file of a frame's folder with its result; nil where there is none yet.
  /// - Parameter log: what the command has printed.
  func resultPath(in folder: String, log: String) -> String?

  /// - Throws: `TrajectoryProblem`.
  func read(_ path: String) throws -> EngineOutput
}

extension EngineInput {
  func order(of frame: LabelledFrame) -> [Int] { Array(frame.symbols.indices) }
}

/// Texts of atoms, with as many digits as are needed to read them back unchanged.
enum AtomText {
  static func vector(_ v: Vector3) -> String { "\(v.x) \(v.y) \(v.z)" }

  /// `Na 0.0 0.0 0.0` for each atom, Å.
  static func coordinates(_ frame: LabelledFrame) -> String {
    zip(frame.chemicalSymbols, frame.positions).map { "\($0) \(vector($1))" }.joined(separator: "\n")
  }

  /// Three lines of lattice vectors, Å, each behind a word.
  static func cell(_ frame: LabelledFrame, _ words: [String] = ["", "", ""]) -> String {
    zip(words, frame.cell.vectors).map { $0 + vector($1) }.joined(separator: "\n")
  }
}

/// The main input file of a template: a text with words in braces.
struct TemplateText: Sendable {
  var path: String
  var name: String
  var text: String

  /// - Parameter values: what the words in braces stand for.
  func filled(_ values: [String: String]) -> String {
    var filled = text
    for (word, value) in values { filled = filled.replacing("{\(word)}", with: value) }
    return filled
  }

  func has(_ word: String) -> Bool { text.contains("{\(word)}") }

  /// Whether a word of the program is there, in any case.
  func mentions(_ word: String) -> Bool { text.lowercased().contains(word.lowercased()) }

  func refusal(found: String, wanted: String) -> InputError {
    InputError(place: SourcePlace(file: path), found: found, wanted: wanted)
  }

  /// The output of the program among the files of a folder: what the command has printed, or a file `….out`.
  /// - Parameter mark: a text near its beginning.
  static func output(in folder: String, log: String, mark: String) -> String? {
    let names = ((try? folderContents(folder)) ?? []).filter { $0.hasSuffix(".out") }.sorted()
    return ([log] + names.map { "\(folder)/\($0)" }).first { path in
      guard let data = FileContents.own(path) else { return false }
      return String(decoding: data.prefix(1 << 16), as: UTF8.self).contains(mark)
    }
  }
}
