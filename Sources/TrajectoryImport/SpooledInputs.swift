import Foundation
import Trajectory

/// Makes plain files of what can be read only once: named pipes and the shell's `<(…)`.
///
/// A trajectory is read twice, once for the times of all frames and once for their content. A pipe is copied, whole, to a
/// file that is removed with this object.
public final class SpooledInputs {
  private let folder: String
  /// What to open, by the name that the user gave.
  private var copies: [String: String] = [:]
  private var made: [String] = []

  /// How long a pipe may have no writer, s.
  private static let patience_s = 60.0

  /// - Parameter folder: for the copies; exists.
  public init(folder: String = NSTemporaryDirectory()) { self.folder = folder }

  deinit { for path in made { unlink(path) } }

  /// The path at which a file is read as often as needed: its own, or that of the copy of a pipe.
  ///
  /// - Throws: `TrajectoryProblem` for what does not exist or can't be read, and for a pipe that nothing writes to.
  public func path(of name: String) throws -> String {
    if let known = copies[name] { return known }
    let path = try resolve(name)
    copies[name] = path
    return path
  }

  private func resolve(_ name: String) throws -> String {
    var status = stat()
    guard stat(name, &status) == 0 else {
      throw TrajectoryProblem(
        file: name, found: errno == ENOENT ? "no such file" : String(cString: strerror(errno)),
        wanted: "a trajectory")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return name
    case S_IFIFO, S_IFSOCK: return try copyPipe(name)
    case S_IFDIR: throw TrajectoryProblem(file: name, found: "a directory", wanted: "a trajectory")
    default: throw TrajectoryProblem(file: name, found: "a device", wanted: "a file or a pipe")
    }
  }

  private func copyPipe(_ name: String) throws -> String {
    func failed(_ what: String) -> TrajectoryProblem {
      TrajectoryProblem(
        file: name, found: "\(what): \(String(cString: strerror(errno)))", wanted: "a pipe's content")
    }
    // Opening to read would wait for a writer, for ever if none comes.
    let source = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard source >= 0 else { throw failed("a pipe that can't be opened") }
    defer { close(source) }
    var template = Array("\(folder)/paddlewheel-pipe-XXXXXX".utf8CString)
    let target = mkstemp(&template)
    guard target >= 0 else { throw failed("no place for its copy in \(folder)") }
    defer { close(target) }
    _ = fcntl(target, F_SETFD, FD_CLOEXEC)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    made.append(path)
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    var total = 0
    var waited_s = 0.0
    while true {
      let count = read(source, &buffer, buffer.count)
      if count > 0 {
        try write(buffer, count, to: target) { failed("a copy in \(folder) that can't be written") }
        total += count
      } else if count == 0 {
        var state = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
        // A pipe that was never written to has no end yet; one that has been written to since is not at its end.
        if total > 0 || (poll(&state, 1, 100) > 0 && state.revents == Int16(POLLHUP)) { return path }
        waited_s += 0.1
        guard waited_s < Self.patience_s else {
          throw TrajectoryProblem(
            file: name, found: "a pipe to which nothing writes (waited \(Int(Self.patience_s)) s)",
            wanted: "a program that writes to it")
        }
      } else if errno == EAGAIN {
        var state = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
        _ = poll(&state, 1, -1)
      } else if errno != EINTR {
        throw failed("a pipe that can't be read")
      }
    }
  }

  private func write(
    _ bytes: [UInt8], _ count: Int, to target: Int32, failed: () -> TrajectoryProblem
  ) throws {
    var written = 0
    while written < count {
      let more = bytes.withUnsafeBytes { raw in
        Foundation.write(target, raw.baseAddress?.advanced(by: written), count - written)
      }
      if more < 0, errno == EINTR { continue }
      guard more > 0 else { throw failed() }
      written += more
    }
  }
}
