import Digest
import Foundation

/// The part of a plan that is the same in all files of a run; each block's own file lists its members.
public struct RecordPlanSummary: Codable, Sendable, Equatable {
  /// A set of atoms or molecules that are recorded together.
  public struct Group: Codable, Sendable, Equatable {
    /// The name under `/particles`.
    public var name: String
    /// What each member is.
    public var kind: RecordPlan.Kind
    /// Steps between two records.
    public var intervalSteps: Int
    /// Members in each block.
    public var blockSizes: [Int]

    /// The first member of a block, counted over the whole group.
    public func firstMember(of block: Int) -> Int { blockSizes.prefix(block).reduce(0, +) }
    /// Members in all blocks.
    public var memberCount: Int { blockSizes.reduce(0, +) }
  }

  /// In the order of the files.
  public var groups: [Group]
  /// Files of each attempt.
  public var blockCount: Int
  /// ps
  public var timestep_ps: Double
  /// SHA-256 of the whole plan, members and species included.
  public var digest: String
  /// Elements and kinds of ions for which the disagreement of a committee of models is recorded; nil without one.
  public var deviations: [String]?
  /// Elements and kinds of ions for which extrapolation grades are recorded; nil without an active set.
  public var extrapolation: [String]?

  /// - Throws: `RecordError` unless the plan is that of a whole run in one block.
  func checkLoneBlock(file: String) throws {
    guard blockCount == 1 else {
      throw RecordError(file: file, place: "/paddlewheel/plan", message: "found no whole run in one block")
    }
  }

  /// - Throws: `RecordError` for a plan that no program of ours has written.
  func check(file: String) throws {
    func require(_ isSane: Bool, _ found: @autoclosure () -> String, _ wanted: String) throws {
      guard !isSane else { return }
      throw RecordError(
        file: file, place: "/paddlewheel/plan", message: "found \(found()), wanted \(wanted)")
    }
    try require(
      (1...RecordLimits.blocks).contains(blockCount), "\(blockCount) blocks", "1 to \(RecordLimits.blocks)")
    try require(
      timestep_ps > 0 && timestep_ps < 1e9, "a time step of \(timestep_ps) ps", "a positive one")
    try require(Set(groups.map(\.name)).count == groups.count, "two groups of one name", "each once")
    for quantity in ObservablesRecord.byKind {
      let count = quantity.kinds(self)?.count ?? 0
      try require(count <= 10_000, "\(quantity.name) of \(count) kinds", "at most 10,000")
    }
    for group in groups {
      try require(
        RecordPlan.canName(group.name), "the group '\(group.name.prefix(40))'", "a name of a group")
      try require(
        RecordLimits.steps.contains(group.intervalSteps) && group.intervalSteps > 0,
        "records every \(group.intervalSteps) steps", "a positive number")
      try require(
        group.blockSizes.count == blockCount, "the members of \(group.blockSizes.count) blocks",
        "\(blockCount)")
      try require(
        group.blockSizes.allSatisfy(RecordLimits.members.contains),
        "blocks of \(group.blockSizes.min() ?? 0) to "
          + "\(group.blockSizes.max() ?? 0) members", "0 to \(RecordLimits.members.upperBound)")
    }
  }

  /// The group of that name.
  public func group(_ name: String) -> Group? { groups.first { $0.name == name } }
}

extension RecordPlan {
  /// The properties that all files of the run share.
  package var summary: RecordPlanSummary {
    RecordPlanSummary(
      groups: groups.map { group in
        RecordPlanSummary.Group(
          name: group.name, kind: group.kind, intervalSteps: group.intervalSteps,
          blockSizes: group.blocks.map(\.count))
      }, blockCount: blockCount, timestep_ps: timestep_ps, digest: digest,
      deviations: deviations.isEmpty ? nil : deviations,
      extrapolation: extrapolation.isEmpty ? nil : extrapolation)
  }

  fileprivate static func canName(_ name: String) -> Bool {
    !name.isEmpty && !name.contains("/") && name != "." && !name.contains("\0")
  }

  private var digest: String {
    let hash = SHA256()
    func add(_ text: String) { hash.update(text + "\n") }
    add(identity)
    add("\(blockCount) \(timestep_ps)")
    for group in groups {
      add("\(group.name) \(group.kind.rawValue) \(group.intervalSteps) \(group.blocks)")
      group.members.withUnsafeBytes { hash.update($0) }
      add(group.species.joined(separator: " "))
    }
    if !deviations.isEmpty { add("deviations \(deviations.joined(separator: " "))") }
    if !extrapolation.isEmpty { add("extrapolation \(extrapolation.joined(separator: " "))") }
    return SHA256.hexadecimal(hash.finish())
  }

  /// - Throws: `RecordError` naming `file` when the plan can't be recorded.
  func validate(file: String) throws {
    func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
      if !condition { throw RecordError(file: file, place: "record plan", message: message()) }
    }
    try require(blockCount > 0, "found \(blockCount) blocks, wanted at least one")
    try require(timestep_ps > 0, "found a timestep of \(timestep_ps) ps, wanted a positive one")
    try require(Set(groups.map(\.name)).count == groups.count, "two groups have the same name")
    for group in groups {
      try require(
        RecordPlan.canName(group.name) && !RecordSeries.reserved(group.name),
        "'\(group.name)' can't name a group")
      try require(group.intervalSteps > 0, "group \(group.name): found interval \(group.intervalSteps)")
      try require(
        group.members.count == group.species.count,
        "group \(group.name): \(group.members.count) members, but \(group.species.count) species")
      let ends = group.blocks.map(\.upperBound)
      let starts = group.blocks.map(\.lowerBound)
      try require(
        group.blocks.count == blockCount && starts == [0] + ends.dropLast()
          && ends.last == group.members.count,
        "group \(group.name): the blocks do not cover its \(group.members.count) members in order")
    }
  }
}
