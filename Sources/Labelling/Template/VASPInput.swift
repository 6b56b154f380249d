import Crystal
import Foundation
import SinglePoints
import Support

/// A template of VASP: INCAR, POTCAR and what else it needs. POSCAR is written for each frame, and POTCAR with the data sets
/// of the elements that the frame has, in the order of the template's.
struct VASPInput: EngineInput {
  /// The part of a POTCAR for one element.
  private struct DataSet: Sendable {
    var element: String
    var text: String
  }

  let kind = EngineIdentity.Kind.vasp
  let replaced: Set<String> = ["POSCAR", "POTCAR"]
  private let dataSets: [DataSet]
  private let path: String

  static let inputName = "INCAR"
  private static let resultName = "vasprun.xml"

  /// - Throws: ``InputError`` for a POTCAR that is none.
  init(folder: String) throws {
    path = "\(folder)/POTCAR"
    let data: Data
    do { data = try FileContents.read(path, most: 1 << 28) } catch {
      throw InputError(place: SourcePlace(file: path), found: error.reason, wanted: "VASP's potentials")
    }
    dataSets = try Self.split(String(decoding: data, as: UTF8.self), path)
  }

  /// Data sets end with `End of Dataset`, and name their element behind `VRHFIN =`.
  private static func split(_ text: String, _ path: String) throws -> [DataSet] {
    var sets: [DataSet] = []
    var lines: [Substring] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      lines.append(line)
      guard line.contains("End of Dataset") else { continue }
      guard let title = lines.first(where: { $0.contains("VRHFIN") }),
        let element = title.split(separator: "=").dropFirst().first.map({ $0.prefix { $0 != ":" } }),
        let symbol = element.split(separator: " ").first.map(String.init), Element(symbol: symbol) != nil
      else {
        throw InputError(
          place: SourcePlace(file: path), found: "no element in data set \(sets.count + 1)",
          wanted: "VRHFIN =Na: …")
      }
      guard !sets.contains(where: { $0.element == symbol }) else {
        throw InputError(
          place: SourcePlace(file: path), found: "two data sets of \(symbol)", wanted: "one for each element")
      }
      sets.append(DataSet(element: symbol, text: lines.joined(separator: "\n") + "\n"))
      lines = []
    }
    guard !sets.isEmpty else {
      throw InputError(place: SourcePlace(file: path), found: "no data set", wanted: "VASP's potentials")
    }
    return sets
  }

  func order(of frame: LabelledFrame) -> [Int] {
    let symbols = frame.chemicalSymbols
    return dataSets.flatMap { set in symbols.indices.filter { symbols[$0] == set.element } }
  }

  func files(for frame: LabelledFrame) throws -> [(name: String, text: String)] {
    let symbols = frame.chemicalSymbols
    if let unknown = symbols.first(where: { symbol in !dataSets.contains { $0.element == symbol } }) {
      throw InputError(
        place: SourcePlace(file: frame.file, line: frame.line), key: frame.place, found: unknown,
        wanted: "elements of \(path): \(dataSets.map(\.element).joined(separator: ", "))")
    }
    let present = dataSets.filter { symbols.contains($0.element) }
    var lines = ["\(frame.place)", "1.0", AtomText.cell(frame)]
    lines.append(present.map(\.element).joined(separator: " "))
    lines.append(present.map { set in "\(symbols.count { $0 == set.element })" }.joined(separator: " "))
    lines.append("Cartesian")
    lines += order(of: frame).map { AtomText.vector(frame.positions[$0]) }
    return [
      ("POSCAR", lines.joined(separator: "\n") + "\n"), ("POTCAR", present.map(\.text).joined()),
    ]
  }

  func resultPath(in folder: String, log: String) -> String? {
    let path = "\(folder)/\(Self.resultName)"
    return FileKind(at: path) == .file ? path : nil
  }

  func read(_ path: String) throws -> EngineOutput { try VASPOutput.read(path) }
}
