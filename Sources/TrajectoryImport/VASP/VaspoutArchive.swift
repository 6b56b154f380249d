import Crystal
import HDF5
import Mathematics
import Trajectory

/// Reads VASP's `vaspout.h5` (VASP 6, built with HDF5): the positions and cells of the ionic steps.
final class VaspoutArchive: FrameArchive {
  let atoms: ImportedAtoms
  let frameCount: Int
  private(set) var warnings: [String] = []
  let timeGuess: String? = nil
  private let path: String
  private let positions: HDF5Dataset
  private let lattice: HDF5Dataset
  private let scale: Double
  private let potim_fs: Double?

  private static let place = "intermediate/ion_dynamics"

  /// - Throws: `TrajectoryProblem`.
  init(_ path: String, hints: ImportHints) throws {
    self.path = path
    do {
      let mode: HDF5File.Mode = try SuperblockFlags.isMarkedOpen(path) ? .singleWriterReader : .readOnly
      try HDF5File.probe(path, mode)
      let root = try HDF5File.open(path, mode).root()
      func wrong(_ place: String, _ found: String, _ wanted: String) -> TrajectoryProblem {
        TrajectoryProblem(file: path, place: "/\(place)", found: found, wanted: wanted)
      }
      guard try root.exists("\(Self.place)/position_ions"), try root.exists("\(Self.place)/lattice_vectors")
      else {
        throw wrong(Self.place, "no position_ions and lattice_vectors", "the ionic steps of a run")
      }
      positions = try root.dataset("\(Self.place)/position_ions")
      lattice = try root.dataset("\(Self.place)/lattice_vectors")
      let shape = try positions.shape()
      try positions.requireWhole()
      try lattice.requireWhole()
      guard shape.count == 3, shape[2] == 3, (1...100_000_000).contains(shape[1]),
        (1...FrameJoin.mostFrames).contains(shape[0])
      else { throw wrong("\(Self.place)/position_ions", "the shape \(shape)", "steps, atoms and three axes") }
      let cells = try lattice.shape()
      guard cells.count == 3, cells[1...] == [3, 3], cells[0] >= shape[0] || cells[0] == 1 else {
        throw wrong("\(Self.place)/lattice_vectors", "the shape \(cells)", "[\(shape[0])][3][3]")
      }
      frameCount = shape[0]
      let names = try root.dataset("results/positions/ion_types").readTexts()
      let counts = try root.dataset("results/positions/number_ion_types").read(Int64.self).map { Int($0) }
      guard names.count == counts.count, counts.allSatisfy({ (0...100_000_000).contains($0) }),
        counts.reduce(0, +) == shape[1]
      else {
        throw wrong("results/positions", "\(counts) atoms of \(names.count) types", "\(shape[1]) atoms")
      }
      let labels = zip(names, counts).enumerated().flatMap { type, pair in
        Array(
          repeating: AtomLabel(
            name: String(pair.0.prefix { $0 != "_" && $0 != "/" && $0 != " " }), type: type + 1),
          count: pair.1)
      }
      let named = try NamedAtoms(labels, hints, file: path) { wrong("results/positions/ion_types", $0, $1) }
      warnings += named.notes
      atoms = named.atoms(ids: Array(1...shape[1]))
      scale = try Self.number("results/positions/scale", root) ?? 1
      let isDynamics = try Self.number("input/incar/IBRION", root) == 0
      potim_fs = try isDynamics ? Self.number("input/incar/POTIM", root) : nil
    } catch {
      throw H5MDReader.problem(error, path)
    }
  }

  private static func number(_ name: String, _ root: HDF5Group) throws -> Double? {
    guard try root.exists(name) else { return nil }
    let dataset = try root.dataset(name)
    guard try dataset.shape().reduce(1, *) == 1, let value = try? dataset.read(Double.self).first,
      value.isFinite
    else { return nil }
    return value
  }

  func stamp(_ index: Int) throws -> FrameStamp {
    guard let potim_fs, potim_fs > 0 else { return FrameStamp(step: index) }
    return FrameStamp(step: index, time_ps: Double(index) * potim_fs * 1e-3)
  }

  func read(_ index: Int, into frame: inout ImportedFrame) throws {
    do {
      let hasOneCell = try lattice.shape()[0] == 1
      let v = try lattice.read(Double.self, at: [hasOneCell ? 0 : index, 0, 0], count: [1, 3, 3]).map {
        $0 * scale
      }
      let s = try positions.read(Double.self, at: [index, 0, 0], count: [1, atoms.ids.count, 3])
      frame.cell = try importedCell([[v[0], v[1], v[2]], [v[3], v[4], v[5]], [v[6], v[7], v[8]]]) {
        TrajectoryProblem(file: path, place: "\(lattice.path), step \(index + 1)", found: $0, wanted: $1)
      }
      guard s.allSatisfy({ abs($0) < 1e6 }) else {
        throw TrajectoryProblem(
          file: path, place: "\(positions.path), step \(index + 1)", found: "positions that are no numbers",
          wanted: "shares of the cell")
      }
      frame.positions = atoms.ids.indices.map {
        frame.cell.cartesian([s[3 * $0], s[3 * $0 + 1], s[3 * $0 + 2]])
      }
      frame.isUnwrapped = false
    } catch {
      throw H5MDReader.problem(error, path)
    }
  }
}
