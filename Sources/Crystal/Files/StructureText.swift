import Foundation
import Mathematics

/// The text of a structure file with its name, and the errors that name places in it.
///
/// Bytes that are not UTF-8 become replacement characters: people's names in comments often come in older
/// encodings, and in a number or a symbol they are an error of their own.
struct StructureText {
  let file: String
  let string: String
  private static let largest = 1 << 31

  init(file: String, string: String) {
    self.file = file
    self.string = string
  }

  /// - Throws: `StructureError.file`.
  init(path: String) throws {
    var data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw StructureError.file(path: path, reason: "can't be read: \(error.localizedDescription)")
    }
    guard data.count < Self.largest else {
      throw StructureError.file(path: path, reason: "\(data.count) bytes, wanted less than 2 GiB")
    }
    // The mark that some editors put before UTF-8.
    if data.starts(with: [0xEF, 0xBB, 0xBF]) { data = data.dropFirst(3) }
    guard !data.prefix(4096).contains(0) else {
      throw StructureError.file(path: path, reason: "holds zero bytes, wanted a text file in UTF-8")
    }
    self.init(file: path, string: String(decoding: data, as: UTF8.self))
  }

  /// The lines, without their ends of either kind.
  var lines: [Substring] {
    string.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
  }

  func error(line: Int, _ problem: String) -> StructureError {
    .malformed(file: file, line: line, problem: problem)
  }

  /// Text as it may stand in a message.
  static func excerpt(_ text: some StringProtocol) -> String {
    let start = text.prefix(40).map { $0.isNewline || $0 == "\t" ? " " : String($0) }.joined()
    return text.count > 40 ? "“\(start)…”" : "“\(start)”"
  }
}

/// A finite number, as files write them (`1.5`, `-2e-3`, Fortran's `1.0D-03` too); nil for anything else.
func fileNumber(_ field: some StringProtocol) -> Double? {
  // Swift also reads `nan`, `inf` and hexadecimal numbers, which no format here means.
  let bytes = Array(field.utf8)
  guard let last = bytes.last, bytes.count <= 64, (48...57).contains(last) || last == 46,
    bytes.allSatisfy({ (48...57).contains($0) || [43, 45, 46, 68, 69, 100, 101].contains($0) })
  else { return nil }
  let plain = String(field.map { $0 == "D" || $0 == "d" ? "e" : $0 })
  // `1.` is a number in every format here, but not in Swift.
  guard let value = Double(plain) ?? Double(plain + "0"), value.isFinite else { return nil }
  return value
}

extension Cell {
  /// A cell from a file.
  ///
  /// - Throws: what `fail` makes of the problem, where the vectors span no volume or the cell is too thin
  ///   or too large to search for neighbours in.
  init(checking vectors: [Vector3], fail: (String) -> StructureError) throws {
    guard vectors.count == 3, vectors.allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }) else {
      throw fail("found numbers that are not finite, wanted three lattice vectors in Å")
    }
    self.init(a: vectors[0], b: vectors[1], c: vectors[2])
    // Relative to its edges: a flat cell has no inverse worth computing with.
    guard volume > 1e-6 * length(a) * length(b) * length(c), volume.isFinite else {
      throw fail("the lattice vectors span no volume")
    }
    // The search for neighbours runs over images: a cell of a thousandth of an ångström has too many.
    guard heights.min() >= 1, heights.max() <= 1e6 else {
      throw fail("the cell is \(heights.min()) Å thin and \(heights.max()) Å high, wanted 1…10⁶ Å")
    }
  }

  /// A cell from edges in Å and angles in degrees: a along x, b in the plane of x and y.
  ///
  /// - Throws: what `fail` makes of the problem.
  init(edges: Vector3, angles: Vector3, fail: (String) -> StructureError) throws {
    for k in 0..<3 {
      let name = ["α", "β", "γ"][k]
      guard angles[k] > 0, angles[k] < 180 else {
        throw fail("found \(name) = \(angles[k])°, wanted an angle between 0 and 180°")
      }
      guard edges[k] > 0, edges[k].isFinite else {
        throw fail("found an edge of \(edges[k]) Å, wanted a positive length")
      }
    }
    // Exact where the sines and cosines of symmetric cells are: rounding would tilt a right angle.
    func cosine(_ degrees: Double) -> Double {
      [60: 0.5, 90: 0, 120: -0.5][degrees] ?? cos(degrees * .pi / 180)
    }
    let (ca, cb, cg) = (cosine(angles.x), cosine(angles.y), cosine(angles.z))
    let sg = (1 - cg * cg).squareRoot()
    let cy = (ca - cb * cg) / sg
    let squared = 1 - cb * cb - cy * cy
    guard squared > 0 else {
      throw fail("the angles \(angles.x)°, \(angles.y)°, \(angles.z)° make no cell")
    }
    try self.init(
      checking: [
        [edges.x, 0, 0], edges.y * [cg, sg, 0], edges.z * [cb, cy, squared.squareRoot()],
      ], fail: fail)
  }

  /// Edges in Å and angles α, β, γ in degrees.
  var edgesAndAngles: (edges: Vector3, angles: Vector3) {
    func angle(_ u: Vector3, _ v: Vector3) -> Double {
      // The arc tangent keeps its digits near 0 and 180°, and gives 90 exactly where the product is zero.
      atan2(length(cross(u, v)), dot(u, v)) * 180 / .pi
    }
    return ([length(a), length(b), length(c)], [angle(b, c), angle(a, c), angle(a, b)])
  }

  /// The same lattice by right-handed vectors: all three reversed where they are left-handed, so that no
  /// format that knows lengths and angles alone turns the structure into its mirror image.
  var rightHanded: Cell { dot(a, cross(b, c)) > 0 ? self : Cell(a: -a, b: -b, c: -c) }
}
