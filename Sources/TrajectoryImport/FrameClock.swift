import Trajectory

/// The times of frames: whole numbers of steps from the first frame, and the time step.
public struct FrameClock: Equatable, Sendable {
  /// ps
  public var timestep_ps: Double
  /// Steps between frames.
  public var stepsPerFrame: Int

  /// ps
  public var frameInterval_ps: Double { Double(stepsPerFrame) * timestep_ps }

  /// The nearest multiple of 10⁻⁹ ps, where the difference is within the rounding of text files.
  static func plain(_ time_ps: Double) -> Double {
    let plain = (time_ps * 1e9).rounded() / 1e9
    return plain > 0 && abs(plain - time_ps) < 1e-6 * time_ps ? plain : time_ps
  }
}

/// How long one unit of a row's keys is, and what was said about it.
struct KeyDuration {
  /// ps
  var perKey_ps: Double
  var notes: [String] = []

  /// From the user's options first, then from the files.
  ///
  /// - Parameter usual: the usual difference of keys.
  /// - Throws: `TrajectoryProblem` where nothing gives the time between frames, and where the options contradict each other.
  init(_ files: [ScannedFile], _ key: FrameJoin.Key, usual: Double, hints: ImportHints) throws {
    let file = files[0]
    let own = Self.ownDuration(files, key)
    if let interval = hints.frameInterval_ps {
      perKey_ps = interval / usual
      if let timestep = hints.timestep_ps, key == .step, abs(timestep * usual - interval) > 0.01 * interval {
        throw TrajectoryProblem(
          file: file.name,
          found: "--frame-interval \(interval) ps and --timestep \(timestep) ps, with frames "
            + "\(number(usual)) steps apart", wanted: "one of them, or two that agree")
      }
      contradict(own, usual, interval, "--frame-interval", file)
    } else if let timestep = hints.timestep_ps, key == .step {
      perKey_ps = timestep
      contradict(own, usual, timestep * usual, "--timestep", file)
    } else if let own {
      perKey_ps = own
      if hints.timestep_ps != nil {
        notes.append("\(file.name): --timestep is not used, for the file has times and no steps")
      }
      if let guess = file.timeGuess {
        notes.append("\(file.name): \(guess); otherwise give --frame-interval")
      }
    } else {
      throw TrajectoryProblem(
        file: file.name, found: key == .order ? "neither times nor steps" : "steps, but not how long one is",
        wanted: key == .order
          ? "the time between frames, as --frame-interval \"100 fs\""
          : "the time step, as --timestep \"1 fs\", or the time between frames, as --frame-interval \"100 fs\""
      )
    }
  }

  private mutating func contradict(
    _ own: Double?, _ usual: Double, _ used: Double, _ option: String, _ file: ScannedFile
  ) {
    guard let own, abs(own * usual - used) > 0.01 * used else { return }
    notes.append(
      "\(file.name): frames are \(number(own * usual)) ps apart by the file\(file.timeGuess.map { " (\($0))" } ?? ""); "
        + "\(option) makes it \(number(used)) ps, which is used")
  }

  /// ps for one unit of the key, by the files' own times.
  private static func ownDuration(_ files: [ScannedFile], _ key: FrameJoin.Key) -> Double? {
    switch key {
    case .time: return 1
    case .order: return nil
    case .step:
      var best: (steps: Int, time: Double)?
      for stamps in files.map(\.stamps) {
        guard let first = stamps.first, let start = first.step, let begin = first.time_ps else { continue }
        for last in [stamps.last, stamps.dropFirst().first].compactMap({ $0 }) {
          guard let end = last.step, let time = last.time_ps, end > start, time > begin else { continue }
          if end - start > best?.steps ?? 0 { best = (end - start, time - begin) }
        }
      }
      return best.map { FrameClock.plain($0.time / Double($0.steps)) }
    }
  }
}

/// A number for a message.
func number(_ value: Double) -> String {
  let rounded = (value * 1e9).rounded() / 1e9
  return rounded == rounded.rounded() && abs(rounded) < 1e15
    ? "\(Int(rounded))" : "\(rounded == 0 ? value : rounded)"
}
