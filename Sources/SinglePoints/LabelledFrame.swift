import Crystal
import Mathematics
import Support
import TrajectoryImport

/// A configuration of an extXYZ file with what the file says of it: a frame of a training set, for instance.
package struct LabelledFrame: Sendable {
  /// Of the file, for messages.
  package var file: String
  /// From 1.
  package var number: Int
  /// The line with its number of atoms, from 1.
  package var line: Int
  package var cell: Cell
  /// Symbols as the file has them, in its order.
  package var symbols: [String]
  /// Å.
  package var positions: [Vector3]
  /// The molecule of each atom where the file has `mol_id` or `mol`.
  package var molecules: [Int]?
  /// Arrays of three columns that were asked for and are there, by name.
  package var vectors: [String: [Vector3]]
  /// The entries of the comment line other than `Lattice`, `Properties` and `pbc`.
  package var info: [String: String]

  /// The frame's place in messages.
  package var place: String { "frame \(number)" }

  /// An error of the frame's comment line.
  package func problem(_ found: String?, wanted: String) -> TrajectoryProblem {
    TrajectoryProblem(file: file, line: line + 1, place: place, found: found, wanted: wanted)
  }

  /// The numbers of an entry of the comment line, also in ASE's form of a matrix, `_JSON [[1, 0], [0, 1]]`.
  /// - Returns: nil where there is no such entry.
  /// - Throws: `TrajectoryProblem` for another count, and for what is no finite number.
  package func numbers(_ key: String, counts: [Int]) throws -> [Double]? {
    guard let text = info[key] else { return nil }
    let separators: Set<Character> = ["[", "]", ",", " ", "\t"]
    let words = text.trimmingPrefix("_JSON").split { separators.contains($0) }
    let numbers = words.compactMap { decimalNumber($0, fortran: true) }
    guard numbers.count == words.count, counts.contains(numbers.count) else {
      throw problem(
        "\(key)=\"\(text.prefix(60))\"",
        wanted: counts == [1] ? "a number" : "\(counts.map(String.init).joined(separator: " or ")) numbers")
    }
    return numbers
  }
}
