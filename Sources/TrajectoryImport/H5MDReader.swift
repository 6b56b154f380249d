import Crystal
import HDF5
import Mathematics
import Trajectory

/// Reads the atoms of an H5MD file (H5MD 1.1; P. de Buyl et al., Comput. Phys. Commun. 185, 1546 (2014)):
/// the group `all`, or the first group with positions.
final class H5MDReader: TrajectoryReader {
  let path: String
  let atoms: ImportedAtoms
  private(set) var warnings: [String] = []
  let timeGuess: String? = nil
  private let position: H5MDSeries
  private let image: H5MDSeries?
  private let edges: H5MDSeries
  /// Ids of the atoms where their order changes from frame to frame.
  private let ids: H5MDSeries?
  private var order: AtomOrder
  /// Stored for every frame.
  private let constants: [H5MDConstant]
  /// The index in the file of each atom.
  private let places: [Int]
  private let length_A: Double
  private let edge_A: Double
  private let steps: [Int]?
  private let times_ps: [Double]?
  private let frameCount: Int
  private let atomCount: Int
  private var next = 0
  private var loaded = 0..<0
  private var positions: [Double] = []
  private var images: [Int32] = []
  private var cells: [Double] = []

  private static let batchBytes = 32 << 20

  init(_ path: String, hints: ImportHints) throws {
    self.path = path
    do {
      let mode: HDF5File.Mode = try SuperblockFlags.isMarkedOpen(path) ? .singleWriterReader : .readOnly
      try HDF5File.probe(path, mode)
      let root = try HDF5File.open(path, mode).root()
      let group = try Self.group(in: root)
      guard let position = try H5MDSeries("position", in: group, rank: 2), let count = position.frameCount,
        position.shape[1] == 3, (1...100_000_000).contains(position.shape[0]), count > 0
      else {
        throw TrajectoryProblem(
          file: path, place: group.path, found: "no positions over time",
          wanted: "position/value [time][atom][3]")
      }
      self.position = position
      frameCount = count
      atomCount = position.shape[0]
      edges = try Self.edges(in: group, frameCount: count)
      image = try H5MDSeries("image", in: group, rank: 2)
      if let image, image.shape != position.shape || image.frameCount ?? 0 < count {
        throw TrajectoryProblem(
          file: path, place: "\(group.path)/image", found: "the shape \(image.shape)",
          wanted: "that of the positions")
      }
      length_A = try Self.factor(position, H5MDUnit.length_A)
      edge_A = try edges.unit == nil ? length_A : Self.factor(edges, H5MDUnit.length_A)
      if position.unit == nil { warnings.append("\(path): the positions have no unit and are taken as Å") }
      let parent = try group.group("position")
      steps = try H5MDClock<Int64>("step", in: parent, frameCount: count) { offset, increment, frame in
        let (product, isTooLarge) = increment.multipliedReportingOverflow(by: Int64(frame))
        let (sum, isBeyond) = offset.addingReportingOverflow(product)
        return isTooLarge || isBeyond ? nil : sum
      }?.values.map { Int($0) }
      let time = try H5MDClock<Double>("time", in: parent, frameCount: count) { $0 + $1 * Double($2) }
      let unit = time?.unit.flatMap { H5MDUnit.time_ps[$0] }
      if let time, unit == nil {
        warnings.append("\(path): the unit of time '\(time.unit ?? "none")' is not known, so it is not used")
      }
      times_ps = unit.flatMap { unit in time?.values.map { $0 * unit } }
      let members = try Self.ids(in: group, atomCount: atomCount)
      ids = members.series
      guard let (order, places) = AtomOrder.sorting(members.ids) else {
        throw TrajectoryProblem(
          file: path, place: "\(group.path)/id", found: "an id more than once", wanted: "each atom once")
      }
      (self.order, self.places) = (order, places)
      constants = try ["species", "mass"].compactMap { try H5MDConstant($0, in: group) }
      let labels = try H5MDSpecies.labels(in: group, atomCount: atomCount, hints: hints, &warnings)
      let named = try NamedAtoms(places.map { labels[$0] }, hints, file: path) {
        TrajectoryProblem(file: path, place: "\(group.path)/species", found: $0, wanted: $1)
      }
      warnings += named.notes
      atoms = try named.atoms(ids: order.ids, molecules: H5MDSpecies.molecules(in: group, places: places))
    } catch {
      throw Self.problem(error, path)
    }
  }

  static func problem(_ error: any Error, _ path: String) -> TrajectoryProblem {
    switch error {
    case let problem as TrajectoryProblem: problem
    case let error as HDF5Error:
      TrajectoryProblem(
        file: path, place: error.object.isEmpty ? nil : error.object,
        found: error.claim?.found ?? error.detail,
        wanted: error.claim?.wanted ?? "an H5MD file (to \(error.operation))")
    default: TrajectoryProblem(file: path, found: "\(error)", wanted: "an H5MD file")
    }
  }

  private static func group(in root: HDF5Group) throws -> HDF5Group {
    guard try root.exists("particles") else {
      throw TrajectoryProblem(file: root.filePath, found: "no group /particles", wanted: "an H5MD file")
    }
    let names = try root.group("particles").children()
    let withPositions = try names.filter { try root.exists("particles/\($0)/position") }
    guard let name = withPositions.contains("all") ? "all" : withPositions.first else {
      throw TrajectoryProblem(
        file: root.filePath, place: "/particles", found: "the groups \(names)", wanted: "one with positions")
    }
    return try root.group("particles/\(name)")
  }

  private static func edges(in group: HDF5Group, frameCount: Int) throws -> H5MDSeries {
    func wrong(_ found: String) -> TrajectoryProblem {
      TrajectoryProblem(
        file: group.filePath, place: "\(group.path)/box", found: found,
        wanted: "a periodic box of three dimensions, with edges [3] or [3][3]")
    }
    guard try group.exists("box") else { throw wrong("no box") }
    let box = try group.group("box")
    if try box.hasAttribute("boundary") {
      let boundary = try box.textAttributes("boundary").map { $0.trimmingPrefix { $0 == " " } }
      guard boundary.allSatisfy({ $0.hasPrefix("periodic") }) else { throw wrong("the boundary \(boundary)") }
    }
    for rank in [1, 2] {
      guard let edges = try? H5MDSeries("edges", in: box, rank: rank) else { continue }
      guard edges.shape == (rank == 1 ? [3] : [3, 3]), edges.frameCount ?? frameCount >= frameCount else {
        throw wrong("edges of the shape \(edges.shape)")
      }
      return edges
    }
    throw wrong("no edges")
  }

  private static func factor(_ series: H5MDSeries, _ units: [String: Double]) throws -> Double {
    guard let unit = series.unit else { return 1 }
    guard let factor = units[unit] else {
      throw TrajectoryProblem(
        file: series.value.filePath, place: series.value.path, found: "the unit '\(unit)'",
        wanted: "one of \(units.keys.sorted().joined(separator: ", "))")
    }
    return factor
  }

  private static func ids(in group: HDF5Group, atomCount: Int) throws -> (series: H5MDSeries?, ids: [Int]) {
    guard let series = try H5MDSeries("id", in: group, rank: 1) else { return (nil, Array(1...atomCount)) }
    guard series.shape == [atomCount] else {
      throw TrajectoryProblem(
        file: group.filePath, place: series.value.path, found: "\(series.shape) ids", wanted: "\(atomCount)")
    }
    let ids = try series.read(Int64.self, frames: 0..<1).map { Int($0) }
    return (series.frameCount == nil ? nil : series, ids)
  }

  func skim() throws -> FrameStamp? {
    guard next < frameCount else { return nil }
    defer { next += 1 }
    return FrameStamp(step: steps?[next], time_ps: times_ps?[next])
  }

  func read(into frame: inout ImportedFrame) throws -> Bool {
    guard next < frameCount else { return false }
    do {
      if !loaded.contains(next) { try load() }
      let row = next - loaded.lowerBound
      var slots = places
      if let ids, next > 0 {
        let now = try ids.read(Int64.self, frames: next..<(next + 1))
        order.beginFrame()
        for (place, id) in now.enumerated() {
          guard let slot = order.take(Int(id)) else {
            throw TrajectoryProblem(
              file: path, place: ids.value.path, found: "the id \(id) in frame \(next + 1)",
              wanted: "each id of the first frame once")
          }
          slots[slot] = place
        }
      }
      for constant in constants where next > 0 {
        try constant.check(frame: next, slots: slots, places: places, ids: atoms.ids)
      }
      frame.cell = try cell(row)
      frame.step = steps?[next]
      frame.time_ps = times_ps?[next]
      frame.isUnwrapped = image != nil
      frame.positions.removeAll(keepingCapacity: true)
      for place in slots {
        let at = 3 * (row * atomCount + place)
        var r = Vector3(positions[at], positions[at + 1], positions[at + 2]) * length_A
        if image != nil { r += frame.cell.shift([images[at], images[at + 1], images[at + 2]]) }
        guard abs(r.x) < 1e9, abs(r.y) < 1e9, abs(r.z) < 1e9 else {
          throw TrajectoryProblem(
            file: path, place: position.value.path,
            found: "(\(r.x), \(r.y), \(r.z)) as position \(place) of frame \(next + 1)",
            wanted: "a place in Å")
        }
        frame.positions.append(r)
      }
      next += 1
      return true
    } catch {
      throw Self.problem(error, path)
    }
  }

  private func load() throws {
    let batch = max(1, Self.batchBytes / (24 * atomCount))
    loaded = next..<min(next + batch, frameCount)
    positions = try position.read(Double.self, frames: loaded)
    if let image { images = try image.read(Int32.self, frames: loaded) }
    cells = try edges.read(Double.self, frames: loaded)
  }

  private func cell(_ row: Int) throws -> Cell {
    let size = edges.shape.reduce(1, *)
    let at = edges.frameCount == nil ? 0 : size * row
    let e = cells[at..<(at + size)].map { $0 * edge_A }
    let vectors: [Vector3] =
      size == 3
      ? [[e[0], 0, 0], [0, e[1], 0], [0, 0, e[2]]]
      : [[e[0], e[1], e[2]], [e[3], e[4], e[5]], [e[6], e[7], e[8]]]
    if size == 3, let edge = e.first(where: { $0 < 0 }) {
      throw TrajectoryProblem(
        file: path, place: "\(edges.value.path), frame \(next + 1)", found: "the edge \(edge) Å",
        wanted: "edges above 0")
    }
    return try importedCell(vectors) {
      TrajectoryProblem(file: path, place: "\(edges.value.path), frame \(next + 1)", found: $0, wanted: $1)
    }
  }
}
