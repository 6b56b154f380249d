import Foundation
import Manifest
import Support

extension StudyDirectory {
  /// The plan of a study after it has taken a manifest: that of the manifest where there is none yet, else with the runs
  /// that the study has. Nothing is written.
  /// - Throws: ``InputError`` where the manifest would change what the study's runs compute.
  package static func taking(_ plan: StudyPlan, at path: String) throws -> (
    plan: StudyPlan, growth: StudyGrowth?
  ) {
    let manifests = StudyManifests(study: try place(path))
    guard manifests.exist else { return (plan, nil) }
    if isUnchanged(plan, manifests) {
      let (longest, problem) = try ExtensionFolder(study: manifests.study).extended(plan)
      if let problem { throw problem }
      return (longest, nil)
    }
    let there = try existing(manifests, at: path)
    let (grown, growth) = try grow(there, by: plan.namingFiles(beside: there), at: path)
    let (longest, problem) = try ExtensionFolder(study: manifests.study).extended(grown)
    if let problem { throw problem }
    return (longest, growth)
  }

  /// Takes a manifest into a study on disk.
  /// - Parameter command: the subcommand, for the message of others that start at the same time.
  /// - Returns: the whole plan.
  /// - Throws: ``InputError``; ``IncompleteError`` where runs would be added while another command is at work on them.
  static func take(
    _ plan: StudyPlan, _ manifests: StudyManifests, at path: String, command: String
  ) throws -> StudyPlan {
    if isUnchanged(plan, manifests) { return try StudyInputs.copy(plan, into: manifests.study) }
    let there = try existing(manifests, at: path)
    // What can't be taken is refused before anything is written.
    let (_, growth) = try grow(there, by: plan.namingFiles(beside: there), at: path)
    guard growth.isGrowth else { return try write(plan, into: there, manifests, at: path) }
    let hold = try StudyHold(.runs, of: manifests.study, command: command)
    defer { hold.end() }
    // Another command may have made it grow since.
    return try write(plan, into: existing(manifests, at: path), manifests, at: path)
  }

  private static func write(
    _ plan: StudyPlan, into there: StudyPlan, _ manifests: StudyManifests, at path: String
  ) throws -> StudyPlan {
    let copied = try StudyInputs.copy(plan.namingFiles(beside: there), into: manifests.study)
    var (whole, growth) = try grow(there, by: copied, at: path)
    if growth.isGrowth {
      whole = try whole.following(manifests.keepNewest(after: there.manifest.earlier))
    }
    try writeIfChanged(whole, manifests)
    return whole
  }

  /// Whether a manifest is the one on disk, and the only one: it need not be planned a second time.
  private static func isUnchanged(_ plan: StudyPlan, _ manifests: StudyManifests) -> Bool {
    plan.manifest.earlier.isEmpty && manifests.hold(plan)
  }

  private static func writeIfChanged(_ plan: StudyPlan, _ manifests: StudyManifests) throws {
    if !manifests.hold(plan) { try AtomicFile.write(StudyManifests.text(plan), to: manifests.newest) }
  }

  private static func existing(_ manifests: StudyManifests, at path: String) throws -> StudyPlan {
    do { return try manifests.plan() } catch let error as InputError {
      throw InputError(
        place: SourcePlace(file: path), message: "contains a study that can't be read: \(error)")
    }
  }

  private static func grow(_ there: StudyPlan, by plan: StudyPlan, at path: String) throws -> (
    plan: StudyPlan, growth: StudyGrowth
  ) {
    do { return try there.grown(by: plan) } catch let conflict as GrowthConflict {
      throw refusal(conflict, of: there, at: path)
    }
  }

  /// The error of a change that the runs do not allow, with those that have begun.
  private static func refusal(_ conflict: GrowthConflict, of there: StudyPlan, at path: String) -> InputError
  {
    let list = conflict.differences.prefix(10).map { "  \($0)" }.joined(separator: "\n")
    let states = conflict.runs.map { index in
      let run = there.runs[index]
      return (
        run,
        RunState.read(from: "\(path)/runs/\(run.directoryName)/state.json", steps: run.manifest.steps).state
      )
    }
    let begun = states.filter { $0.1 != .planned }
    let names = begun.prefix(10).map { "\($0.0.directoryName) (\($0.1.rawValue))" }.joined(separator: ", ")
    let rest = begun.count > 10 ? ", and \(begun.count - 10) more" : ""
    let runs =
      begun.isEmpty
      ? "None of its \(there.runs.count) runs has begun: delete the directory to plan it anew."
      : "They would change what these runs compute: \(names)\(rest)."
    return InputError(
      place: SourcePlace(file: path), found: "another study",
      wanted: "an empty directory, or the same study with more runs or longer ones",
      message:
        "these keys differ (on disk, here):\n\(list)\n\(runs)\nGive another --output, or the manifest on disk."
    )
  }
}
