import Trajectory

/// The times of frames: whole numbers of steps from the first frame, and the time step.
public struct FrameClock: Equatable, Sendable {
  /// ps
  public var timestep_ps: Double
  /// Steps between frames.
  public var stepsPerFrame: Int
  /// Whether frames are placed by the steps in the file, not by their order.
  var usesSteps: Bool

  /// ps
  public var frameInterval_ps: Double { Double(stepsPerFrame) * timestep_ps }

  /// From the hints first, then from the first two frames.
  ///
  /// - Throws: `TrajectoryProblem` where nothing gives the time between frames.
  init(first: ImportedFrame, second: ImportedFrame, hints: ImportHints) throws {
    let steps = try Self.steps(from: first, to: second)
    let time = first.time_ps.flatMap { start in second.time_ps.map { $0 - start } }
    if let time, !(time > 0 && time < 1e9) {
      throw TrajectoryProblem(
        file: second.file,
        found: "the times \(first.time_ps ?? 0) and \(second.time_ps ?? 0) ps in the frames "
          + "\(first.number) and \(second.number)", wanted: "rising ones")
    }
    usesSteps = steps != nil
    stepsPerFrame = steps ?? 1
    let interval: Double
    if let given = hints.frameInterval_ps {
      interval = given
      try Self.check(time, against: given, "--frame-interval", second)
    } else if let timestep = hints.timestep_ps, let steps {
      interval = Double(steps) * timestep
      try Self.check(time, against: interval, "--timestep", second)
    } else if let time {
      interval = Self.plain(time)
    } else {
      throw TrajectoryProblem(
        file: first.file,
        found: steps == nil ? "neither times nor steps" : "steps, but not how long one is",
        wanted: steps == nil
          ? "the time between frames, as --frame-interval \"100 fs\""
          : "the time step, as --timestep \"1 fs\", or the time between frames, as --frame-interval \"100 fs\""
      )
    }
    timestep_ps = Self.plain(interval / Double(stepsPerFrame))
    guard timestep_ps >= 1e-9, timestep_ps <= 1e6 else {
      throw TrajectoryProblem(
        file: first.file, found: "steps of \(timestep_ps) ps", wanted: "from 1e-9 to 1e6 ps")
    }
  }

  private static func steps(from first: ImportedFrame, to second: ImportedFrame) throws -> Int? {
    guard let start = first.step, let next = second.step else { return nil }
    let (steps, overflow) = next.subtractingReportingOverflow(start)
    guard !overflow, steps > 0, steps < 1 << 32 else {
      throw TrajectoryProblem(
        file: second.file, found: "step \(next) after step \(start)", wanted: "rising steps")
    }
    return steps
  }

  /// The nearest multiple of 10⁻⁹ ps, where the difference is within the rounding of text files.
  private static func plain(_ time_ps: Double) -> Double {
    let plain = (time_ps * 1e9).rounded() / 1e9
    return plain > 0 && abs(plain - time_ps) < 1e-6 * time_ps ? plain : time_ps
  }

  private static func check(
    _ time: Double?, against given: Double, _ option: String, _ frame: ImportedFrame
  ) throws {
    guard let time, abs(time - given) > 0.01 * given else { return }
    throw TrajectoryProblem(
      file: frame.file, found: "\(time) ps between frames by the file",
      wanted: "\(given) ps, as \(option) says")
  }

  /// The relation of a frame to the one before.
  enum Succession: Equatable { case follows, repeats, early, back, gap, unknown }

  /// From the file's steps or times; unknown where it has neither.
  func succession(of frame: ImportedFrame, after last: ImportedFrame) -> Succession {
    if usesSteps, let a = last.step, let b = frame.step {
      let (difference, overflow) = b.subtractingReportingOverflow(a)
      if overflow { return b > a ? .gap : .back }
      if difference == stepsPerFrame { return .follows }
      return difference == 0 ? .repeats : difference < 0 ? .back : difference < stepsPerFrame ? .early : .gap
    }
    if let a = last.time_ps, let b = frame.time_ps {
      let share = (b - a) / frameInterval_ps
      // Programs print times with few digits.
      if abs(share - 1) < 0.05 { return .follows }
      return abs(share) < 0.05 ? .repeats : share < 0 ? .back : share < 1 ? .early : .gap
    }
    return .unknown
  }
}
