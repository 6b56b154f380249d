import Trajectory

/// Which frames of a run's files are read, in order, and their times.
struct FramePlan {
  struct Entry {
    var place: FramePlace
    /// In the record, from 0.
    var step: Int
    var beginsPiece: Bool
    var twin: FramePlace?
  }

  let entries: [Entry]
  let clock: FrameClock
  let notes: [String]

  private static let mostSteps = 1_000_000_000_000
  /// Programs print times with few digits.
  private static let timeTolerance = 0.05

  /// - Parameter distance: as of `FrameJoin`.
  /// - Throws: `TrajectoryProblem`.
  init(
    _ files: [ScannedFile], hints: ImportHints, distance: @escaping (FramePlace, FramePlace) throws -> Double
  ) throws {
    var notes: [String] = []
    let key = try Self.key(files, hints, &notes)
    let join = try FrameJoin(files, key, distance: distance)
    notes += join.notes
    guard join.frames.count > 1 else {
      throw TrajectoryProblem(
        file: files.map(\.name).joined(separator: "+"), found: "\(join.frames.count) frame",
        wanted:
          "at least two; frames in files of their own are joined by + or named by a quoted wildcard, 'd.*'")
    }
    let usual = median(zip(join.frames.dropFirst(), join.frames).map { $0.key - $1.key }) ?? 1
    let duration = try KeyDuration(files, key, usual: usual, hints: hints)
    notes += duration.notes
    let chosen = try Self.select(join, hints, duration.perKey_ps)
    let tolerance = key == .time ? Self.timeTolerance : 0
    guard let even = FrameSpacing.even(chosen.map(\.key), tolerance: tolerance) else {
      throw Self.uneven(chosen, join, duration.perKey_ps, tolerance)
    }
    if even.isResampled { notes.append(Self.resampling(chosen, even, join, duration.perKey_ps, tolerance)) }
    let stride = try Self.stride(hints.every, even.spacing * duration.perKey_ps, files[0].name)
    let stepsPerKey = key == .step
    let spacing = stepsPerKey ? even.spacing * Double(stride) : 1
    guard spacing < Double(Self.mostSteps) else {
      throw TrajectoryProblem(
        file: files[0].name, found: "\(number(spacing)) steps from frame to frame",
        wanted: "fewer than \(Self.mostSteps)")
    }
    let interval_ps = Self.interval(even.spacing, usual, duration.perKey_ps, hints) * Double(stride)
    clock = FrameClock(timestep_ps: FrameClock.plain(interval_ps / spacing), stepsPerFrame: Int(spacing))
    guard clock.timestep_ps >= 1e-9, clock.timestep_ps <= 1e6 else {
      throw TrajectoryProblem(
        file: files[0].name, found: "steps of \(clock.timestep_ps) ps", wanted: "from 1e-9 to 1e6 ps")
    }
    entries = try Self.entries(chosen, even, stride, clock, isWhole: stepsPerKey, join)
    self.notes = notes
  }

  /// What places the frames: steps where every frame has one and they are equally long, else times.
  private static func key(
    _ files: [ScannedFile], _ hints: ImportHints, _ notes: inout [String]
  ) throws -> FrameJoin.Key {
    let stamps = files.lazy.flatMap(\.stamps)
    let haveTimes = stamps.allSatisfy { $0.time_ps != nil }
    guard stamps.allSatisfy({ $0.step != nil }) else { return haveTimes ? .time : .order }
    for file in files {
      if let step = file.stamps.lazy.compactMap(\.step).first(where: { $0.magnitude >= 1 << 53 }) {
        throw TrajectoryProblem(file: file.name, found: "step \(step)", wanted: "steps below 2⁵³")
      }
    }
    guard haveTimes, let change = firstChange(files) else { return .step }
    let (file, number, before, after) = change
    let what =
      "\(file.name): a step takes \(TrajectoryImport.number(before)) ps up to frame \(number - 1) and "
      + "\(TrajectoryImport.number(after)) ps up to frame \(number), by the times of the file"
    if let given = hints.timestep_ps ?? hints.frameInterval_ps {
      let option = hints.timestep_ps != nil ? "--timestep" : "--frame-interval"
      notes.append("\(what); \(option) \(TrajectoryImport.number(given)) ps is used for all")
      return .step
    }
    notes.append("\(what); frames are placed by their times")
    return .time
  }

  /// The first frame at which the time of a step differs from that at the beginning, ps.
  private static func firstChange(
    _ files: [ScannedFile]
  ) -> (file: ScannedFile, number: Int, before: Double, after: Double)? {
    var usual: Double?
    for file in files {
      for index in file.stamps.indices.dropFirst() {
        let (a, b) = (file.stamps[index - 1], file.stamps[index])
        guard let from = a.step, let to = b.step, let start = a.time_ps, let end = b.time_ps, to > from else {
          continue
        }
        let duration = (end - start) / Double(to - from)
        if let usual, abs(duration - usual) > timeTolerance * abs(usual) {
          return (file, index + 1, usual, duration)
        }
        usual = usual ?? duration
      }
    }
    return nil
  }

  /// The frames from `--skip` to `--until`.
  private static func select(
    _ join: FrameJoin, _ hints: ImportHints, _ perKey_ps: Double
  ) throws -> [FrameJoin.Frame] {
    // The rounding of products of decimal numbers.
    let first = (hints.skip_ps ?? 0) / perKey_ps * (1 - 1e-9)
    let last = hints.until_ps.map { $0 / perKey_ps * (1 + 1e-9) } ?? .infinity
    let chosen = join.frames.filter { $0.key >= first && $0.key <= last }
    guard chosen.count > 1 else {
      let length = number((join.frames.last?.key ?? 0) * perKey_ps)
      throw TrajectoryProblem(
        file: join.name(of: join.frames[0].place),
        found: "\(chosen.count) of \(join.frames.count) frames, of \(length) ps, left by --skip and --until",
        wanted: "at least two")
    }
    return chosen
  }

  /// ps; what the user gives is not changed by the rounding of times in the file.
  private static func interval(
    _ spacing: Double, _ usual: Double, _ perKey_ps: Double, _ hints: ImportHints
  ) -> Double {
    let share = (spacing / usual).rounded()
    if let given = hints.frameInterval_ps, share >= 1, abs(spacing / usual - share) < timeTolerance {
      return given * share
    }
    return FrameClock.plain(spacing * perKey_ps)
  }

  private static func stride(_ every: ImportHints.Every?, _ interval_ps: Double, _ file: String) throws -> Int
  {
    switch every {
    case nil: return 1
    case .frames(let count): return count
    case .time(let time_ps):
      let share = time_ps / interval_ps
      guard share < 1e9, share.rounded() >= 1, abs(share - share.rounded()) < 0.01 * share.rounded() else {
        throw TrajectoryProblem(
          file: file, found: "frames \(number(interval_ps)) ps apart, and --every \(number(time_ps)) ps",
          wanted: "a multiple of \(number(interval_ps)) ps")
      }
      return Int(share.rounded())
    }
  }

  private static func entries(
    _ chosen: [FrameJoin.Frame], _ even: FrameSpacing.Even, _ stride: Int, _ clock: FrameClock, isWhole: Bool,
    _ join: FrameJoin
  ) throws -> [Entry] {
    var entries: [Entry] = []
    var begins = false
    var taken = 0
    var wanted = 0
    for (index, frame) in chosen.enumerated() {
      begins = begins || frame.beginsPiece
      guard taken < even.indices.count, even.indices[taken] == index else { continue }
      let isEarly = even.early != nil && taken == even.indices.count - 1
      defer { taken += 1 }
      // What comes early has no place in a row of fewer frames, and without steps none at all.
      guard taken == wanted, !isEarly || (stride == 1 && isWhole) else { continue }
      wanted += stride
      let (whole, isTooLarge) = entries.count.multipliedReportingOverflow(by: clock.stepsPerFrame)
      let step = isEarly ? (entries.last?.step ?? 0) + Int(even.early ?? 0) : whole
      guard !isTooLarge, step < mostSteps else {
        throw TrajectoryProblem(
          file: join.name(of: frame.place),
          found: "\(mostSteps) steps and more up to frame \(frame.place.number)",
          wanted: "fewer than \(mostSteps)")
      }
      entries.append(Entry(place: frame.place, step: step, beginsPiece: begins, twin: frame.twin))
      begins = false
    }
    guard entries.count > 1 else {
      throw TrajectoryProblem(
        file: join.name(of: chosen[0].place), found: "\(entries.count) frame left by --every",
        wanted: "at least two")
    }
    return entries
  }

  private static func odd(
    _ chosen: [FrameJoin.Frame], _ join: FrameJoin, _ perKey_ps: Double, _ tolerance: Double
  ) -> (file: String, text: String) {
    let keys = chosen.map(\.key)
    let index = FrameSpacing.firstOdd(keys, tolerance: tolerance) ?? 1
    let (now, before) = (chosen[index].place, chosen[index - 1].place)
    func span(_ difference: Double) -> String {
      join.key == .step ? "\(number(difference)) steps" : "\(number(difference * perKey_ps)) ps"
    }
    let usual = keys[1] - keys[0]
    return (
      join.name(of: now),
      "frame \(now.number) at \(join.text(now)) after \(join.text(before)) in \(join.name(of: before)), "
        + "\(span(keys[index] - keys[index - 1])) instead of \(span(usual))"
    )
  }

  private static func uneven(
    _ chosen: [FrameJoin.Frame], _ join: FrameJoin, _ perKey_ps: Double, _ tolerance: Double
  ) -> TrajectoryProblem {
    let (file, text) = odd(chosen, join, perKey_ps, tolerance)
    return TrajectoryProblem(
      file: file, found: text,
      wanted:
        "equal intervals from frame to frame, or frames from which such can be picked; --skip and --until take a part"
    )
  }

  private static func resampling(
    _ chosen: [FrameJoin.Frame], _ even: FrameSpacing.Even, _ join: FrameJoin, _ perKey_ps: Double,
    _ tolerance: Double
  ) -> String {
    let (file, text) = odd(chosen, join, perKey_ps, tolerance)
    return "\(file): \(text): the frames are not evenly spaced; \(even.indices.count) of \(chosen.count), "
      + "\(number(even.spacing * perKey_ps)) ps apart, are used"
  }
}

extension FrameJoin {
  func name(of place: FramePlace) -> String { files[place.file].name }
}
