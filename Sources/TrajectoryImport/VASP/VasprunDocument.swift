internal import CExpat
import Mathematics
import Trajectory

/// What has been parsed of a `vasprun.xml`.
package struct VasprunContent {
  package struct Frame {
    package var basis: [Vector3]
    /// Shares of the basis.
    package var positions: [Vector3]
    package var results: Results
  }

  /// What VASP computes in an ionic step, as the file has it.
  package struct Results {
    /// `e_fr_energy`, eV: that whose derivatives the forces are.
    package var energy_eV: Double?
    /// eV/Å; empty where there are none.
    package var forces: [Vector3] = []
    /// By rows, kbar, compression positive; empty where there is none.
    package var stress_kbar: [Vector3] = []
    /// Steps of the self-consistent field.
    package var electronicSteps = 0
  }

  /// The program and its version.
  package fileprivate(set) var generator: [String: String] = [:]
  /// NELM: the most steps of the self-consistent field.
  package fileprivate(set) var mostElectronicSteps: Int?
  /// PSTRESS: its work is part of the energies.
  package fileprivate(set) var addedPressure_kbar = 0.0
  /// Whether the end tag of the document has been read.
  package fileprivate(set) var isWhole = false
  package fileprivate(set) var atoms: [(name: String, type: Int)] = []
  /// By type, amu.
  var masses: [Int: Double] = [:]
  var potim_fs: Double?
  /// Whether the ions move in time (IBRION = 0).
  var isDynamics = false
  /// ML_OUTBLOCK: steps from one that is written to the next.
  var stepsPerOutput = 1
  /// Those that wait, and how many there were.
  package fileprivate(set) var frames: [Frame] = []
  var count = 0
  /// The one taken last.
  var last: Frame?
}

/// Parses `vasprun.xml` piece by piece with expat.
package final class VasprunDocument {
  package private(set) var content = VasprunContent()
  /// The line that is being parsed.
  package var line: Int { Int(XML_GetCurrentLineNumber(parser)) }
  private let path: String
  private let parser: XML_Parser
  private var problem: TrajectoryProblem?
  private var tags: [String] = []
  private var names: [String] = []
  /// The text of the innermost element, where it matters.
  private var text = ""
  private var isCollecting = false
  private var basis: [Vector3] = []
  private var positions: [Vector3] = []
  private var results = VasprunContent.Results()
  private var row: [String] = []

  private static let deepest = 100
  private static let longestText = 4096
  private static let mostAtoms = 100_000_000

  /// - Throws: `TrajectoryProblem` where memory is short.
  package init(_ path: String) throws {
    guard let parser = XML_ParserCreate(nil) else {
      throw TrajectoryProblem(file: path, found: "not enough memory", wanted: "more of it")
    }
    self.path = path
    self.parser = parser
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser,
      { user, name, attributes in
        guard let user, let name else { return }
        Unmanaged<VasprunDocument>.fromOpaque(user).takeUnretainedValue().begin(
          String(cString: name), attributes)
      },
      { user, _ in
        guard let user else { return }
        Unmanaged<VasprunDocument>.fromOpaque(user).takeUnretainedValue().end()
      })
    XML_SetCharacterDataHandler(parser) { user, text, count in
      guard let user, let text else { return }
      Unmanaged<VasprunDocument>.fromOpaque(user).takeUnretainedValue().collect(
        UnsafeBufferPointer(start: text, count: Int(count)))
    }
    XML_SetEntityDeclHandler(parser) { user, _, _, _, _, _, _, _, _ in
      guard let user else { return }
      Unmanaged<VasprunDocument>.fromOpaque(user).takeUnretainedValue().fail(
        "an entity declaration", "a file as VASP writes it")
    }
  }

  deinit { XML_ParserFree(parser) }

  /// - Returns: false where the document ends within an element.
  /// - Throws: `TrajectoryProblem`.
  package func parse(_ bytes: UnsafeMutableRawBufferPointer, isLast: Bool) throws -> Bool {
    let status = XML_Parse(
      parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), isLast ? 1 : 0)
    if let problem { throw problem }
    guard status == XML_STATUS_ERROR else { return true }
    if isLast { return false }
    throw TrajectoryProblem(
      file: path, line: line, found: "no XML: \(String(cString: XML_ErrorString(XML_GetErrorCode(parser))))",
      wanted: "a file as VASP writes it")
  }

  /// Moves the first waiting frame to `content.last`.
  func takeFirst() {
    if !content.frames.isEmpty { content.last = content.frames.removeFirst() }
  }

  private func fail(_ found: String, _ wanted: String) {
    guard problem == nil else { return }
    problem = TrajectoryProblem(file: path, line: line, found: found, wanted: wanted)
    XML_StopParser(parser, 0)
  }

  private func begin(_ tag: String, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) {
    guard tags.count < Self.deepest else { return fail("over \(Self.deepest) nested elements", "fewer") }
    var name = ""
    var index = 0
    while let attributes, let key = attributes[index], let value = attributes[index + 1] {
      if String(cString: key) == "name" { name = String(cString: value) }
      index += 2
    }
    tags.append(tag)
    names.append(name)
    if tag == "calculation" { (basis, positions, results) = ([], [], VasprunContent.Results()) }
    if tag == "scstep" { results.electronicSteps += 1 }
    if tag == "varray", isInStructure {
      if name == "basis" { basis = [] }
      if name == "positions" { positions = [] }
    }
    if tag == "rc" { row = [] }
    isCollecting = ["v", "c", "i"].contains(tag)
    text = ""
  }

  private func collect(_ bytes: UnsafeBufferPointer<CChar>) {
    guard isCollecting else { return }
    guard text.utf8.count + bytes.count <= Self.longestText else {
      return fail("over \(Self.longestText) characters in one element", "a number or a vector")
    }
    text += String(decoding: bytes.lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Within `calculation`, not the structures before and after the run.
  private var isInStructure: Bool { tags.contains("calculation") && tags.contains("structure") }

  private func end() {
    guard let tag = tags.popLast(), let name = names.popLast() else { return }
    switch tag {
    case "v" where isInStructure: addVector()
    case "v" where tags.contains("calculation"): addResult()
    case "i" where tags.contains("incar") || tags.contains("parameters"): setParameter(name)
    case "i" where name == "e_fr_energy" && tags.suffix(2) == ["calculation", "energy"]:
      results.energy_eV = Double(text.trimmingBlanks)
    case "i" where tags.last == "generator": content.generator[name] = text.trimmingBlanks
    case "modeling" where tags.isEmpty: content.isWhole = true
    case "c": row.append(text.trimmingBlanks)
    case "rc": addRow()
    case "calculation": endCalculation()
    default: break
    }
    isCollecting = false
  }

  private func addVector() {
    guard let array = names.last, array == "basis" || array == "positions" else { return }
    let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard numbers.count == 3, numbers.allSatisfy({ abs($0) < 1e6 }) else {
      return fail("“\(text.prefix(60))”", "three numbers of a vector")
    }
    let vector = Vector3(numbers[0], numbers[1], numbers[2])
    if array == "basis" {
      basis.append(vector)
      if basis.count > 3 { fail("more than three vectors", "the three of a cell") }
    } else {
      positions.append(vector)
      if positions.count > content.atoms.count {
        fail("more positions than the \(content.atoms.count) atoms of atominfo", "as many")
      }
    }
  }

  /// A row of the forces or of the stress of an ionic step; NaN for what is no number.
  private func addResult() {
    guard let array = names.last, array == "forces" || array == "stress" else { return }
    let numbers = text.split(whereSeparator: \.isWhitespace).map { Double($0) ?? .nan }
    guard numbers.count == 3 else { return fail("“\(text.prefix(60))”", "three numbers of a vector") }
    let vector = Vector3(numbers[0], numbers[1], numbers[2])
    if array == "stress" {
      if results.stress_kbar.count < 3 { results.stress_kbar.append(vector) }
    } else if results.forces.count < content.atoms.count {
      results.forces.append(vector)
    } else {
      fail("more forces than the \(content.atoms.count) atoms of atominfo", "as many")
    }
  }

  private func setParameter(_ name: String) {
    switch name {
    case "NELM": content.mostElectronicSteps = Int(text.trimmingBlanks) ?? content.mostElectronicSteps
    case "PSTRESS": content.addedPressure_kbar = Double(text.trimmingBlanks) ?? content.addedPressure_kbar
    case "POTIM": content.potim_fs = Double(text.trimmingBlanks) ?? content.potim_fs
    case "IBRION": content.isDynamics = Int(text.trimmingBlanks) == 0
    case "ML_OUTBLOCK": content.stepsPerOutput = max(1, min(Int(text.trimmingBlanks) ?? 1, 1_000_000))
    default: break
    }
  }

  /// A row of the tables `atoms` (element, type) and `atomtypes` (count, element, mass, …).
  private func addRow() {
    guard tags.contains("atominfo"), content.count == 0 else { return }
    if names.contains("atoms"), row.count >= 2, let type = Int(row[1]) {
      guard content.atoms.count < Self.mostAtoms else { return fail("over 10⁸ atoms", "fewer") }
      content.atoms.append((row[0], type))
    } else if names.contains("atomtypes"), row.count >= 3, let mass = Double(row[2]), mass > 0, mass < 1000 {
      content.masses[content.masses.count + 1] = mass
    }
  }

  private func endCalculation() {
    // The last one of a job that was stopped may have energies only.
    guard !basis.isEmpty || !positions.isEmpty else { return }
    guard basis.count == 3, positions.count == content.atoms.count else {
      return fail(
        "\(basis.count) vectors and \(positions.count) positions in an ionic step",
        "3 and \(content.atoms.count)")
    }
    content.frames.append(VasprunContent.Frame(basis: basis, positions: positions, results: results))
    content.count += 1
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
