import Foundation
import HDF5
import Trajectory

/// The formats of other programs' trajectories.
public enum TrajectoryFormat: String, CaseIterable, Sendable {
  case lammpsDump = "lammps-dump"
  case extxyz
  case xdatcar
  case h5md

  /// All of them, for messages.
  public static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// From the beginning of the file; extXYZ and XDATCAR from a file name that identifies them.
  ///
  /// - Throws: `TrajectoryProblem` where the file can't be read or has none of the formats.
  public init(path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
      let handle = FileHandle(forReadingAtPath: path)
    else { throw TrajectoryProblem(file: path, found: "no such file", wanted: "a trajectory") }
    defer { try? handle.close() }
    let start = (try? handle.read(upToCount: 4096)) ?? Data()
    if start.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .h5md
      return
    }
    guard !start.contains(0) else {
      throw TrajectoryProblem(
        file: path,
        found: "a binary file" + (start.starts(with: [0x1F, 0x8B]) ? " (gzip: unpack it first)" : ""),
        wanted: Self.names)
    }
    let text = String(decoding: start, as: UTF8.self)
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let name = (path as NSString).lastPathComponent
    if text.hasPrefix("ITEM:") {
      self = .lammpsDump
    } else if lines.count > 1, Int(lines[0].filter { !$0.isWhitespace }) != nil,
      lines[1].contains("Lattice=")
    {
      self = .extxyz
    } else if name.hasPrefix("XDATCAR") || name.uppercased().hasSuffix("XDATCAR")
      || lines.contains(where: { $0.drop(while: \.isWhitespace).hasPrefix("Direct configuration") })
    {
      self = .xdatcar
    } else if name.hasSuffix(".xyz") || name.hasSuffix(".extxyz") {
      self = .extxyz
    } else {
      throw TrajectoryProblem(
        file: path, found: "a file that begins with “\(text.prefix(40).filter { !$0.isNewline })”",
        wanted: "a trajectory as \(Self.names), or its format by --format")
    }
  }

  func reader(_ path: String, _ hints: ImportHints) throws -> any TrajectoryReader {
    switch self {
    case .lammpsDump: try TextTrajectoryReader(path) { LAMMPSDumpParser($0, hints: hints) }
    case .extxyz: try TextTrajectoryReader(path) { ExtXYZFrameParser($0) }
    case .xdatcar: try TextTrajectoryReader(path) { XDATCARParser($0) }
    case .h5md: try H5MDReader(path, hints: hints)
    }
  }
}
