import Foundation
import HDF5

/// An open record file: its header and the steps and times of its series.
final class RankFile {
  let path: String
  let header: RankFileHeader
  /// Whether the writer has not closed the file.
  let isOpenForWriting: Bool
  private(set) var index: [String: SeriesIndex] = [:]
  let root: HDF5Group

  /// The complete records of one series.
  struct SeriesIndex {
    /// The group that holds `step` and `time`.
    var path: String
    var steps: [Int]
    var times_ps: [Double]
  }

  /// - Throws: `RecordProblem` naming the file, whatever is wrong.
  init(_ path: String) throws {
    self.path = path
    do {
      isOpenForWriting = try SuperblockFlags.isMarkedOpen(path)
      root = try HDF5File.open(path, isOpenForWriting ? .singleWriterReader : .readOnly).root()
      header = try RankFileHeader(readingFrom: root)
      try readIndex()
    } catch let problem as RecordProblem {
      throw problem
    } catch {
      throw RecordProblem(kind: .damaged, file: path, message: "can't be read: \(error)")
    }
  }

  private func readIndex() throws {
    for name in try root.group("particles").children() {
      let group = try root.group("particles/\(name)")
      let values =
        ["position", "box/edges"] + (try group.exists("orientation") ? ["orientation"] : [])
      index[name] = try readSeries(group, stepsIn: "position", valuesIn: values)
    }
    var series: [String] = []
    if try root.exists("observables") { series.append(RecordSeries.observables) }
    series += try root.group("paddlewheel/stages").children().map(RecordSeries.stage)
    let names = ObservablesRecord.scalars.map(\.name) + [ObservablesRecord.pressureName]
    for name in series {
      let group = try root.group(RecordSeries.observablesPath(name))
      index[name] = try readSeries(group, stepsIn: ObservablesRecord.pressureName, valuesIn: names)
    }
    for (name, count) in header.completeCounts ?? [:] where index[name]?.steps.count != count {
      throw RecordProblem(
        kind: .short, file: path,
        message: "found \(index[name]?.steps.count ?? 0) records of \(name), wanted \(count)")
    }
  }

  private func readSeries(
    _ group: HDF5Group, stepsIn stepGroup: String, valuesIn: [String]
  ) throws -> SeriesIndex {
    let stored = try group.dataset("\(stepGroup)/step").read(Int64.self)
    let steps = stored.prefix { $0 != SeriesWriter.unwritten }.map { Int($0) }
    for name in valuesIn {
      let count = try group.dataset("\(name)/value").shape().first ?? 0
      guard count >= steps.count else {
        throw RecordError(
          file: path, place: "\(group.path)/\(name)/value",
          message: "found \(count) records for \(steps.count) steps")
      }
    }
    guard steps.first ?? 0 >= 0, zip(steps, steps.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw RecordError(
        file: path, place: "\(group.path)/\(stepGroup)/step", message: "the steps do not rise")
    }
    let times = try group.dataset("\(stepGroup)/time").read(Double.self, at: [0], count: [steps.count])
    return SeriesIndex(path: group.path, steps: steps, times_ps: times)
  }

  /// Reads rows of a dataset, in memory that the caller owns.
  ///
  /// - Parameters:
  ///   - members: a range of the second index; nil for all values of a frame.
  /// - Throws: `RecordError` also where a value was never written.
  func read<T: HDF5Element & BinaryFloatingPoint>(
    _ path: String, frames: Range<Int>, members: Range<Int>?, into buffer: UnsafeMutableBufferPointer<T>
  ) throws {
    let dataset = try root.dataset(path)
    var offset = try dataset.shape().map { _ in 0 }
    var count = try dataset.shape()
    guard !count.isEmpty else {
      throw RecordError(file: self.path, place: path, message: "found a single value, wanted a series")
    }
    offset[0] = frames.lowerBound
    count[0] = frames.count
    if let members, count.count > 1 {
      offset[1] = members.lowerBound
      count[1] = members.count
    }
    try dataset.read(into: buffer, at: offset, count: count)
    if buffer.contains(where: \.isNaN) { throw unwritten(path) }
  }

  /// The fill value is NaN.
  func unwritten(_ path: String) -> RecordError {
    RecordError(
      file: self.path, place: path, message: "found values that are not numbers or were never written")
  }
}
