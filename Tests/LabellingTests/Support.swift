import Crystal
import Foundation
import Mathematics
import SinglePoints
import TestSupport
import Testing

@testable import Labelling

/// A frame of a test file.
struct SampleFrame {
  var elements: [String]
  var positions: [Vector3]
  var cell: [Vector3]

  /// Three atoms in an oblique cell.
  /// - Parameters:
  ///   - number: moves the atoms.
  ///   - height: of the cell, which chooses faults of `springs_program.py`.
  init(_ number: Int, height: Double = 9, elements: [String] = ["F", "Li", "F"]) {
    let x = 0.1 * Double(number)
    self.elements = elements
    positions = [[0.2 + x, 0.1, 0.4], [1.9, 2.2 - x, 0.3], [0.5, 1.1, 2.8 + x]]
    cell = [[8, 0, 0], [0.3, 8.5, 0], [-0.4, 0.6, height]]
  }

  var text: String {
    let lattice = cell.map { "\($0.x) \($0.y) \($0.z)" }.joined(separator: " ")
    let lines = zip(elements, positions).map { "\($0) \($1.x) \($1.y) \($1.z)" }
    return "\(elements.count)\nLattice=\"\(lattice)\" Properties=species:S:1:pos:R:3 tag=t\n"
      + lines.joined(separator: "\n") + "\n"
  }

  /// What `springs_program.py` gives, by its formulas.
  var springs: FrameLabel {
    let k = 0.3
    let mean = positions.reduce(Vector3(), +) / Double(positions.count)
    let u = positions.map { $0 - mean }
    let volume = abs(dot(cell[0], cross(cell[1], cell[2])))
    var stress = Tensor3()
    for v in u { stress.add(v, v * (k / volume)) }
    return FrameLabel(
      energy_eV: k / 2 * u.reduce(0) { $0 + dot($1, $1) }, forces_eV_A: u.map { $0 * -k },
      stress_eV_A3: stress)
  }
}

/// The frames of an extXYZ file with their labels.
func labelled(_ path: String) throws -> [(frame: LabelledFrame, label: FrameLabel)] {
  let reader = try LabelledFrameReader(path, arrays: ["forces"])
  var found: [(LabelledFrame, FrameLabel)] = []
  while let frame = try reader.next() {
    let energy = try #require(try frame.numbers("energy", counts: [1])?.first)
    let label = FrameLabel(
      energy_eV: energy, forces_eV_A: try #require(frame.vectors["forces"]),
      stress_eV_A3: try frame.numbers("stress", counts: [9]).map { Tensor3($0[...]) })
    found.append((frame, label))
  }
  return found
}

/// The largest difference of two labels, relative to nothing: eV, eV/Å and eV/Å³ alike.
func difference(_ a: FrameLabel, _ b: FrameLabel) -> Double {
  guard a.forces_eV_A.count == b.forces_eV_A.count, let s = a.stress_eV_A3, let t = b.stress_eV_A3 else {
    return .infinity
  }
  let forces = zip(a.forces_eV_A, b.forces_eV_A).map { length($0 - $1) }
  let stress = zip(s.elements, t.elements).map { abs($0 - $1) }
  return (forces + stress + [abs(a.energy_eV - b.energy_eV)]).max() ?? .infinity
}

extension TemporaryFolder {
  func frames(_ name: String, _ frames: [SampleFrame]) throws -> String {
    try file(name, frames.map(\.text).joined())
  }

  func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
}
