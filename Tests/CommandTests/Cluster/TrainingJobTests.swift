import Foundation
import TestSupport
import Testing

extension ArrayTests {
  /// A training as a job: it is submitted once, asked to stop on the way, requeues itself, and ends with the bits of a training
  /// on this machine.
  @Test func aTrainingIsAJobThatRequeuesItself() async throws {
    let folder = try WithRanks.TrainCommandTests.folder([
      ("epochs: 30", "epochs: 100\ncommittee: 2"), ("checkpoint: 0.02", "checkpoint: 0.1"),
    ])
    try FileManager.default.copyItem(
      atPath: "\(TestCluster.scripts)/local.yaml", toPath: "\(folder.path)/site.yaml")
    func train(_ options: String) throws -> CommandResult {
      try TestCluster.shell("cd '\(folder.path)' && '\(program)' train model.yaml \(options)")
    }
    let preview = try train("--output out --ranks 2 --site site.yaml --dry-run")
    #expect(preview.exitCode == 0 && preview.output.contains("--signal=B:USR1@"), "\(preview)")
    let unconfirmed = try train("--output out --ranks 2 --site site.yaml </dev/null")
    #expect(unconfirmed.exitCode == 2 && unconfirmed.errors.contains("--yes"), "\(unconfirmed)")
    let submitted = try train("--output out --ranks 2 --site site.yaml --yes")
    #expect(submitted.exitCode == 0 && submitted.output.hasPrefix("submitted as job "), "\(submitted)")
    let second = try train("--output out --ranks 2 --site site.yaml --yes")
    #expect(second.exitCode == 0 && second.output.hasPrefix("nothing to submit"), "\(second)")

    let checkpoint = "\(folder.path)/out/model-1/checkpoint.json"
    #expect(try await wait(60) { FileManager.default.fileExists(atPath: checkpoint) })
    let here = try train("--output out")
    #expect(here.exitCode == 3 && here.errors.contains("at work"), "\(here)")
    try TestCluster.shell("scancel --batch --signal=USR1 $(squeue -h -o %i)")
    try await TestCluster.drain()
    let output = try String(contentsOfFile: "\(folder.path)/out/submissions/0001/0.out", encoding: .utf8)
    #expect(output.contains("requeued") && output.contains("goes on after epoch"), "\(output)")
    let local = try train("--output local --ranks 2")
    #expect(local.exitCode == 0, "\(local.errors)")
    for name in ["nep-1.txt", "nep-2.txt"] {
      let found = FileManager.default.contents(atPath: "\(folder.path)/out/\(name)")
      #expect(found != nil && found == FileManager.default.contents(atPath: "\(folder.path)/local/\(name)"))
    }
  }
}
