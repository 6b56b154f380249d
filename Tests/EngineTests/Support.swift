import Crystal
import EngineSocket
import Foundation
import Mathematics
import TestSupport
import Testing

/// Atoms in a cell whose vectors lie along no axis.
func skewFrame() -> Structure {
  let cell = Cell(a: [9.1, 1.3, -0.7], b: [-2.2, 8.4, 1.9], c: [0.8, -1.7, 10.3])
  let s: [Vector3] = [
    [0.05, 0.1, 0.02], [0.52, 0.07, 0.11], [0.1, 0.48, 0.2], [0.61, 0.55, 0.07], [0.2, 0.02, 0.55],
    [0.63, 0.15, 0.61], [0.08, 0.6, 0.66], [0.5, 0.58, 0.52],
  ]
  return Structure(
    cell: cell, elements: [String](repeating: "Ar", count: s.count), positions: s.map(cell.cartesian),
    moleculeOfAtom: Array(s.indices))
}

extension Structure {
  var frame: EngineFrame { EngineFrame(cell: cell, positions: positions) }
}

/// A session whose client is one of the tests', run by the tests' Python.
func session(
  _ arguments: [String], _ structure: Structure, in folder: TemporaryFolder,
  _ change: (inout EngineSettings) -> Void = { _ in }
) throws -> EngineSession {
  let python = try #require(Python.path)
  var settings = EngineSettings(
    command: ClientWords([python] + arguments), directory: folder.file("engine"),
    log: folder.file("engine.log"))
  settings.timeout_s = 60
  change(&settings)
  return EngineSession(settings, structure: structure)
}

/// The number behind a word in a client's log.
func number(_ word: String, in folder: TemporaryFolder) throws -> pid_t {
  let text = try String(contentsOfFile: folder.file("engine.log"), encoding: .utf8)
  let line = try #require(text.split(separator: "\n").last { $0.hasPrefix("\(word) ") })
  return try #require(pid_t(line.split(separator: " ")[1]))
}

/// Whether a process runs.
func isRunning(_ process: pid_t) -> Bool {
  guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return false }
  return !String(decoding: data, as: UTF8.self).contains(") Z ")
}

func largestDifference(_ a: [Vector3], _ b: [Vector3]) -> Double {
  a.count == b.count ? zip(a, b).map { length($0 - $1) }.max() ?? 0 : .infinity
}
