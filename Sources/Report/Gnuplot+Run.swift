import Foundation
import Subprocess

extension Gnuplot {
  /// The program: PADDLEWHEEL_GNUPLOT where it is set, else `gnuplot` on PATH.
  static func executable(environment: [String: String]) -> (path: String?, looked: String) {
    let files = FileManager.default
    if let path = environment["PADDLEWHEEL_GNUPLOT"], !path.isEmpty {
      return (files.isExecutableFile(atPath: path) ? path : nil, "PADDLEWHEEL_GNUPLOT=\(path)")
    }
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let found = folders.map { $0 + "/gnuplot" }.first { files.isExecutableFile(atPath: $0) }
    return (found, "looked on PATH")
  }

  /// Runs `<name>.gp` in `folder` and returns the content of `<name>.<format>`, or why there is none.
  static func draw(_ name: String, in folder: URL, with program: String, as format: String = "svg") async
    -> Result<Data, Failure>
  {
    let svg = folder.appendingPathComponent("\(name).\(format)")
    do {
      // A drawing of an earlier report must not be mistaken for this one's.
      // Nor may it lead elsewhere.
      guard unlink(svg.path) == 0 || errno == ENOENT else {
        return .failure(Failure(reason: "\(svg.path) can't be removed: \(String(cString: strerror(errno)))"))
      }
      let result = try await run(
        .path(.init(program)), arguments: ["-d", "\(name).gp"],
        environment: .inherit.updating(["LC_ALL": "C.UTF-8"]), workingDirectory: .init(folder.path),
        output: .discarded, error: .string(limit: 1 << 20))
      guard result.terminationStatus.isSuccess else {
        let message = result.standardError.split(separator: "\n").map {
          $0.trimmingCharacters(in: .whitespaces)
        }.filter { !$0.isEmpty }.suffix(2).joined(separator: " ")
        return .failure(Failure(reason: "\(result.terminationStatus): \(message)"))
      }
      return .success(try Data(contentsOf: svg))
    } catch {
      return .failure(Failure(reason: "\(error)"))
    }
  }

  /// The same for several, as many at a time as there are cores.
  static func drawAll(
    _ names: [String], in folder: URL, with program: String, as format: String = "svg",
    within limit_s: Double = 120
  ) async -> [String: Result<Data, Failure>] {
    await withTaskGroup(of: (String, Result<Data, Failure>).self) { group in
      var results: [String: Result<Data, Failure>] = [:]
      var rest = names[...]
      func drawNext() {
        guard let name = rest.popFirst() else { return }
        group.addTask { (name, await draw(name, in: folder, with: program, as: format, within: limit_s)) }
      }
      for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { drawNext() }
      for await (name, result) in group {
        results[name] = result
        drawNext()
      }
      return results
    }
  }

  struct Failure: Error {
    let reason: String
  }
}
