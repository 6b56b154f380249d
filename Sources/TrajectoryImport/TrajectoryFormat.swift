import Decompression
import Foundation
import HDF5
import Trajectory

/// The formats of other programs' trajectories.
public enum TrajectoryFormat: String, CaseIterable, Sendable {
  case lammpsDump = "lammps-dump"
  case extxyz
  /// XYZ without a lattice: of CP2K, i-PI and others.
  case xyz
  case xdatcar
  /// VASP's vasprun.xml.
  case vasprun
  /// VASP's vaspout.h5.
  case vaspout
  case h5md
  /// NetCDF by the AMBER convention, which LAMMPS writes too.
  case netcdf
  /// ASE's .traj.
  case aseTrajectory = "ase-traj"
  case dcd
  case xtc

  /// All of them, for messages.
  public static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// From the beginning of the file; extXYZ and XDATCAR from a file name that identifies them.
  ///
  /// - Parameter name: the file's name, where it is opened by another.
  /// - Throws: `TrajectoryProblem` where the file can't be read or has none of the formats.
  public init(path: String, name: String? = nil) throws {
    let start = try TrajectoryBytes.translating { try firstBytes(path, name: name, count: 16_384) }
    guard !start.isEmpty else {
      throw TrajectoryProblem(file: name ?? path, found: "an empty file", wanted: "a trajectory")
    }
    if let binary = try Self(binary: start, path: path) {
      try Self.checkUnpacked(path, binary)
      self = binary
      return
    }
    try Self.refuseBinary(start, path)
    guard let format = Self(text: String(decoding: start, as: UTF8.self), name: name ?? path) else {
      let text = String(decoding: start.prefix(200), as: UTF8.self)
      throw TrajectoryProblem(
        file: path, found: "a file that begins with “\(text.prefix(40).filter { !$0.isNewline })”",
        wanted: "a trajectory as \(Self.names), or its format by --format")
    }
    self = format
  }

  private init?(binary start: [UInt8], path: String) throws {
    func has(_ bytes: [UInt8], at place: Int = 0) -> Bool { start.dropFirst(place).starts(with: bytes) }
    if has([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = try HDF5Kind(path).format
    } else if has(Array("CDF".utf8)), start.count > 3, [1, 2, 5].contains(start[3]) {
      self = .netcdf
    } else if has(Array("- of Ulm".utf8)) {
      self = .aseTrajectory
    } else if has(Array("CORD".utf8), at: 4) || has(Array("CORD".utf8), at: 8) {
      self = .dcd
    } else if has([0, 0, 0x07, 0xCB]) || has([0, 0, 0x07, 0xE7]) {
      self = .xtc
    } else {
      return nil
    }
  }

  /// Binary files are read at any place, which a compressed one does not allow.
  private static func checkUnpacked(_ path: String, _ format: TrajectoryFormat) throws {
    let signature = try TrajectoryBytes.translating { try FileBytes(path, name: path).signature() }
    guard let compression = Compression(signature: signature) else { return }
    throw TrajectoryProblem(
      file: path, found: "a \(format.rawValue) file packed by \(compression.rawValue)",
      wanted: "it unpacked: only text is read as it is packed")
  }

  private static func refuseBinary(_ start: [UInt8], _ path: String) throws {
    let head = Data(start.prefix(64))
    if start.count > 24, ["DUMPCUSTOM", "DUMPATOM"].contains(where: { head.range(of: Data($0.utf8)) != nil })
    {
      throw TrajectoryProblem(
        file: path, found: "a binary dump of LAMMPS",
        wanted:
          "text: LAMMPS's tool binary2txt makes it of one (binary2txt FILE), or dump it as text or netcdf")
    }
    guard !start.contains(0) else {
      throw TrajectoryProblem(file: path, found: "a binary file of no known format", wanted: names)
    }
  }

  private init?(text: String, name: String) {
    var text = Substring(text)
    if text.first == "\u{FEFF}" { text.removeFirst() }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let filled = lines.drop { $0.allSatisfy(\.isWhitespace) }.prefix(2).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    let base = (name as NSString).lastPathComponent
    if filled.first?.hasPrefix("ITEM:") == true {
      self = .lammpsDump
    } else if filled.first?.hasPrefix("<?xml") == true, text.contains("<modeling>") {
      self = .vasprun
    } else if filled.count > 1, Int(filled[0]) != nil, filled[1].contains("Lattice=") {
      self = .extxyz
    } else if base.hasPrefix("XDATCAR") || base.uppercased().hasSuffix("XDATCAR")
      || lines.contains(where: { $0.drop(while: \.isWhitespace).hasPrefix("Direct configuration") })
    {
      self = .xdatcar
    } else if filled.count > 0, Int(filled[0]) != nil, Self.looksLikeXYZ(lines) {
      self = .xyz
    } else if Self.unpackedName(base).hasSuffix(".xyz") || Self.unpackedName(base).hasSuffix(".extxyz") {
      self = .extxyz
    } else {
      return nil
    }
  }

  /// A number, a comment, and a line of a name and three numbers.
  private static func looksLikeXYZ(_ lines: [Substring]) -> Bool {
    guard let first = lines.firstIndex(where: { !$0.allSatisfy(\.isWhitespace) }), lines.count > first + 2
    else { return false }
    let fields = lines[first + 2].split(whereSeparator: \.isWhitespace)
    return fields.count >= 4 && fields[1...3].allSatisfy { Double($0) != nil }
  }

  /// `a.xyz` of `a.xyz.gz`.
  private static func unpackedName(_ name: String) -> String {
    for ending in [".gz", ".zst", ".xz", ".bz2"] where name.lowercased().hasSuffix(ending) {
      return String(name.dropLast(ending.count)).lowercased()
    }
    return name.lowercased()
  }

  /// Whether positions are shares of the cell's vectors.
  var isFractional: Bool {
    switch self {
    case .xdatcar, .vasprun, .vaspout: true
    default: false
    }
  }

  func reader(_ path: String, name: String, _ hints: ImportHints) throws -> any TrajectoryReader {
    switch self {
    case .lammpsDump: try TextTrajectoryReader(path, name: name) { LAMMPSDumpParser($0, hints: hints) }
    case .extxyz, .xyz:
      try TextTrajectoryReader(path, name: name) {
        try XYZFrameParser($0, hints: hints, cells: CP2KCells(beside: path))
      }
    case .xdatcar: try TextTrajectoryReader(path, name: name) { XDATCARParser($0, hints: hints) }
    case .vasprun: try VasprunReader(path, name: name, hints: hints)
    case .vaspout: ArchiveReader(path, try VaspoutArchive(path, hints: hints))
    case .h5md: try H5MDReader(path, hints: hints)
    case .netcdf: ArchiveReader(path, try NetCDFArchive.opened(path, hints: hints))
    case .aseTrajectory: ArchiveReader(path, try UlmArchive(path, hints: hints))
    case .dcd: ArchiveReader(path, try DCDArchive(path, hints: hints))
    case .xtc: ArchiveReader(path, try XTCArchive(path, hints: hints))
    }
  }
}

/// What an HDF5 file holds.
private struct HDF5Kind {
  let format: TrajectoryFormat

  init(_ path: String) throws {
    do {
      let mode: HDF5File.Mode = try SuperblockFlags.isMarkedOpen(path) ? .singleWriterReader : .readOnly
      try HDF5File.probe(path, mode)
      let root = try HDF5File.open(path, mode).root()
      if try root.exists("intermediate/ion_dynamics") || root.exists("results/positions") {
        format = .vaspout
      } else {
        guard try !root.hasAttribute("Conventions") else {
          throw TrajectoryProblem(
            file: path, found: "NetCDF on HDF5", wanted: "classic NetCDF, as nccopy -k cdf5 OLD NEW makes it")
        }
        format = .h5md
      }
    } catch let error as HDF5Error {
      throw H5MDReader.problem(error, path)
    }
  }
}
