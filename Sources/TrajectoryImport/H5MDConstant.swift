import HDF5
import Trajectory

/// A property of the atoms that an H5MD file stores anew for every frame, and that may not change.
struct H5MDConstant {
  private let series: H5MDSeries
  /// In the file's order.
  private let first: [Double]

  /// - Returns: nil where the property does not exist, or is stored once.
  init?(_ name: String, in group: HDF5Group) throws {
    guard let series = try H5MDSeries(name, in: group, rank: 1), let count = series.frameCount, count > 0
    else { return nil }
    self.series = series
    first = try series.read(Double.self, frames: 0..<1)
  }

  /// - Parameters:
  ///   - slots: the index of each atom in the frame.
  ///   - places: the index of each atom in the first frame.
  /// - Throws: `TrajectoryProblem` where an atom has another value than in the first frame.
  func check(frame: Int, slots: [Int], places: [Int], ids: [Int]) throws {
    guard frame < series.frameCount ?? 0 else { return }
    let now = try series.read(Double.self, frames: frame..<(frame + 1))
    for (atom, (slot, place)) in zip(slots, places).enumerated()
    where now.count > slot && first.count > place && now[slot] != first[place] {
      throw TrajectoryProblem(
        file: series.value.filePath, place: series.value.path,
        found: "\(now[slot]) for atom \(ids[atom]) in frame \(frame + 1)",
        wanted: "\(first[place]), as in the first frame")
    }
  }
}
