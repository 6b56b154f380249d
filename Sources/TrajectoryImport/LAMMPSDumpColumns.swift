import Crystal
import Mathematics
import Trajectory

/// The columns of the required values in a LAMMPS dump, and the kind of its coordinates.
struct LAMMPSDumpColumns: Equatable {
  enum Coordinates: Equatable {
    /// Å, wrapped or not.
    case cartesian
    /// Fractions of the cell vectors.
    case scaled
  }

  /// The content of each column in order, up to the last required one.
  enum Role: Equatable {
    case id, type, element, typeLabel, mass, charge, molecule, axis(Int), image(Int), other
  }

  let roles: [Role]
  let coordinates: Coordinates
  /// Whether the coordinates, alone or with the image flags, are unwrapped.
  let isUnwrapped: Bool
  let count: Int

  /// - Parameters:
  ///   - names: the words after `ITEM: ATOMS`.
  ///   - needsSpecies: whether the columns must tell the atoms' species.
  init(_ names: [String], needsSpecies: Bool, fail: (_ found: String, _ wanted: String) -> TrajectoryProblem)
    throws
  {
    let all = names.joined(separator: " ")
    func has(_ columns: [String]) -> Bool { columns.allSatisfy(names.contains) }
    guard has(["id"]) else {
      throw fail("the columns “\(all.prefix(120))”", "a column id: atoms come in any order")
    }
    let choices: [(columns: [String], coordinates: Coordinates, isUnwrapped: Bool)] = [
      (["xu", "yu", "zu"], .cartesian, true), (["xsu", "ysu", "zsu"], .scaled, true),
      (["x", "y", "z"], .cartesian, false), (["xs", "ys", "zs"], .scaled, false),
    ]
    guard let choice = choices.first(where: { has($0.columns) }) else {
      throw fail(
        "the columns “\(all.prefix(120))”", "coordinates: x y z, xu yu zu, xs ys zs or xsu ysu zsu")
    }
    guard !needsSpecies || ["element", "typelabel", "type", "mass"].contains(where: names.contains) else {
      throw fail("the columns “\(all.prefix(120))”", "a column element, type or mass")
    }
    let images = ["ix", "iy", "iz"]
    let usesImages = !choice.isUnwrapped && has(images)
    coordinates = choice.coordinates
    isUnwrapped = choice.isUnwrapped || usesImages
    count = names.count
    var roles = names.map { name -> Role in
      switch name {
      case "id": .id
      case "type": .type
      case "element": .element
      case "typelabel": .typeLabel
      case "mass": .mass
      case "q": .charge
      case "mol": .molecule
      default:
        choice.columns.firstIndex(of: name).map { .axis($0) }
          ?? (usesImages ? images.firstIndex(of: name).map { .image($0) } : nil) ?? .other
      }
    }
    while roles.last == .other { roles.removeLast() }
    self.roles = roles
  }
}

/// The box of a LAMMPS dump's frame.
struct LAMMPSDumpBox {
  var cell: Cell
  var origin: Vector3

  enum Shape { case orthogonal, restricted, general }

  /// - Parameter keyword: the words after `ITEM: BOX BOUNDS`.
  static func shape(_ keyword: [String], fail: (String, String) -> TrajectoryProblem) throws -> Shape {
    let flags = keyword.suffix(3)
    // In a two-letter flag each letter stands for one face of the pair.
    guard flags.isEmpty || (flags.count == 3 && flags.allSatisfy({ $0 == "pp" })) else {
      throw fail("the boundaries “\(flags.joined(separator: " "))”", "pp pp pp: periodic ones")
    }
    let words = keyword.dropLast(min(3, keyword.count))
    if words.isEmpty { return .orthogonal }
    if words == ["xy", "xz", "yz"] { return .restricted }
    if words == ["abc", "origin"] { return .general }
    throw fail(
      "“\(keyword.joined(separator: " ").prefix(80))”", "xy xz yz, abc origin or nothing of the kind")
  }

  /// - Parameter rows: the numbers of the three lines.
  init(_ shape: Shape, rows: [[Double]], fail: (String, String) -> TrajectoryProblem) throws {
    let width = [Shape.orthogonal: 2, .restricted: 3, .general: 4][shape] ?? 2
    guard rows.count == 3, rows.allSatisfy({ $0.count == width }) else {
      throw fail("\(rows.map(\.count)) numbers in the lines of the box", "\(width) in each of three")
    }
    let vectors: [Vector3]
    switch shape {
    case .orthogonal:
      origin = [rows[0][0], rows[1][0], rows[2][0]]
      vectors = [
        [rows[0][1] - rows[0][0], 0, 0], [0, rows[1][1] - rows[1][0], 0], [0, 0, rows[2][1] - rows[2][0]],
      ]
    case .restricted:
      // The bounds are those of the box that encloses the tilted cell; LAMMPS manual, "Triclinic boxes".
      let (xy, xz, yz) = (rows[0][2], rows[1][2], rows[2][2])
      let low = Vector3(
        rows[0][0] - min(0, xy, xz, xy + xz), rows[1][0] - min(0, yz), rows[2][0])
      let high = Vector3(
        rows[0][1] - max(0, xy, xz, xy + xz), rows[1][1] - max(0, yz), rows[2][1])
      origin = low
      vectors = [[high.x - low.x, 0, 0], [xy, high.y - low.y, 0], [xz, yz, high.z - low.z]]
    case .general:
      origin = [rows[0][3], rows[1][3], rows[2][3]]
      vectors = rows.map { [$0[0], $0[1], $0[2]] }
    }
    if shape != .general, let axis = (0..<3).first(where: { vectors[$0][$0] < 0 }) {
      let name = ["x", "y", "z"][axis]
      throw fail("\(name)hi < \(name)lo", "bounds with the lower one first")
    }
    cell = try importedCell(vectors, fail: fail)
  }
}

/// A cell from a file.
/// - Throws: the error that `fail` makes for vectors that span no volume.
func importedCell(_ vectors: [Vector3], fail: (String, String) -> TrajectoryProblem) throws -> Cell {
  let wanted = "three lattice vectors that span a volume, from 1 to 10⁶ Å high"
  guard vectors.count == 3, vectors.allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }) else {
    throw fail("numbers that are not finite", wanted)
  }
  let cell = Cell(a: vectors[0], b: vectors[1], c: vectors[2])
  let heights = cell.heights
  guard cell.volume.isFinite, cell.volume > 1e-6 * length(cell.a) * length(cell.b) * length(cell.c),
    heights.min() >= 1, heights.max() <= 1e6
  else {
    throw fail("the vectors \(vectors.map { "(\($0.x), \($0.y), \($0.z))" }.joined(separator: " "))", wanted)
  }
  return cell
}
