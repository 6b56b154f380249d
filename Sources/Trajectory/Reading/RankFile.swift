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

  /// The user who wrote the record.
  var author: String {
    get throws { try ownText("author") ?? root.group("h5md/author").textAttribute("name") }
  }

  /// Version of the program that wrote it.
  var version: String {
    get throws { try ownText("version") ?? root.group("h5md/creator").textAttribute("version") }
  }

  private func ownText(_ name: String) throws -> String? {
    let own = try root.group("paddlewheel")
    return try own.hasAttribute(name) ? own.textAttribute(name) : nil
  }

  private func readIndex() throws {
    for name in try root.group("particles").children() {
      let group = try root.group("particles/\(name)")
      let size = try memberCount(of: name, in: group)
      var values = ["position": [size, 3], "box/edges": [3, 3]]
      if header.plan.group(name)?.kind == .bodies { values["orientation"] = [size, 4] }
      index[name] = try readSeries(group, stepsIn: "position", values: values)
    }
    var series: [String] = []
    if try root.exists("observables") { series.append(RecordSeries.observables) }
    series += try root.group("paddlewheel/stages").children().map(RecordSeries.stage)
    var values = [ObservablesRecord.pressureName: [3, 3]]
    for entry in ObservablesRecord.scalars { values[entry.name] = [] }
    for quantity in ObservablesRecord.byKind {
      if let kinds = quantity.kinds(header.plan) { values[quantity.name] = [kinds.count, quantity.width] }
    }
    for name in series {
      let group = try root.group(RecordSeries.observablesPath(name))
      index[name] = try readSeries(group, stepsIn: ObservablesRecord.pressureName, values: values)
    }
    for (name, count) in header.completeCounts ?? [:] where index[name]?.steps.count != count {
      throw RecordProblem(
        kind: .short, file: path,
        message: "found \(index[name]?.steps.count ?? 0) records of \(name), wanted \(count)")
    }
  }

  /// The members of a group in this block, which the plan, the ids and the species have to agree on.
  private func memberCount(of name: String, in group: HDF5Group) throws -> Int {
    guard let size = header.plan.group(name)?.blockSizes[header.block], size > 0 else {
      throw RecordError(
        file: path, place: group.path, message: "found a group that the plan does not have here")
    }
    for list in ["id", "species"] {
      let shape = try group.dataset(list).shape()
      guard shape == [size] else {
        throw RecordError(
          file: path, place: "\(group.path)/\(list)", message: "found the shape \(shape), wanted [\(size)]")
      }
    }
    return size
  }

  /// - Parameter values: the shape of one record of each dataset.
  private func readSeries(
    _ group: HDF5Group, stepsIn stepGroup: String, values: [String: [Int]]
  ) throws -> SeriesIndex {
    func wrong(_ place: String, _ message: String) -> RecordError {
      RecordError(file: path, place: "\(group.path)/\(place)", message: message)
    }
    let stored = try group.dataset("\(stepGroup)/step").read(Int64.self)
    let steps = stored.prefix { $0 != SeriesWriter.unwritten }.map { Int($0) }
    for (name, wanted) in values {
      let shape = try group.dataset("\(name)/value").shape()
      guard shape.count == wanted.count + 1, Array(shape.dropFirst()) == wanted else {
        throw wrong("\(name)/value", "found the shape \(shape), wanted \(wanted) for each record")
      }
      guard shape[0] >= steps.count else {
        throw wrong("\(name)/value", "found \(shape[0]) records for \(steps.count) steps")
      }
    }
    guard steps.allSatisfy(RecordLimits.steps.contains), zip(steps, steps.dropFirst()).allSatisfy({ $0 < $1 })
    else { throw wrong("\(stepGroup)/step", "the steps do not rise") }
    let times = try group.dataset("\(stepGroup)/time").read(Double.self, at: [0], count: [steps.count])
    guard times.allSatisfy({ abs($0) < 1e18 }), zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw wrong("\(stepGroup)/time", "the times do not rise")
    }
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
    if buffer.contains(where: { !$0.isFinite }) { throw unwritten(path) }
  }

  /// The fill value is NaN.
  func unwritten(_ path: String) -> RecordError {
    RecordError(
      file: self.path, place: path, message: "found values that are not numbers or were never written")
  }
}
