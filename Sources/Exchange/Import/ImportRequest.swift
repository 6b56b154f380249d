import Crystal
import Foundation
import HDF5
import Manifest
import Results
import Support
import Trajectory
import TrajectoryImport
import Units

/// The request of `paddlewheel import`: files of other programs, and the data that these do not contain.
package struct ImportRequest: Sendable {
  /// The files of each run, in order; absolute paths.
  package var runs: [[String]]
  /// The directory of the new study; absent or empty.
  package var output: String
  /// Names of the diffusing ions.
  package var mobile: [String]
  /// Their charges; nil to leave them to what the files and the table of usual charges say.
  package var charge: MobileCharge?
  /// One for all runs or one for each, K; empty to use those in the files.
  package var temperatures_K: [Double]
  /// By element or by ion, amu.
  package var masses_amu: AtomMasses
  /// What is said of the ions.
  package var declared: IonDeclarations
  package var command: [String]
  var format: TrajectoryFormat?
  var hints: ImportHints

  /// The options of the command line, as strings.
  package struct Options: Sendable {
    package var temperature: String?
    package var frameInterval: String?
    package var timestep: String?
    package var masses: String?
    package var charge: String?
    package var elements: String?
    package var units: String?
    package var format: String?
    /// Each like `PS4=-3`.
    package var ions: [String] = []
    /// Each like `P-S=2.4`.
    package var bonds: [String] = []
    package var isUnwrapped = false
    package var skip: String?
    package var until: String?
    package var every: String?
    package var cell: String?
    package var topology: String?

    package init() {}
  }

  /// - Parameters:
  ///   - files: one entry per run; the files of one run joined by `+`.
  ///   - mobile: the diffusing ions, joined by commas.
  /// - Throws: ``InputError`` naming the option.
  package init(
    files: [String], output: String, mobile: String, options: Options, command: [String] = []
  ) throws {
    let here = FileManager.default.currentDirectoryPath
    runs = try files.map { try Self.segments($0, in: here) }
    self.output = output
    self.command = command
    let ions = try Self.mobileIons(mobile)
    self.mobile = ions
    charge = try options.charge.map { try Self.charge($0, of: ions) }
    temperatures_K =
      try options.temperature.map {
        try Self.list($0).map { try quantityOption($0, as: .temperature, "--temperature") }
      } ?? []
    guard temperatures_K.count < 2 || temperatures_K.count == runs.count else {
      throw InputError(
        key: "--temperature", found: "\(temperatures_K.count) temperatures for \(runs.count) runs",
        wanted: "one for all or one for each")
    }
    masses_amu = try options.masses.map(Self.masses) ?? [:]
    declared = try IonDeclarations(ions: options.ions, bonds: options.bonds)
    hints = ImportHints()
    hints.mobile = ions.first { Element(symbol: $0) != nil }
    hints.isUnwrapped = options.isUnwrapped
    hints.frameInterval_ps = try options.frameInterval.map {
      try quantityOption($0, as: .time, "--frame-interval")
    }
    hints.timestep_ps = try options.timestep.map { try quantityOption($0, as: .time, "--timestep") }
    hints.elements = try options.elements.map(ElementsOption.elements)
    hints.skip_ps = try options.skip.map { try quantityOption($0, as: .time, "--skip") }
    hints.until_ps = try options.until.map { try quantityOption($0, as: .time, "--until") }
    hints.every = try options.every.map(Self.every)
    hints.cell = try options.cell.map(Self.cell)
    hints.topology = options.topology.map { absolutePath($0, from: here) }
    hints.units = try options.units.map { try Self.choice($0, ImportHints.Units.self, "--units") }
    format = try options.format.map { try Self.choice($0, TrajectoryFormat.self, "--format") }
  }

  /// A name that exists as a file is that file, even if it contains a plus or a wildcard.
  private static func segments(_ text: String, in folder: String) throws -> [String] {
    if FileManager.default.fileExists(atPath: text) { return [absolutePath(text, from: folder)] }
    let parts = text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy({ !$0.isEmpty }) else {
      throw InputError(found: "'\(text)'", wanted: "a file, or the files of a run joined by +")
    }
    return try parts.flatMap { try FilePattern.files($0) }.map { absolutePath($0, from: folder) }
  }

  /// A number of frames or a time.
  private static func every(_ text: String) throws -> ImportHints.Every {
    if let count = Int(text.trimmingCharacters(in: .whitespaces)) {
      guard (1...1_000_000_000).contains(count) else {
        throw InputError(
          key: "--every", found: "'\(text.prefix(80))'", wanted: "a number of frames from 1 on, or a time")
      }
      return .frames(count)
    }
    return .time(try quantityOption(text, as: .time, "--every"))
  }

  private static func cell(_ text: String) throws -> Cell {
    guard let cell = CellText.cell(text) else {
      throw InputError(key: "--cell", found: "'\(text.prefix(120))'", wanted: CellText.wanted)
    }
    return cell
  }

  /// As the manifest keeps it.
  var frames: FrameSelection {
    let every: FrameSelection.Stride? =
      switch hints.every {
      case nil: nil
      case .frames(let count): .frames(count)
      case .time(let time_ps): .time_ps(time_ps)
      }
    return FrameSelection(skip_ps: hints.skip_ps, until_ps: hints.until_ps, every: every)
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private static func choice<T: RawRepresentable & CaseIterable>(
    _ text: String, _: T.Type, _ option: String
  ) throws -> T where T.RawValue == String {
    guard let value = T(rawValue: text) else {
      throw InputError(
        key: option, found: "'\(text.prefix(80))'",
        wanted: "one of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return value
  }

  private static func mobileIons(_ text: String) throws -> [String] {
    let ions = list(text).map(MoleculeKind.canonical)
    guard ions.count <= mostMobileSpecies, Set(ions).count == ions.count,
      ions.allSatisfy({ isFormula($0) && ($0.contains { $0.isNumber } || isKnown($0)) })
    else {
      throw InputError(
        key: "--mobile", found: "'\(text.prefix(80))'",
        wanted: "an element's symbol or an ion's formula, such as Na or B12H12, or several: Li,Na")
    }
    return ions
  }

  /// Whether a formula consists of elements' symbols.
  private static func isKnown(_ formula: String) -> Bool {
    MoleculeKind(formula: formula) != nil
  }

  /// A charge, or those of several ions, `Li=1,Mg=2`.
  private static func charge(_ text: String, of ions: [String]) throws -> MobileCharge {
    func wrong(_ found: String) -> InputError {
      InputError(
        key: "--charge", found: "'\(found.prefix(80))'",
        wanted: ions.count == 1
          ? "a charge other than 0, up to 20, such as 2 or -1"
          : "the charge of each mobile ion, other than 0, up to 20: "
            + ions.map { "\($0)=1" }.joined(separator: ","))
    }
    func number(_ text: String) throws -> Double {
      guard let value = decimalNumber(text), value != 0, abs(value) <= 20 else { throw wrong(text) }
      return value
    }
    if !text.contains("=") {
      guard ions.count == 1 else { throw wrong(text) }
      return .one(try number(text.trimmingCharacters(in: .whitespaces)))
    }
    var charges: [String: Double] = [:]
    for item in list(text) {
      let parts = item.split(separator: "=", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard parts.count == 2, ions.contains(parts[0]), charges[parts[0]] == nil else { throw wrong(item) }
      charges[parts[0]] = try number(parts[1])
    }
    return .each(charges)
  }

  private static func masses(_ text: String) throws -> AtomMasses {
    var masses: [String: Double] = [:]
    for item in list(text) {
      let parts = item.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2, let name = massName(parts[0]), masses[name] == nil,
        let mass = decimalNumber(parts[1]) ?? (try? Quantity.parse(parts[1], as: .mass)), mass > 0,
        mass < 1000
      else {
        throw InputError(
          key: "--masses", found: "'\(item.prefix(80))'",
          wanted: "masses in amu, such as \"H=2.014,Na=22.99\", or of an element in an ion, \"BH4.H=2.014\"")
      }
      masses[name] = mass
    }
    return AtomMasses(flat: masses)
  }

  /// `H`, or `BH4.H` with the ion under the one name by which it goes; nil for anything else.
  private static func massName(_ text: String) -> String? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let symbol = parts.last, let element = Element(symbol: symbol), !element.isIsotope else {
      return nil
    }
    if parts.count == 1 { return symbol }
    guard parts.count == 2, let ion = MoleculeKind(formula: parts[0]), ion.composition[symbol] != nil else {
      return nil
    }
    return "\(ion.name).\(symbol)"
  }
}
