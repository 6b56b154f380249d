import Foundation
import Testing

extension ArrayTests {
  /// A user who may have three jobs at once, as Slurm with accounting counts them: every task of an array.
  private func limitedStudy(_ small: SmallStudy, named name: String) throws -> ClusterStudy {
    let text = small.text.replacing(try Regex("(?m)^study:.*$"), with: "study: \(name)")
    try #require(text.contains("study: \(name)"))
    var study = try ClusterStudy(text)
    let tools = "\(study.folder.path)/tools"
    try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
    try study.folder.write(
      """
      #!/bin/bash
      tasks=1
      for word in "$@"; do
        [[ $word == --array=* ]] || continue
        tasks=0 list=${word#--array=}
        for range in $(tr , ' ' <<<"${list%\\%*}"); do tasks=$((tasks + ${range#*-} - ${range%-*} + 1)); done
      done
      if ((tasks + $(squeue -h -r -o %j | grep -c '^\(name)\\.') > 3)); then
        echo "sbatch: error: AssocMaxSubmitJobLimit" >&2
        echo "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size" \\
          "and/or time limits)" >&2
        exit 1
      fi
      exec /usr/bin/sbatch "$@"

      """, to: "tools/sbatch")
    try TestCluster.shell("chmod +x \(tools)/sbatch")
    study.environment["PATH"] = "\(tools):$PATH"
    return study
  }

  /// Where a user may have three jobs at once, five runs go in portions, each submitted by the job of the results before it.
  @Test func aStudyGoesInPortionsWhereJobsAreLimited() async throws {
    var small = SmallStudy()
    small.ranks = 1
    small.temperatures = "{from: 500 K, to: 700 K, step: 50 K}"
    let study = try limitedStudy(small, named: "portions")
    let result = try study.submit()
    #expect(result.output.contains("submitted 2 runs as array"), "\(result.output)")
    #expect(result.output.contains("submits the other 3 runs"), "\(result.output)")
    try await TestCluster.drain()
    #expect(try study.states() == [String](repeating: "done", count: 5))
    for run in 0..<5 { #expect(try study.attempts(run).count == 1) }
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(study.study.path)/submissions")
    #expect(names.count { $0.hasSuffix(".json") } > 2)
    let whole = try await study.expectEqualToUndisturbed(Array(0..<5))
    let here = FileManager.default.contents(atPath: "\(study.study.results)/summary.json")
    #expect(here != nil && here == FileManager.default.contents(atPath: "\(whole.results)/summary.json"))
  }
  /// What a later portion was to take is not submitted once the study is cancelled.
  @Test func aCancelledStudySubmitsNoFurtherPortion() async throws {
    var small = SmallStudy.longDisturbed
    small.ranks = 1
    small.temperatures = "{from: 500 K, to: 650 K, step: 50 K}"
    let study = try limitedStudy(small, named: "cancelled-portions")
    #expect(try study.submit().output.contains("submits the other 2 runs"))
    #expect(try study.command("cancel").exitCode == 0)
    try await TestCluster.drain()
    let states = try study.states()
    #expect(states.allSatisfy { ["planned", "stopped"].contains($0) }, "\(states)")
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(study.study.path)/submissions")
    #expect(names.count { $0.hasSuffix(".json") } == 1)
  }
}
