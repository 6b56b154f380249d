import StudyStore
import Support

/// How long a command that starts ranks may go without showing progress.
struct LaunchWatch: Sendable {
  /// What progress changes; looked at every second.
  let mark: @Sendable () -> RunProgressMark?
  /// How long it may stay the same, s.
  let limit_s: @Sendable () -> Double
  /// Whether the ranks are to stop by another way than a signal.
  let isStopping: @Sendable () -> Bool
  /// Words that every rank's command line ends with: by them the ranks of this machine are found.
  let rankWords: [String]
  /// Whether what the ranks compute is progress: for those that write no file as they go.
  var countsWork = false
  /// Between two signals, s.
  var patience_s = 4.0

  /// A command that has to end within a time.
  static func within(_ limit_s: Double) -> LaunchWatch {
    LaunchWatch(mark: { nil }, limit_s: { limit_s }, isStopping: { false }, rankWords: [])
  }

  /// The ranks of a run.
  /// - Parameter slack_s: the ranks end by themselves at the limit, and their own message says more.
  static func run(_ index: Int, of study: StudyDirectory, words: [String], slack_s: Double) -> LaunchWatch {
    let fixed_s = study.runs[index].manifest.simulated?.resources.stallLimit_s
    let marker = study.cancelMarker(index)
    return LaunchWatch(
      mark: { RunProgressMark(study, run: index) },
      limit_s: {
        let state = RunState.read(from: study.statePath(index), steps: 0)
        // No number of a file makes it endless.
        let own_s = min(max(RunState.leastStallLimit_s, state.stallLimit_s ?? 0), 864_000)
        return (fixed_s ?? own_s) + slack_s
      }, isStopping: { marker.exists }, rankWords: words)
  }
}

/// Why a launch is ended before its command has ended by itself.
enum LaunchProblem: Equatable, Sendable {
  /// Nothing has changed for this long, s.
  case stalled(Double)
  /// A rank has ended, and the command that started it has not noticed.
  case lostRank

  var message: String {
    switch self {
    case .stalled(let time_s): "no step for \(Int(time_s.rounded())) s: the ranks were ended"
    case .lostRank: "a rank has ended and mpirun waits for it: the launch was ended"
    }
  }

  var reason: EndReason {
    switch self {
    case .stalled: .stalled
    case .lostRank: .killed
    }
  }
}

/// Decides which signal a launch gets, and when: the requests of the user first, and where nothing moves, one after the
/// other until it has ended.
struct LaunchGuard {
  enum Action: Equatable {
    /// A checkpoint.
    case askToStop
    case terminate
    /// Everything that the launch has started on this machine.
    case kill
  }

  /// What is seen of the launch at a moment.
  struct View {
    /// Requests of the user to stop.
    var requests = 0
    /// Whether the ranks are to stop, by a request or another way.
    var isStopping = false
    var hasProgressed = true
    var limit_s: Double
    /// Whether a rank of this machine has ended.
    var hasLostRank = false
  }

  /// Seconds between two looks.
  static let interval_s = 1.0
  /// Ranks that end together are not seen to end at the same moment, s.
  private static let lostRankGrace_s = 6.0
  /// A launch that is to stop may go without progress for this long, s; ten steps and a checkpoint take it less.
  private static let stopLimit_s = 35.0

  private(set) var problem: LaunchProblem?
  private let patience_s: Double
  private var silence: SilenceClock
  private var lost: SilenceClock
  private var requestsSeen = 0
  /// The last signal of those that follow one another without a request.
  private var last: (action: Action, at_s: Double)?

  init(patience_s: Double, now_s: Double = Stopwatch.now_s) {
    self.patience_s = patience_s
    silence = SilenceClock(interval_s: Self.interval_s, now_s: now_s)
    lost = SilenceClock(interval_s: Self.interval_s, now_s: now_s)
  }

  /// - Returns: what is to be done now.
  mutating func look(_ view: View, now_s: Double = Stopwatch.now_s) -> Action? {
    silence.look(hasChanged: view.hasProgressed, now_s: now_s)
    lost.look(hasChanged: !view.hasLostRank, now_s: now_s)
    if view.requests > requestsSeen {
      requestsSeen = view.requests
      switch view.requests {
      case 1: return .askToStop
      case 2: return begin(.terminate, now_s)
      default: return begin(.kill, now_s)
      }
    }
    if let last {
      guard now_s - last.at_s >= patience_s else { return nil }
      return begin(last.action == .askToStop ? .terminate : .kill, now_s)
    }
    if lost.silence_s >= Self.lostRankGrace_s {
      problem = .lostRank
      // No checkpoint without it.
      return begin(.terminate, now_s)
    }
    // Two of the longest steps, where the limit is twenty.
    let limit_s =
      view.isStopping && view.limit_s > Self.stopLimit_s
      ? max(Self.stopLimit_s, view.limit_s / 10) : view.limit_s
    guard silence.silence_s >= limit_s else { return nil }
    problem = .stalled(silence.silence_s)
    return begin(view.isStopping ? .terminate : .askToStop, now_s)
  }

  private mutating func begin(_ action: Action, _ now_s: Double) -> Action {
    last = (action, now_s)
    return action
  }
}
