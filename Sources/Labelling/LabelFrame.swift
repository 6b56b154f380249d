import Digest
import Mathematics
import SinglePoints
import Support
import TrajectoryImport

/// A frame that is to be labelled.
package struct LabelFrame: Sendable {
  package var frame: LabelledFrame
  /// SHA-256 of cell, elements and positions, in hexadecimal: what labels are kept under.
  package var digest: String

  package init(_ frame: LabelledFrame) {
    self.frame = frame
    digest = Self.digest(of: frame)
  }

  /// File and number, for messages and for the labelled frame.
  package var source: String { "\(frame.file) \(frame.place)" }

  private static func digest(of frame: LabelledFrame) -> String {
    let hash = SHA256()
    func add(_ vectors: [Vector3]) {
      // −0 is the same place as 0.
      let numbers = vectors.flatMap { [$0.x + 0, $0.y + 0, $0.z + 0] }
      numbers.withUnsafeBytes { hash.update($0) }
    }
    hash.update("\(frame.symbols.count)\n\(frame.symbols.joined(separator: " "))\n")
    add(frame.cell.vectors)
    add(frame.positions)
    return SHA256.hexadecimal(hash.finish())
  }
}

/// The frames of files, each once.
struct LabelFrames {
  /// A frame that is another one again.
  struct Duplicate {
    var source: String
    var first: String
  }

  private(set) var frames: [LabelFrame] = []
  private(set) var duplicates: [Duplicate] = []

  /// Reads all frames.
  /// - Throws: ``InputError`` with file, line and frame.
  init(_ files: [String]) throws {
    var first: [String: String] = [:]
    do {
      for file in files {
        let reader = try LabelledFrameReader(file, arrays: [])
        let before = frames.count + duplicates.count
        while let next = try reader.next() {
          let frame = LabelFrame(next)
          if let known = first[frame.digest] {
            duplicates.append(Duplicate(source: frame.source, first: known))
          } else {
            first[frame.digest] = frame.source
            frames.append(frame)
          }
        }
        guard frames.count + duplicates.count > before else {
          throw TrajectoryProblem(file: file, found: "no frame", wanted: "extXYZ")
        }
      }
    } catch let problem as TrajectoryProblem {
      throw InputError(
        place: SourcePlace(file: problem.file, line: problem.line), key: problem.place, found: problem.found,
        wanted: problem.wanted)
    }
  }
}
