import HDF5
import Trajectory

/// An H5MD element, fixed or time-dependent (H5MD 1.1, "time-dependent data").
struct H5MDSeries {
  let value: HDF5Dataset
  /// The shape of one frame.
  let shape: [Int]
  /// Nil for a fixed quantity.
  let frameCount: Int?
  let unit: String?

  /// - Parameter name: of a dataset, or of a group with `value`.
  /// - Returns: nil where it does not exist.
  init?(_ name: String, in group: HDF5Group, rank: Int) throws {
    guard try group.exists(name) else { return nil }
    let isSeries: Bool
    if let inner = try? group.group(name) {
      guard try inner.exists("value") else { return nil }
      value = try inner.dataset("value")
      isSeries = true
    } else {
      value = try group.dataset(name)
      isSeries = false
    }
    let all = try value.shape()
    try value.requireWhole()
    guard all.count == rank + (isSeries ? 1 : 0), all.allSatisfy({ (0...1_000_000_000).contains($0) }) else {
      throw TrajectoryProblem(
        file: group.filePath, place: value.path, found: "the shape \(all)",
        wanted: "\(rank) indices of sane extents" + (isSeries ? ", and time before them" : ""))
    }
    shape = Array(all.dropFirst(isSeries ? 1 : 0))
    frameCount = isSeries ? all[0] : nil
    unit = try value.hasAttribute("unit") ? (try? value.textAttribute("unit")) : nil
  }

  /// The values of some frames, or the fixed ones.
  func read<T: HDF5Element>(_ type: T.Type, frames: Range<Int>) throws -> [T] {
    guard frameCount != nil else { return try value.read(type) }
    return try value.read(
      type, at: [frames.lowerBound] + shape.map { _ in 0 }, count: [frames.count] + shape)
  }
}

/// The step or the time of each frame: one number each, or a fixed increment.
struct H5MDClock<T: HDF5Element & Numeric> {
  let values: [T]
  let unit: String?

  /// - Parameter place: the value of a frame, from the offset and the increment; nil where it is beyond a number.
  /// - Returns: nil where it does not exist.
  init?(_ name: String, in group: HDF5Group, frameCount: Int, place: (T, T, Int) -> T?) throws {
    guard try group.exists(name) else { return nil }
    let dataset = try group.dataset(name)
    unit = try dataset.hasAttribute("unit") ? (try? dataset.textAttribute("unit")) : nil
    let shape = try dataset.shape()
    if shape.isEmpty {
      guard let increment = try dataset.read(T.self).first else { return nil }
      let offset = try dataset.hasAttribute("offset") ? dataset.singleAttribute("offset", as: T.self) : T.zero
      values = try (0..<frameCount).map { frame in
        guard let value = place(offset, increment, frame) else {
          throw TrajectoryProblem(
            file: group.filePath, place: dataset.path,
            found: "an offset of \(offset) and steps of \(increment)",
            wanted: "numbers that \(frameCount) frames can have")
        }
        return value
      }
      return
    }
    guard shape.count == 1, shape[0] >= frameCount else {
      throw TrajectoryProblem(
        file: group.filePath, place: dataset.path, found: "the shape \(shape)",
        wanted: "one number for each of \(frameCount) frames")
    }
    values = try dataset.read(T.self, at: [0], count: [frameCount])
  }
}

/// Units as H5MD files name them.
enum H5MDUnit {
  /// Units of length in Å.
  static let length_A: [String: Double] = [
    "Angstrom": 1, "angstrom": 1, "A": 1, "Å": 1, "nm": 10, "pm": 0.01, "fm": 1e-5, "um": 1e4, "m": 1e10,
  ]
  /// Units of time in ps.
  static let time_ps: [String: Double] = [
    "ps": 1, "fs": 1e-3, "ns": 1e3, "us": 1e6, "µs": 1e6, "ms": 1e9, "s": 1e12, "AKMA": 0.04888821,
  ]
}
