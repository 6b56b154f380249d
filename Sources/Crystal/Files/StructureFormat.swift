import Foundation

/// The formats of structure files.
public enum StructureFormat: String, CaseIterable, Sendable {
  case cif
  case extxyz
  case poscar
  case lammpsData = "lammps-data"

  /// The file name extensions of the format, without the dot; compared case-insensitively.
  public var endings: [String] {
    switch self {
    case .cif: ["cif"]
    case .extxyz: ["extxyz", "xyz"]
    case .poscar: ["vasp", "poscar", "contcar"]
    case .lammpsData: ["data", "lmp"]
    }
  }

  /// From the file name's extension, or from the whole name or its beginning for VASP's own names
  /// (`POSCAR`, `CONTCAR`, `POSCAR_relaxed`, `CONTCAR-2`).
  ///
  /// - Throws: `StructureError.file` where neither determines the format.
  public init(path: String) throws {
    let name = (path as NSString).lastPathComponent
    let ending = (name as NSString).pathExtension.lowercased()
    if let format = Self.allCases.first(where: { $0.endings.contains(ending) }) {
      self = format
    } else if name.hasPrefix("POSCAR") || name.hasPrefix("CONTCAR") {
      self = .poscar
    } else {
      let known = Self.allCases.flatMap(\.endings).map { "." + $0 }.joined(separator: ", ")
      throw StructureError.file(
        path: path,
        reason: """
          the name tells no format of structure files; wanted an ending \(known), a name POSCAR or \
          CONTCAR, or the format by name: \(Self.names)
          """)
    }
  }

  /// From the name on the command line.
  ///
  /// - Throws: `StructureError.value`.
  public init(name: String) throws {
    guard let format = Self(rawValue: name) else {
      throw StructureError.value(name: "format", found: "“\(name)”", wanted: Self.names)
    }
    self = format
  }

  private static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
