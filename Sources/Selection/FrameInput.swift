import Foundation
import Support
import TrajectoryImport

/// A file or a folder with frames: extXYZ, the folder of a run of this program, or another program's trajectory.
package struct FrameInput {
  /// As the user calls it, for messages and for `source` of chosen frames.
  package var name: String
  /// Every so many frames are used: the first, and so on.
  package let every: Int
  let source: any FrameSource

  /// - Parameters:
  ///   - every: above 0.
  ///   - hints: for other programs' trajectories.
  ///   - spool: makes pipes readable; shared by all inputs.
  /// - Throws: ``InputError`` for what does not exist or is of no known format.
  package init(
    _ name: String, every: Int = 1, hints: ImportHints = ImportHints(), spool: SpooledInputs = SpooledInputs()
  ) throws {
    self.name = name
    self.every = every
    source = try asInput(name) { () -> any FrameSource in
      if isFolder(name) { return RecordSource(name: name, path: name) }
      let path = try spool.path(of: name)
      return try TrajectoryFormat(path: path, name: name) == .extxyz
        ? ExtXYZSource(name: name, path: path, spool: spool)
        : ImportedSource(name: name, hints: hints, spool: spool)
    }
  }

  /// Calls `body` with the frames that are used.
  /// - Throws: ``InputError``, and what `body` throws.
  func forEach(_ body: (SourceFrame) throws -> Void) throws {
    try asInput(name) { try source.forEach(where: { ($0 - 1) % every == 0 }, body) }
  }

  /// Calls `body` with the extXYZ of frames.
  /// - Parameter numbers: from 1.
  /// - Throws: ``InputError``, and what `body` throws.
  func forEachText(of numbers: Set<Int>, _ body: (String) throws -> Void) throws {
    guard !numbers.isEmpty else { return }
    try asInput(name) { try source.forEachText(where: numbers.contains, body) }
  }
}

/// Whether a path is a folder, or a link to one.
package func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}
