import Foundation
import Scheduler
import StudyStore
import Support

private let manifest = """
  study: small
  system: {structure: na2b12h12-bcc}
  stages: {sample: 1 ps}
  sweep: {temperature: 700 K}

  """

/// A study with a file of its own at a place.
private func study(_ input: FuzzInput, _ place: String) throws -> String {
  try Data(manifest.utf8).write(to: URL(fileURLWithPath: "\(input.folder)/study.yaml"))
  let path = URL(fileURLWithPath: "\(input.folder)/\(place)")
  try FileManager.default.createDirectory(
    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(input.bytes).write(to: path)
  return input.folder
}

@Sendable private func readExtension(_ input: FuzzInput) throws -> UInt64 {
  let study = try StudyDirectory(opening: study(input, "extensions/0001.json"))
  var digest = ContentDigest()
  for run in study.runs { digest.add(run.manifest.steps) }
  return digest.value
}

/// A claim is refused without an error: the run is then seen by its other files, with a message.
@Sendable private func readClaim(_ input: FuzzInput) throws -> UInt64 {
  let study = try StudyDirectory(opening: study(input, "run/attempt-1.json"))
  let history = AttemptHistory(directory: "\(input.folder)/run")
  guard let record = history.record(1) else {
    throw RunFailure(history.problem(with: 1) ?? "the claim is passed over in silence")
  }
  var digest = ContentDigest()
  digest.add("\(record) \(study.runs.count)")
  return digest.value
}

@Sendable private func readState(_ input: FuzzInput) throws -> UInt64 {
  let path = try input.write("state.json")
  let state = RunState.read(from: path, steps: 10)
  guard state.state != .unknown else { throw RunFailure(state.message ?? "") }
  var digest = ContentDigest()
  let observed = state.observed(at: Date(timeIntervalSince1970: 1.7e9), sinceBoot_s: 1e6) { _ in .alive }
  digest.add("\(observed)")
  digest.add(state.timeLeft_s ?? 0)
  return digest.value
}

@Sendable private func readSubmission(_ input: FuzzInput) throws -> UInt64 {
  let records = NumberedRecords<Submission>(folder: "\(input.folder)/submissions")
  _ = try study(input, "submissions/0001.json")
  var digest = ContentDigest()
  digest.add("\(try records.all())")
  return digest.value
}

/// The readers of a study's own records.
let studyTargets: [FuzzTarget] = [
  [
    FuzzTarget("plan", .text, corpus: "yaml") { input in
      _ = try input.write("study.yaml")
      return UInt64(try StudyDirectory(opening: input.folder).runs.count)
    }
  ],
  withFlips("extension", .text, read: readExtension), withFlips("claim", .text, read: readClaim),
  withFlips("state", .text, read: readState), withFlips("submission", .text, read: readSubmission),
].flatMap(\.self)
