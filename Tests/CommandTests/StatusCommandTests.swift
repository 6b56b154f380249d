import Foundation
import StudyStore
import TestSupport
import Testing
import Trajectory

@Test func statusShowsEveryRun() throws {
  try withManifest { folder in
    #expect(try paddlewheel("plan", "small.yaml", "--output", "out", in: folder).exitCode == 0)
    let study = try StudyDirectory(opening: "\(folder)/out")
    var state = RunState(.failed, steps: 2000)
    state.stage = .sample
    state.step = 500
    state.time_ps = 0.5
    state.attempt = 3
    state.ns_per_day = 12.5
    state.message = "no space left"
    try state.write(to: study.statePath(0))

    // In a folder that contains only this study, and in the study itself, the name may be omitted.
    for (place, arguments) in [
      (folder, ["status", "out"]), (folder, ["status"]), ("\(folder)/out", ["status"]),
    ] {
      let result = try paddlewheel(arguments, in: place)
      #expect(result.exitCode == 0)
      let lines = result.output.split(separator: "\n").map(String.init)
      let rows = lines.map { $0.split(separator: " ").map(String.init) }
      #expect(rows[0] == ["run", "T", "state", "stage", "done", "ps", "ns/day", "left"])
      #expect(rows[1] == ["0", "500", "K", "failed", "sample", "25", "%", "0.50", "12.50", "–"])
      #expect(rows[2].prefix(4) == ["1", "600", "K", "planned"])
      #expect(lines.contains("0 0000-T500K-r1: no space left"))
      #expect(lines.contains("0 of 2 done, 1 failed"))
      #expect(lines.allSatisfy { $0.count <= 80 }, "\(result.output)")
    }
    let page = try paddlewheel("status", "out", "--html", "status.html", in: folder)
    #expect(page.exitCode == 0)
    let html = try String(contentsOfFile: "\(folder)/status.html", encoding: .utf8)
    let content = XMLContent(html)
    #expect(
      content.error == nil && content.text.contains("no space left") && content.text.contains("0 of 2 done"))
    #expect(html.contains("http-equiv=\"refresh\"") && !html.contains("src="))
    let json = try paddlewheel("status", "out", "--json", in: folder)
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(object?["study"] as? String == "small")
    let first = try #require((object?["runs"] as? [[String: Any]])?.first)
    #expect(first["state"] as? String == "failed")
    #expect(first["attempts"] as? Int == 3)
    #expect(first["step"] as? Int == 500)
    #expect(first["steps"] as? Int == 2000)
    #expect(first["time_ps"] as? Double == 0.5)
    #expect(first["ns_per_day"] as? Double == 12.5)
    #expect(first["message"] as? String == "no space left")
    #expect(first["point"] as? [String: String] == ["temperature": "500 K", "replica": "1"])
  }
}

/// From the runs' own files, before there are results.
@Test func theNewestDiffusivityIsShownWhileRunsGo() throws {
  try withManifest { folder in
    #expect(try paddlewheel("plan", "small.yaml", "--output", "out", in: folder).exitCode == 0)
    let study = try StudyDirectory(opening: "\(folder)/out")
    #expect(!(try paddlewheel("status", "out", in: folder)).output.contains("D so far"))
    let lags = [0, 1, 2, 3, 4, 5.0]
    let counts = [[Double]](repeating: lags.map { _ in 10 }, count: 3) + [lags.map { _ in 0 }]
    // 0.1, 0.2 and 0.3 Å²/ps: 2.0e-5 ± 0.58e-5 cm²/s.
    let sums = [0.1, 0.2, 0.3, 0].map { d in lags.map { 60 * d * $0 } }
    let correlations = RunCorrelations(
      series: [
        CorrelationSeries(
          quantity: "displacement-2", species: "Na", unit: "Å²", lag_ps: lags, sums: sums, counts: counts)
      ], blockDuration_ps: 10, sampled_ps: 30, isComplete: false, attempt: 1, identity: "run 0")
    try FileManager.default.createDirectory(atPath: study.runPath(0), withIntermediateDirectories: true)
    try correlations.write(
      directory: study.runPath(0),
      provenance: Provenance(
        version: "0.1", author: "Nobody", command: "paddlewheel simulate x 0", manifest: "study: x\n",
        manifestDigest: "00", host: "here", ranks: 1, seed: 7, startedAt: "2026-01-01T00:00:00Z"))
    let result = try paddlewheel("status", "out", "--html", "status.html", in: folder)
    #expect(result.output.contains("D so far"), "\(result.output)\(result.errors)")
    #expect(result.output.contains("2.00e-05 ± 5.8e-06"), "\(result.output)")
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(result.output)")
    let page = try String(contentsOfFile: "\(folder)/status.html", encoding: .utf8)
    #expect(page.contains("2.00e-05 ± 5.8e-06") && page.contains("D so far"))
    // A damaged file is named, and the rest is shown.
    try Data("no".utf8).write(to: URL(fileURLWithPath: "\(study.runPath(0))/correlations.h5"))
    let damaged = try paddlewheel("status", "out", in: folder)
    #expect(damaged.exitCode == 0 && damaged.output.contains("0000-T500K-r1"), "\(damaged.output)")
    #expect(damaged.output.contains("correlations.h5"), "\(damaged.output)")
  }
}

@Test func watchEndsWhenEveryRunHasEnded() throws {
  try withManifest { folder in
    #expect(try paddlewheel("plan", "small.yaml", "--output", "out", in: folder).exitCode == 0)
    let study = try StudyDirectory(opening: "\(folder)/out")
    for index in 0..<2 { try RunState(index == 0 ? .done : .failed).write(to: study.statePath(index)) }
    let result = try paddlewheel("status", "out", "--watch", in: folder)
    #expect(result.exitCode == 0)
    #expect(result.output.contains("done"))
  }
}

@Test func damagedStateIsShownAsUnknown() throws {
  try withManifest { folder in
    #expect(try paddlewheel("plan", "small.yaml", "--output", "out", in: folder).exitCode == 0)
    let study = try StudyDirectory(opening: "\(folder)/out")
    try Data("{".utf8).write(to: URL(fileURLWithPath: study.statePath(1)))
    let result = try paddlewheel("status", "out", in: folder)
    #expect(result.exitCode == 0)
    #expect(result.output.contains("unknown"))
    let words = result.output.split { $0.isWhitespace }.joined(separator: " ")
    #expect(words.contains("state.json is damaged"), "\(result.output)")
  }
}

/// A run index that the study does not have.
@Test func unknownRunEndsWithTwo() throws {
  try withManifest { folder in
    #expect(try paddlewheel("plan", "small.yaml", "--output", "out", in: folder).exitCode == 0)
    let result = try paddlewheel("simulate", "out", "2", in: folder)
    #expect(result.exitCode == 2)
    #expect(result.errors == "paddlewheel: \(folder)/out: found the run 2, wanted a run from 0 to 1\n")
  }
}

@Test func doctorFindsWhatTheTestsNeed() throws {
  try withManifest { folder in
    let result = try paddlewheel("doctor", in: folder)
    #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("can communicate"))
    let json = try paddlewheel("doctor", "--json", in: folder)
    let findings = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
    #expect(
      findings?.map { $0["name"] as? String } == ["mpirun", "MPI", "two ranks", "HDF5", "gnuplot", "Slurm"])
  }
}
