import Trajectory

/// The frames of a run's files in one row, without those that a later file or a restart repeats.
struct FrameJoin {
  /// What places frames in time.
  enum Key: Equatable {
    case step, time
    /// Neither: frames follow each other evenly.
    case order
  }

  struct Frame {
    var place: FramePlace
    /// Steps or ps from the first frame, or the index.
    var key: Double
    /// The first of its file, or the first after a restart in the same file.
    var beginsPiece: Bool
    /// The frame of an earlier piece at the same step, which this one replaces.
    var twin: FramePlace?
  }

  private(set) var key: Key
  private(set) var frames: [Frame] = []
  private(set) var notes: [String] = []
  let files: [ScannedFile]
  /// How far the atoms of the second frame are from the first, Å.
  private let distance: (FramePlace, FramePlace) throws -> Double
  /// From the key in the file to that in the row.
  private var offset = 0.0
  /// The key in the file, and the index, of the first frame since numbers began anew.
  private var epoch = (key: 0.0, index: 0)
  private let tolerance: Double

  static let mostFrames = 50_000_000

  /// - Parameter distance: the largest move of an atom between two frames, Å; called at few of them.
  /// - Throws: `TrajectoryProblem`.
  init(
    _ files: [ScannedFile], _ key: Key, distance: @escaping (FramePlace, FramePlace) throws -> Double
  ) throws {
    self.files = files
    self.key = key
    self.distance = distance
    tolerance = key == .time ? 0.05 * (Self.commonSpacing(files, key) ?? 0) : 0
    for (index, file) in files.enumerated() {
      var last: Double?
      for number in file.stamps.indices {
        let place = FramePlace(file: index, number: number + 1)
        let value = self.value(place)
        let begins = last.map { value <= $0 } ?? true
        last = value
        try append(place, value, beginsPiece: begins)
      }
    }
  }

  private func value(_ place: FramePlace) -> Double {
    Self.value(files[place.file].stamps, place.number - 1, key)
  }

  private static func value(_ stamps: [FrameStamp], _ index: Int, _ key: Key) -> Double {
    switch key {
    case .step: Double(stamps[index].step ?? 0)
    case .time: stamps[index].time_ps ?? 0
    case .order: Double(index)
    }
  }

  /// The median of the rising differences within files.
  private static func commonSpacing(_ files: [ScannedFile], _ key: Key) -> Double? {
    var differences: [Double] = []
    for file in files {
      for index in file.stamps.indices.dropFirst().prefix(10_000) {
        let difference = value(file.stamps, index, key) - value(file.stamps, index - 1, key)
        if difference > 0 { differences.append(difference) }
      }
    }
    return median(differences)
  }

  private mutating func append(_ place: FramePlace, _ value: Double, beginsPiece: Bool) throws {
    guard frames.count < Self.mostFrames else {
      throw problem(place, "more than \(Self.mostFrames) frames", "fewer")
    }
    guard let last = frames.last else {
      epoch = (value, 0)
      offset = -value
      frames.append(Frame(place: place, key: 0, beginsPiece: true))
      return
    }
    var twin: FramePlace?
    if beginsPiece {
      if key == .order {
        try dropRepeated(place)
        guard let last = frames.last, try !beginAnew(place, value, after: last) else { return }
      } else if value + offset <= last.key + tolerance {
        let isSame = abs(value + offset - last.key) <= tolerance
        if isSame || value > epoch.key + tolerance {
          twin = try dropOverlap(place, value)
        } else if try beginAnew(place, value, after: last) {
          return
        }
      }
    }
    frames.append(Frame(place: place, key: value + offset, beginsPiece: beginsPiece, twin: twin))
  }

  /// The later file wins.
  private mutating func dropOverlap(_ place: FramePlace, _ value: Double) throws -> FramePlace? {
    let start = value + offset
    var dropped = 0
    var twin: FramePlace?
    var earlier: Int?
    while let last = frames.last, last.key >= start - tolerance {
      if abs(last.key - start) <= tolerance { twin = last.place }
      earlier = last.place.file
      dropped += 1
      frames.removeLast()
    }
    guard dropped > 0, let earlier else { return twin }
    let name = files[place.file].name
    notes.append(
      dropped == 1 && twin != nil
        ? "\(name): frame \(place.number) repeats the one before it (\(text(place))), which is left out"
        : "\(name): frame \(place.number) goes back to \(text(place)): \(dropped) "
          + "frame\(dropped == 1 ? "" : "s") of \(files[earlier].name) from there on are left out")
    return twin
  }

  /// Of files without steps and times, one that begins with a frame that was there repeats what follows it, as after a restart. Files of
  /// one frame each are not looked through.
  private mutating func dropRepeated(_ place: FramePlace) throws {
    guard let last = frames.last, files[last.place.file].stamps.count > 1 else { return }
    let name = files[place.file].name
    for first in [frames[0].place, frames[epoch.index].place] where try distance(first, place) < 1e-9 {
      throw problem(
        place, "frame \(place.number) with the atoms of frame \(first.number) of \(files[first.file].name)",
        "files that go on from each other, each given once")
    }
    let searched = frames.suffix(Self.mostRepeated).dropLast()
    guard let index = try searched.lastIndex(where: { try distance($0.place, place) < 1e-9 }) else { return }
    let (found, dropped) = (frames[index].place, frames.count - index)
    notes.append(
      "\(name): frame \(place.number) repeats frame \(found.number) of \(files[found.file].name): \(dropped) frames "
        + "from there on are left out")
    frames.removeLast(dropped)
  }

  /// A restart that goes back further is not looked for.
  private static let mostRepeated = 200

  /// Says where an atom moves much further from file to file than in the step before.
  private mutating func compareMoves(_ place: FramePlace, _ move_A: Double) throws {
    guard frames.count > 1, let last = frames.last, files[last.place.file].stamps.count > 1 else { return }
    let usual_A = try distance(frames[frames.count - 2].place, last.place)
    guard move_A > 1, move_A > 5 * usual_A else { return }
    notes.append(
      "\(files[place.file].name): an atom moves by \(number(move_A)) Å to frame \(place.number) from the last of "
        + "\(files[last.place.file].name), and by at most \(number(usual_A)) Å in the step before: files with a gap between, or in the wrong "
        + "order, give a wrong D")
  }

  /// Steps or times that begin from 0 again: the files follow in the order given.
  /// - Returns: whether the frame repeats the last one and is left out.
  private mutating func beginAnew(_ place: FramePlace, _ value: Double, after last: Frame) throws -> Bool {
    let name = files[place.file].name
    let spacing =
      key == .order
      ? 1
      : median(zip(frames.dropFirst(), frames).map { $0.key - $1.key }) ?? Self.commonSpacing(files, key) ?? 1
    if key != .order {
      guard value >= epoch.key - tolerance || abs(value) <= spacing + tolerance else {
        throw problem(
          place,
          "frame \(place.number) at \(text(place)) after \(text(last.place)) of \(files[last.place.file].name)",
          "files in the order of time")
      }
      guard try frames.count - epoch.index < 2 || distance(frames[epoch.index].place, place) > 1e-9 else {
        throw problem(
          place,
          "frame \(place.number) at \(text(place)) after \(text(last.place)) of \(files[last.place.file].name), "
            + "with the atoms of frame \(frames[epoch.index].place.number) of \(files[frames[epoch.index].place.file].name)",
          "files that go on from each other, each given once")
      }
      notes.append(
        "\(name): \(key == .step ? "steps" : "times") begin from \(text(place)) again and are counted on")
    }
    let move_A = try distance(last.place, place)
    try compareMoves(place, move_A)
    let repeats = move_A < 1e-3
    if repeats {
      notes.append("\(name): frame \(place.number) repeats the one before it and is left out")
    }
    offset = last.key + (repeats ? 0 : spacing) - value
    epoch = (value, repeats ? frames.count - 1 : frames.count)
    return repeats
  }

  func text(_ place: FramePlace) -> String {
    let stamp = files[place.file].stamps[place.number - 1]
    switch key {
    case .step: return "step \(stamp.step ?? 0)"
    case .time: return "time \(stamp.time_ps ?? 0) ps"
    case .order: return "frame \(place.number)"
    }
  }

  func problem(_ place: FramePlace, _ found: String, _ wanted: String) -> TrajectoryProblem {
    TrajectoryProblem(file: files[place.file].name, found: found, wanted: wanted)
  }
}

/// The middle one of some numbers; nil for none.
func median(_ numbers: [Double]) -> Double? {
  numbers.isEmpty ? nil : numbers.sorted()[numbers.count / 2]
}
