import Crystal
import Foundation
import Mathematics
import Support
import Trajectory

/// What the comment line of an XYZ frame says.
struct XYZComment {
  var cell: Cell?
  var columns: ExtXYZColumns?
  var step: Int?
  var time_ps: Double?
  var timeGuess: String?
  /// Å
  var lengthUnit_A = 1.0

  private static let bohr_A = 0.529177210903

  /// - Throws: `TrajectoryProblem`.
  init(_ text: String, _ lines: LineReader, _ hints: ImportHints) throws {
    let words = text.split(whereSeparator: \.isWhitespace)
    if text.contains("Lattice=") {
      try readExtended(text, lines, hints)
    } else if text.contains("CELL"), text.contains("Step:") {
      try readIPI(words, lines)
    } else if text.contains("time =") {
      readCP2K(text)
    } else if let place = words.firstIndex(of: "Timestep:"), place + 1 < words.count {
      // LAMMPS: "Atoms. Timestep: 100".
      step = Int(words[place + 1])
    }
  }

  private mutating func readExtended(_ text: String, _ lines: LineReader, _ hints: ImportHints) throws {
    let header: ExtXYZHeader
    do {
      header = try ExtXYZHeader(comment: Substring(text)) {
        .malformed(file: lines.path, line: lines.line, problem: $0)
      }
    } catch StructureError.malformed(_, let line, let problem) {
      throw TrajectoryProblem(file: lines.path, line: line, found: problem, wanted: "an extXYZ comment line")
    }
    cell = header.cell
    columns = header.columns
    let info = header.info
    step = ["step", "Step", "timestep", "Timestep"].lazy.compactMap { info[$0].flatMap(Int.init) }.first
    func number(_ key: String) -> Double? { info[key].flatMap { decimalNumber($0, fortran: true) } }
    if let time = number("time_ps") {
      time_ps = time
    } else if let time = number("time_fs") {
      time_ps = time * 1e-3
    } else if let time = number("Time") {
      if info["Timestep"] != nil {
        time_ps = time * (hints.units == .real ? 1e-3 : 1)
        if hints.units == nil {
          timeGuess =
            "Time= beside Timestep= is taken as LAMMPS's in ps, as in its metal units (--units real: fs)"
        }
      } else {
        time_ps = time * 1e-3
        timeGuess = "Time= is taken as fs, as GPUMD writes it"
      }
    }
  }

  /// ` i =      100, time =       50.000, E =      -17.16`, the time in fs.
  private mutating func readCP2K(_ text: String) {
    func value(_ key: String) -> Substring? {
      text.firstRange(of: key).map { range in
        text[range.upperBound...].drop(while: \.isWhitespace).prefix { !$0.isWhitespace && $0 != "," }
      }
    }
    step = value("i =").flatMap { Int($0) }
    time_ps = value("time =").flatMap { decimalNumber(String($0), fortran: true) }.map { $0 * 1e-3 }
  }

  /// `# CELL(abcABC): 10 10 10 90 90 90  Step: 0  Bead: 0 positions{angstrom}  cell{angstrom}`.
  private mutating func readIPI(_ words: [Substring], _ lines: LineReader) throws {
    func problem(_ found: String, _ wanted: String) -> TrajectoryProblem {
      lines.problem(found, wanted: wanted)
    }
    func unit(_ quantity: String) throws -> Double {
      guard let word = words.first(where: { $0.hasPrefix("\(quantity){") }) else {
        throw problem("no \(quantity){…} in i-PI's comment", "its unit, as \(quantity){angstrom}")
      }
      switch word.dropFirst(quantity.count + 1).dropLast() {
      case "angstrom": return 1
      case "atomic_unit": return Self.bohr_A
      default: throw problem("“\(word)”", "\(quantity){angstrom} or \(quantity){atomic_unit}")
      }
    }
    if let place = words.firstIndex(of: "Step:"), place + 1 < words.count { step = Int(words[place + 1]) }
    lengthUnit_A = try unit("positions")
    guard let place = words.firstIndex(where: { $0.hasPrefix("CELL") }) else { return }
    let scale = try unit("cell")
    let numbers = words[(place + 1)...].prefix { Double($0) != nil }.compactMap { Double($0) }
    let kind = words[place].dropFirst(4).filter(\.isLetter)
    if kind == "abcABC", numbers.count == 6 {
      cell = try CellText.cell(numbers.prefix(3).map { $0 * scale } + numbers.suffix(3), fail: problem)
    } else if kind == "H" || kind == "GENH", numbers.count == 9 {
      // The vectors are the columns.
      cell = try CellText.cell(
        [0, 3, 6, 1, 4, 7, 2, 5, 8].map { numbers[$0] * scale }, fail: problem)
    } else {
      throw problem(
        "“\(words[place]) \(numbers.count) numbers”", "CELL(abcABC): with 6 numbers or CELL(H): with 9")
    }
  }
}

/// A cell from its edges, its edges and angles, or its vectors.
public enum CellText {
  /// What is expected, for messages.
  public static let wanted =
    "three edges in Å, three edges and three angles in degrees, or the nine numbers of three vectors"

  /// - Parameter text: numbers between blanks or commas.
  /// - Returns: nil for anything else, and for numbers that span no volume.
  public static func cell(_ text: String) -> Cell? {
    let words = text.split { $0.isWhitespace || $0 == "," }
    let numbers = words.compactMap { decimalNumber(String($0)) }
    guard numbers.count == words.count else { return nil }
    return try? cell(numbers) { TrajectoryProblem(file: "", found: $0, wanted: $1) }
  }

  static func cell(_ numbers: [Double], fail: (String, String) -> TrajectoryProblem) throws -> Cell {
    switch numbers.count {
    case 3:
      return try importedCell([[numbers[0], 0, 0], [0, numbers[1], 0], [0, 0, numbers[2]]], fail: fail)
    case 6:
      guard numbers[..<3].allSatisfy({ $0 > 0 }), numbers[3...].allSatisfy({ $0 > 0 && $0 < 180 }) else {
        throw fail("the edges and angles \(numbers)", "positive edges, and angles between 0 and 180°")
      }
      let cosines = numbers[3...].map { $0 == 90 ? 0 : cos($0 * .pi / 180) }
      let sine = (1 - cosines[2] * cosines[2]).squareRoot()
      let x = (cosines[0] - cosines[1] * cosines[2]) / sine
      let rest = 1 - cosines[1] * cosines[1] - x * x
      guard rest > 0 else { throw fail("the angles \(Array(numbers[3...]))", "angles of a cell") }
      return try importedCell(
        [
          [numbers[0], 0, 0], [numbers[1] * cosines[2], numbers[1] * sine, 0],
          [numbers[2] * cosines[1], numbers[2] * x, numbers[2] * rest.squareRoot()],
        ], fail: fail)
    case 9:
      let rows = [0, 3, 6].map { Vector3(numbers[$0], numbers[$0 + 1], numbers[$0 + 2]) }
      return try importedCell(rows, fail: fail)
    default: throw fail("\(numbers.count) numbers", wanted)
    }
  }
}
