import Foundation
import Synchronization

/// Standard output and standard error as they may be: on a full disk, closed, or pipes whose reader is gone.
package enum StandardStreams {
  /// Call before anything is opened or printed.
  ///
  /// A write to a pipe without a reader then fails instead of ending the process. A descriptor that is closed would be
  /// given to the next file that is opened, which would then receive what is printed.
  package static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    for (descriptor, flags) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDWR)]
    where fcntl(descriptor, F_GETFD) < 0 {
      // Read-only for standard output: that a result can't be written must show.
      let null = open("/dev/null", flags)
      guard null >= 0, null != descriptor else { continue }
      dup2(null, descriptor)
      close(null)
    }
  }

  /// Writes all bytes.
  /// - Returns: the system's error; nil for none.
  package static func write(_ bytes: some Collection<UInt8>, to descriptor: Int32) -> Int32? {
    let buffer = Array(bytes)
    return buffer.withUnsafeBytes { all in
      var rest = all[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = Foundation.write(descriptor, part.baseAddress, part.count)
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if count < 0, errno == EAGAIN {
          // Another program has made the terminal or the pipe non-blocking.
          var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&wait, 1, 1000)
        } else if count == 0 || errno != EINTR {
          return count == 0 ? EIO : errno
        }
      }
      return nil
    }
  }
}

/// Results, and what a verb says about its work.
package enum StandardOutput {
  private static let problem = Atomic<Int32>(0)

  /// Why something could not be written, as `errno`; nil where everything was.
  package static var failure: Int32? {
    let code = problem.load(ordering: .relaxed)
    return code == 0 ? nil : code
  }

  /// Prints lines for people: control characters are shown.
  package static func print(_ text: String, terminator: String = "\n") {
    write(visibleLines(text) + terminator)
  }

  /// Prints JSON, in which control characters above ASCII are not escaped by themselves.
  package static func print(json: String) {
    guard json.utf8.contains(where: { $0 >= 0x7F }) else { return write(json) }
    var text = ""
    for scalar in json.unicodeScalars {
      if scalar.isControl, scalar != "\n", scalar != "\t" {
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    write(text)
  }

  package static func clearTerminal() { write("\u{1b}[H\u{1b}[J") }

  private static func write(_ text: String) {
    // Half a result must not get a second half after a gap.
    guard failure == nil, let code = StandardStreams.write(text.utf8, to: STDOUT_FILENO) else { return }
    problem.store(code, ordering: .relaxed)
  }
}

/// Progress and messages: what can't be told is dropped, for the work has to go on.
package enum StandardError {
  /// Control characters are shown.
  package static func print(_ text: String, terminator: String = "\n") {
    _ = StandardStreams.write((visibleLines(text) + terminator).utf8, to: STDERR_FILENO)
  }

  /// Replaces the last lines that a terminal shows, the cursor being below them.
  package static func replaceLines(_ count: Int, by lines: [String]) {
    let up = count > 0 ? "\u{1b}[\(count)A\r\u{1b}[J" : "\r"
    let text = lines.map { visible($0) + "\n" }.joined()
    _ = StandardStreams.write((up + text).utf8, to: STDERR_FILENO)
  }

  /// Replaces the line that a terminal shows.
  package static func replaceLine(by text: String = "") {
    _ = StandardStreams.write(("\r\u{1b}[K" + visible(text)).utf8, to: STDERR_FILENO)
  }
}
