import Crystal
import Foundation
import Mathematics
import Trajectory

/// Reads DCD as CHARMM, NAMD, LAMMPS, OpenMM and MDAnalysis write it: Fortran records of single-precision coordinates, in Å,
/// little- or big-endian, with the unit cell before each frame. The atoms come from a structure file.
final class DCDArchive: FrameArchive {
  let atoms: ImportedAtoms
  let frameCount: Int
  private(set) var warnings: [String] = []
  let timeGuess: String?
  private let file: BinaryFile
  private let isSwapped: Bool
  private let hasCell: Bool
  /// Bytes up to the first frame, and of one frame.
  private let start: Int
  private let frameBytes: Int
  private let atomCount: Int
  private let firstStep: Int
  private let stride: Int
  private let timestep_ps: Double?

  /// CHARMM's unit of time, ps.
  private static let akma_ps = 0.04888821

  /// - Throws: `TrajectoryProblem`.
  init(_ path: String, hints: ImportHints) throws {
    let file = try BinaryFile(path)
    self.file = file
    let length = try file.numbers(UInt32.self, 1, at: 0)[0]
    guard length == 84 || length.byteSwapped == 84 else {
      throw file.problem(
        0, "a first record of \(length) bytes", "the 84 bytes of a DCD header with 32-bit record lengths")
    }
    let isSwapped = length != 84
    self.isSwapped = isSwapped
    func integer(_ offset: Int) throws -> Int {
      let value = try file.numbers(Int32.self, 1, at: offset)[0]
      return Int(isSwapped ? value.byteSwapped : value)
    }
    let control = try (0..<20).map { try integer(8 + 4 * $0) }
    hasCell = control[10] != 0
    guard control[8] == 0 else {
      throw file.problem(40, "\(control[8]) fixed atoms", "none: all atoms in each frame")
    }
    guard control[11] == 0 else { throw file.problem(52, "a fourth dimension", "three") }
    let titles = try integer(92)
    guard (4...(1 << 20)).contains(titles), try integer(88 + 8 + titles) == titles || titles > 0 else {
      throw file.problem(92, "a record of titles of \(titles) bytes", "at most 1 MiB")
    }
    let text = String(decoding: try file.bytes(titles, at: 96), as: UTF8.self)
    let counts = 96 + titles + 4
    guard try integer(counts) == 4 else {
      throw file.problem(counts, "no record with the number of atoms", "one of 4 bytes")
    }
    atomCount = try integer(counts + 4)
    start = counts + 12
    guard atomCount > 0, atomCount <= file.size / 12 else {
      throw file.problem(counts + 4, "\(atomCount) atoms", "as many as the file has place for")
    }
    frameBytes = (hasCell ? 56 : 0) + 3 * (4 * atomCount + 8)
    frameCount = (file.size - start) / frameBytes
    guard frameCount > 0 else { throw file.problem(start, "no whole frame", "at least one") }
    if (file.size - start) % frameBytes != 0 {
      warnings.append("\(path): frame \(frameCount + 1) is cut short and left out")
    }
    firstStep = control[1]
    stride = max(1, control[2])
    let delta = Double("\(Float(bitPattern: UInt32(truncatingIfNeeded: control[9])))") ?? 0
    (timestep_ps, timeGuess) = Self.timestep(delta, text, hints)
    atoms = try TopologyFile.atoms(for: path, count: atomCount, hints, &warnings)
  }

  /// LAMMPS writes the time step in its own units, others in CHARMM's.
  private static func timestep(_ delta: Double, _ titles: String, _ hints: ImportHints) -> (Double?, String?)
  {
    guard delta.isFinite, delta > 0 else { return (nil, nil) }
    guard titles.contains("LAMMPS") else {
      // Single precision has no more digits.
      let timestep_ps = Double(String(format: "%.6g", delta * akma_ps)) ?? delta * akma_ps
      return (
        timestep_ps,
        "the time step of the DCD, \(number(delta)), is taken as in CHARMM's units of 48.888 fs"
      )
    }
    if let units = hints.units { return (delta * (units == .real ? 1e-3 : 1), nil) }
    return (
      delta,
      "the time step of LAMMPS's DCD, \(number(delta)), is taken as ps, as in its metal units (--units real: fs)"
    )
  }

  func stamp(_ index: Int) throws -> FrameStamp {
    let step = firstStep + index * stride
    return FrameStamp(step: step, time_ps: timestep_ps.map { $0 * Double(step) })
  }

  func read(_ index: Int, into frame: inout ImportedFrame) throws {
    var offset = start + index * frameBytes
    frame.hasCell = false
    if hasCell {
      try checkRecord(offset, 48)
      let six = try doubles(6, at: offset + 4)
      // a, γ, b, β, α, c; angles in degrees, or as cosines.
      let angles = [six[4], six[3], six[1]].map { abs($0) <= 1 ? acos($0) * 180 / .pi : $0 }
      frame.hasCell = six[0] != 0 || six[2] != 0 || six[5] != 0
      if frame.hasCell {
        frame.cell = try CellText.cell([six[0], six[2], six[5]] + angles) { file.problem(offset, $0, $1) }
      }
      offset += 56
    }
    var axes: [[Float]] = []
    for _ in 0..<3 {
      try checkRecord(offset, 4 * atomCount)
      axes.append(
        try file.numbers(UInt32.self, atomCount, at: offset + 4).map {
          Float(bitPattern: isSwapped ? $0.byteSwapped : $0)
        })
      offset += 4 * atomCount + 8
    }
    guard axes.allSatisfy({ $0.allSatisfy { abs($0) < 1e9 } }) else {
      throw file.problem(offset, "positions that are no numbers, in frame \(index + 1)", "positions in Å")
    }
    frame.positions = (0..<atomCount).map {
      Vector3(Double(axes[0][$0]), Double(axes[1][$0]), Double(axes[2][$0]))
    }
    frame.isUnwrapped = false
  }

  private func checkRecord(_ offset: Int, _ length: Int) throws {
    for place in [offset, offset + 4 + length] {
      let value = try file.numbers(UInt32.self, 1, at: place)[0]
      guard (isSwapped ? value.byteSwapped : value) == UInt32(length) else {
        throw file.problem(place, "a record of \(value) bytes", "one of \(length)")
      }
    }
  }

  private func doubles(_ count: Int, at offset: Int) throws -> [Double] {
    try file.numbers(UInt64.self, count, at: offset).map {
      Double(bitPattern: isSwapped ? $0.byteSwapped : $0)
    }
  }
}
