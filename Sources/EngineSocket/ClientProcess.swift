import CSpawn
import Foundation
import Support

/// A client's program, which ends with this process, however that ends.
///
/// The program is the leader of a session of its own. Another process, the watch, waits for the end of a connection that
/// this process holds, and then ends every process of the session, first by TERM. The system closes the connection where
/// this process is killed, so that nothing is left behind. The program itself waits for a sign until the watch is there.
package final class ClientProcess {
  private let process: pid_t
  private let watch: pid_t
  /// Its end ends the client.
  private var line: Int32
  private let log: String
  private let logStart: UInt64
  /// How the program has ended.
  private var end = ClientEnd.unknown

  /// Starts a program.
  /// - Parameters:
  ///   - words: the program, looked for on PATH, and its arguments.
  ///   - directory: in which it runs.
  ///   - log: to whose end everything goes that it prints.
  /// - Throws: ``EngineError/starting(program:problem:)``.
  package init(
    _ words: [String], directory: String, log: String, environment: [String: String]
  ) throws(EngineError) {
    let program = words.first ?? ""
    func failure(_ code: Int32 = errno) -> EngineError {
      .starting(program: program, problem: String(cString: strerror(code)))
    }
    let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard output >= 0 else {
      throw .starting(program: program, problem: "can't write \(log): \(systemMessage())")
    }
    defer { close(output) }
    self.log = log
    logStart = UInt64(max(0, lseek(output, 0, SEEK_END)))
    // Ends that are not this process's own: each is the standard input of one of the two programs.
    let gate = try Self.pair(program)
    let line = try Self.pair(program)
    defer { for end in [gate.here, gate.there, line.there] { close(end) } }
    self.line = line.here
    let shell = "/bin/sh"
    let variables = environment.map { "\($0.key)=\($0.value)" }.sorted()
    var client: pid_t = 0
    var code = Self.spawn(
      &client, shell, ["sh", "-c", Self.gateScript, "sh"] + words, variables, directory, gate.there, output)
    guard code == 0 else {
      close(line.here)
      throw failure(code)
    }
    var watch: pid_t = 0
    code = Self.spawn(
      &watch, shell, ["sh", "-c", Self.watchScript, "paddlewheel-client-watch", String(client)],
      ["PATH=\(environment["PATH"] ?? "/usr/bin:/bin")"], "/", line.there, output)
    guard code == 0 else {
      // Without the sign the client's shell ends when its end of the gate closes.
      close(line.here)
      kill(client, SIGKILL)
      waitpid(client, nil, 0)
      throw failure(code)
    }
    process = client
    self.watch = watch
    _ = send(gate.here, "\n", 1, Int32(MSG_NOSIGNAL))
  }

  deinit { finish(patience_s: 0) }

  /// - Throws: ``EngineError/ended(how:lastLine:log:)`` where the program has ended.
  func check() throws(EngineError) {
    guard hasEnded else { return }
    throw .ended(how: end, lastLine: lastLine, log: log)
  }

  /// Whether the program has ended; what it has started may still run.
  package var hasEnded: Bool {
    var (code, signal): (Int32, Int32) = (0, 0)
    switch pw_has_ended(process, &code, &signal) {
    case 0: return false
    case 1: end = signal == 0 ? .exit(code) : .signal(signal)
    default: break
    }
    return true
  }

  /// Whether it has been waited for, and nothing of its session is left.
  package var isFinished: Bool { line < 0 }

  /// Waits for the program's end, and ends what is left of its session after a while.
  package func finish(patience_s: Double) {
    guard line >= 0 else { return }
    let waiting = Stopwatch()
    while !hasEnded, waiting.elapsed_s < patience_s { usleep(5000) }
    close(line)
    line = -1
    // The watch ends what is left, and then itself. Until then the program's number stays its own.
    while waitpid(watch, nil, 0) < 0, errno == EINTR {}
    if !hasEnded { kill(process, SIGKILL) }
    while waitpid(process, nil, 0) < 0, errno == EINTR {}
  }

  /// The last line that the program has printed.
  private var lastLine: String? {
    guard let file = FileHandle(forReadingAtPath: log) else { return nil }
    defer { try? file.close() }
    do {
      let end = try file.seekToEnd()
      try file.seek(toOffset: max(logStart, end > 4096 ? end - 4096 : 0))
      let text = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
      return text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
        .map { visible(String($0.prefix(300))) }
    } catch { return nil }
  }

  // MARK: scripts

  private static let gateScript = #"read -r sign || exit 1; exec "$@" </dev/null"#

  /// Ends the session whose number is its first argument, once its standard input ends.
  private static let watchScript = #"""
    session=$1
    # Sends a signal to every process of the session, and fails where there is none.
    signal() {
      found=1
      for file in /proc/[0-9]*/stat; do
        { read -r line <"$file"; } 2>/dev/null || continue
        # Behind the name, which may hold anything: state, parent, group, session.
        set -- "$1" ${line##*) }
        if [ "$5" = "$session" ] && [ "$2" != Z ]; then
          process=${file#/proc/}
          kill -s "$1" "${process%/stat}" 2>/dev/null
          found=0
        fi
      done
      return $found
    }
    read -r sign
    signal TERM || exit 0
    for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
      sleep 0.1
      signal CONT || exit 0
    done
    for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
      signal KILL || exit 0
      sleep 0.1
    done
    """#

  // MARK: calls

  private static func pair(_ program: String) throws(EngineError) -> (here: Int32, there: Int32) {
    var ends: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw .starting(program: program, problem: systemMessage())
    }
    return (ends[0], ends[1])
  }

  private static func spawn(
    _ process: inout pid_t, _ program: String, _ arguments: [String], _ environment: [String],
    _ directory: String, _ input: Int32, _ output: Int32
  ) -> Int32 {
    var words = arguments.map { strdup($0) } + [nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { for text in words + variables { free(text) } }
    return pw_spawn(&process, program, &words, &variables, directory, input, output)
  }

  /// What Open MPI's mpirun puts its own folders in front of.
  package static let searchPaths = ["PATH", "LD_LIBRARY_PATH"]
  /// Before the name of a search path: its value before mpirun, from whoever starts it.
  package static let givenPrefix = "PADDLEWHEEL_GIVEN_"

  /// The environment of this process without what an MPI library has put there: an engine that uses MPI would take itself
  /// for a rank of this job, and the programs of a Python environment would not be found first.
  package static func ownEnvironment(
    _ variables: [String: String] = ProcessInfo.processInfo.environment
  ) -> [String: String] {
    var own = variables.filter { name, _ in
      name.hasPrefix("OMPI_ALLOW_RUN_AS_ROOT")
        || !["OMPI_", "PMIX_", "PMI_", "PRTE_", "HYDRA_", "HYDI_", "MPI_LOCAL", "MV2_COMM_WORLD"].contains {
          name.hasPrefix($0)
        }
    }
    for name in searchPaths {
      guard let given = own.removeValue(forKey: givenPrefix + name) else { continue }
      own[name] = given.isEmpty ? nil : given
    }
    return own
  }
}
