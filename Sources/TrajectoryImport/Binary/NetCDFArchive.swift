import Crystal
import Mathematics
import NetCDF
import Trajectory

/// Reads NetCDF trajectories of the AMBER convention (ambermd.org/netcdf/nctraj.xhtml): of AMBER, MDAnalysis and others, and of
/// LAMMPS (`dump netcdf`) with ids, types, images and unwrapped coordinates.
final class NetCDFArchive: FrameArchive {
  let atoms: ImportedAtoms
  let frameCount: Int
  private(set) var warnings: [String] = []
  let timeGuess: String? = nil
  private let file: NetCDFFile
  private let atomCount: Int
  private var order: AtomOrder
  private let place: Place
  private let id: NetCDFFile.Variable?
  private let time: Clock
  private let lengths: NetCDFFile.Variable?
  private let angles: NetCDFFile.Variable?
  private let origin: NetCDFFile.Variable?
  private let cellUnit_A: Double

  /// Where the positions are.
  private struct Place {
    enum Kind { case cartesian, scaled, unwrapped }
    var variable: NetCDFFile.Variable
    var kind: Kind
    var images: [NetCDFFile.Variable]
    var unit_A: Double
  }

  /// The variable `time`.
  private struct Clock {
    var variable: NetCDFFile.Variable?
    /// LAMMPS writes steps, and how long one is.
    var step_ps: Double?
    /// nil for an unknown unit.
    var unit_ps: Double?
  }

  private static let lengths_A = [
    "angstrom": 1, "Angstrom": 1, "angstroms": 1, "A": 1, "nanometer": 10, "nm": 10, "Bohr": 0.529177210903,
    "bohr": 0.529177210903,
  ]
  private static let times_ps = [
    "picosecond": 1, "ps": 1, "picoseconds": 1, "femtosecond": 1e-3, "fs": 1e-3, "nanosecond": 1e3,
  ]

  /// - Throws: `TrajectoryProblem`.
  static func opened(_ path: String, hints: ImportHints) throws -> NetCDFArchive {
    try asTrajectoryProblem { try NetCDFArchive(path, hints: hints) }
  }

  private init(_ path: String, hints: ImportHints) throws {
    let file = try NetCDFFile(path)
    self.file = file
    guard file.text("Conventions")?.contains("AMBER") == true else {
      throw file.problem(
        "Conventions", "'\(file.text("Conventions") ?? "none")'", "AMBER, a trajectory's convention")
    }
    guard let frames = try file.extent("frame"), let count = try file.extent("atom"), frames > 0 else {
      throw file.problem(nil, "no frames of atoms", "the dimensions frame and atom of a trajectory")
    }
    // Three coordinates of two bytes are the least that an atom can have.
    guard count > 0, count <= file.size / 6, frames <= min(file.size, FrameJoin.mostFrames) else {
      throw file.problem(nil, "\(frames) frames of \(count) atoms", "as many as the file has place for")
    }
    (frameCount, atomCount) = (frames, count)
    place = try Self.place(file)
    time = try Self.clock(file, &warnings)
    lengths = try file.variable("cell_lengths")
    angles = try file.variable("cell_angles")
    origin = try file.variable("cell_origin")
    cellUnit_A = try lengths.map { try Self.unit(file, $0) } ?? 1
    id = try file.variable("id")
    let ids = try id.map { try Self.whole(file, $0, frame: 0, count) } ?? Array(1...count)
    guard let (order, places) = AtomOrder.sorting(ids) else {
      throw file.problem("id", "an id more than once", "each atom once")
    }
    self.order = order
    atoms = try Self.atoms(file, order.ids, places, hints, &warnings)
  }

  private static func place(_ file: NetCDFFile) throws -> Place {
    for (name, kind) in [
      ("unwrapped_coordinates", Place.Kind.unwrapped), ("coordinates", .cartesian),
      ("scaled_coordinates", .scaled),
    ] {
      guard let variable = try file.variable(name) else { continue }
      guard variable.isSeries, variable.shape.count == 3 else {
        throw file.problem(name, "the shape \(variable.shape)", "frame, atom and three axes")
      }
      let images = try kind == .unwrapped ? [] : ["ix", "iy", "iz"].compactMap { try file.variable($0) }
      return Place(
        variable: variable, kind: kind, images: images.count == 3 ? images : [],
        unit_A: kind == .scaled ? 1 : try unit(file, variable))
    }
    throw file.problem(nil, "no coordinates", "coordinates, unwrapped_coordinates or scaled_coordinates")
  }

  private static func unit(_ file: NetCDFFile, _ variable: NetCDFFile.Variable) throws -> Double {
    let name = file.text("units", of: variable) ?? "angstrom"
    guard let unit = lengths_A[name] else {
      throw file.problem(variable.name, "the unit '\(name)'", lengths_A.keys.sorted().joined(separator: ", "))
    }
    return unit * (file.number("scale_factor", of: variable) ?? 1)
  }

  private static func clock(_ file: NetCDFFile, _ warnings: inout [String]) throws -> Clock {
    guard let variable = try file.variable("time"), variable.isSeries else { return Clock() }
    let name = file.text("units", of: variable)
    let unit = name.flatMap { times_ps[$0] }
    if unit == nil {
      warnings.append("\(file.path): the unit of time '\(name ?? "none")' is not known, so it is not used")
    }
    let scale = file.number("scale_factor", of: variable)
    if file.text("program") == "LAMMPS", let scale {
      return Clock(variable: variable, step_ps: unit.map { $0 * scale }, unit_ps: nil)
    }
    return Clock(variable: variable, step_ps: nil, unit_ps: unit.map { $0 * (scale ?? 1) })
  }

  private static func atoms(
    _ file: NetCDFFile, _ ids: [Int], _ places: [Int], _ hints: ImportHints, _ warnings: inout [String]
  ) throws -> ImportedAtoms {
    let count = ids.count
    let type = try file.variable("type") ?? file.variable("atom_types")
    let mass = try file.variable("mass")
    if hints.topology != nil || (type == nil && mass == nil) {
      return try TopologyFile.atoms(for: file.path, count: count, hints, &warnings)
    }
    let types = try type.map { try whole(file, $0, frame: 0, count) }
    func numbers(_ quantity: AtomQuantity, _ variable: NetCDFFile.Variable) throws -> [Double] {
      try quantity.checked(file.values(variable, frame: 0, count: count)) {
        file.problem(variable.name, $0, $1)
      }
    }
    let masses = try mass.map { try numbers(.mass, $0) }
    let charges = try file.variable("q").map { try numbers(.charge, $0) }
    let labels = places.map { AtomLabel(type: types?[$0], mass: masses?[$0], charge_e: charges?[$0]) }
    let named = try NamedAtoms(labels, hints, file: file.path) { file.problem("type", $0, $1) }
    warnings += named.notes
    return named.atoms(ids: ids)
  }

  private static func whole(
    _ file: NetCDFFile, _ variable: NetCDFFile.Variable, frame: Int, _ count: Int
  ) throws -> [Int] {
    try file.values(variable, frame: frame, count: count).map { value in
      guard let number = Int(exactly: value) else {
        throw file.problem(variable.name, "\(value) in frame \(frame + 1)", "whole numbers")
      }
      return number
    }
  }

  func stamp(_ index: Int) throws -> FrameStamp { try asTrajectoryProblem { try stampOfFile(index) } }

  private func stampOfFile(_ index: Int) throws -> FrameStamp {
    guard let variable = time.variable else { return FrameStamp() }
    let value = try file.values(variable, frame: index, count: 1)[0]
    guard value.isFinite else { throw file.problem("time", "\(value) in frame \(index + 1)", "a time") }
    guard file.text("program") == "LAMMPS", file.number("scale_factor", of: variable) != nil else {
      return FrameStamp(step: nil, time_ps: time.unit_ps.map { $0 * value })
    }
    return FrameStamp(step: Int(exactly: value), time_ps: time.step_ps.map { $0 * value })
  }

  func read(_ index: Int, into frame: inout ImportedFrame) throws {
    try asTrajectoryProblem { try readFile(index, into: &frame) }
  }

  private func readFile(_ index: Int, into frame: inout ImportedFrame) throws {
    try readCell(index, &frame)
    let r = try file.values(place.variable, frame: index, count: 3 * atomCount)
    let images = try place.images.map { try file.values($0, frame: index, count: atomCount) }
    var corner = Vector3()
    if let origin { corner = Self.vector(try file.values(origin, frame: index, count: 3), 0) * cellUnit_A }
    let ids = try id.map { try Self.whole(file, $0, frame: index, atomCount) }
    frame.positions = [Vector3](repeating: .zero, count: atomCount)
    frame.isUnwrapped = place.kind == .unwrapped || !images.isEmpty
    order.beginFrame()
    for atom in 0..<atomCount {
      guard let slot = order.take(ids?[atom] ?? atom + 1) else {
        throw file.problem(
          "id", "the id \(ids?[atom] ?? 0) in frame \(index + 1)", "each id of the first frame once")
      }
      var place = Self.vector(r, 3 * atom) * self.place.unit_A
      place = self.place.kind == .scaled ? frame.cell.cartesian(place) : place - corner
      if !images.isEmpty {
        place += frame.cell.cartesian([images[0][atom], images[1][atom], images[2][atom]])
      }
      guard abs(place.x) < 1e9, abs(place.y) < 1e9, abs(place.z) < 1e9 else {
        throw file.problem(
          self.place.variable.name, "(\(place.x), \(place.y), \(place.z)) in frame \(index + 1)",
          "a place in Å")
      }
      frame.positions[slot] = place
    }
  }

  private func readCell(_ index: Int, _ frame: inout ImportedFrame) throws {
    frame.hasCell = false
    guard let lengths, let angles else { return }
    let edges = try file.values(lengths, frame: index, count: 3).map { $0 * cellUnit_A }
    guard edges.contains(where: { $0 != 0 }) else { return }
    let corners = try file.values(angles, frame: index, count: 3)
    frame.cell = try CellText.cell(edges + corners) { file.problem("cell of frame \(index + 1)", $0, $1) }
    frame.hasCell = true
  }

  private static func vector(_ numbers: [Double], _ start: Int) -> Vector3 {
    Vector3(numbers[start], numbers[start + 1], numbers[start + 2])
  }
}

private func asTrajectoryProblem<T>(_ body: () throws -> T) throws -> T {
  do { return try body() } catch let error as NetCDFError {
    throw TrajectoryProblem(file: error.file, place: error.place, found: error.found, wanted: error.wanted)
  }
}

extension NetCDFFile {
  fileprivate func problem(_ place: String?, _ found: String, _ wanted: String) -> TrajectoryProblem {
    TrajectoryProblem(file: path, place: place, found: found, wanted: wanted)
  }
}
