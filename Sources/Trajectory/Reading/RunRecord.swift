import HDF5

/// The records of a run, from its merged files or, while it runs or after it was stopped, from its
/// attempts' files. Never from the virtual `trajectory.h5`, which hides lost files.
///
/// A block whose file is missing, damaged, of another plan or short is left out and reported in `problems`:
/// whoever computes results from the rest must report them too. The usable blocks agree on their steps;
/// during a run they are truncated to the records that all of them have.
public final class RunRecord {
  /// The properties that all files of the run share.
  public let plan: RecordPlanSummary
  /// Problems in the order of blocks. Empty when every block is usable.
  public let problems: [RecordProblem]
  /// Whether every block is merged and complete.
  public let isComplete: Bool
  /// The newest attempt with a readable file.
  public let attempt: Int
  private let directory: RunDirectory
  private let chains: [Int: BlockChain]
  private let counts: [String: Int]

  /// - Parameter path: the run's directory.
  /// - Throws: `RecordError` when no file can be read.
  public convenience init(directory path: String) throws { try self.init(RunDirectory(path)) }

  /// - Parameter file: a whole run in one file, as `RecordCopy` writes it.
  /// - Throws: `RecordError` when it can't be read.
  public convenience init(file: String) throws {
    do { try HDF5File.probe(file) } catch { throw RecordError(file: file, message: "\(error)") }
    let directory = RunDirectory(file: file)
    try directory.reference().header.plan.checkLoneBlock(file: file)
    try self.init(directory)
  }

  private init(_ directory: RunDirectory) throws {
    self.directory = directory
    let path = directory.path
    let reference = try directory.reference().header
    let (plan, attempt) = (reference.plan, reference.attempt)
    var chains: [Int: BlockChain] = [:]
    var problems: [RecordProblem] = []
    for block in 0..<plan.blockCount {
      do {
        chains[block] = try BlockChain(block: block, attempt: attempt, plan: plan, in: directory)
      } catch let problem as RecordProblem {
        problems.append(problem)
      }
    }
    problems += directory.unreadable(after: attempt)
    for block in directory.blocks where block >= plan.blockCount {
      problems.append(
        RecordProblem(
          kind: .mismatch, file: path + "/" + RankFileName.merged(block: block),
          message: "the run has \(plan.blockCount) blocks only"))
    }
    problems += Self.removeShort(&chains, plan: plan)
    isComplete = problems.isEmpty && chains.values.allSatisfy(\.isComplete)
    counts = Self.commonCounts(chains, plan: plan)
    problems += Self.removeOutOfStep(&chains, plan: plan, counts: counts)
    self.plan = plan
    self.attempt = attempt
    self.chains = chains
    self.problems = problems
  }

  func chain(_ block: Int) throws -> BlockChain {
    guard let chain = chains[block] else {
      throw problems.first { RankFileName.isOf(block, path: $0.file) }
        ?? RecordProblem(
          kind: .missing, file: directory.path + "/" + RankFileName.merged(block: block),
          message: "there is no block \(block)")
    }
    return chain
  }

  func group(_ name: String) throws -> RecordPlanSummary.Group {
    guard let group = plan.group(name) else {
      throw RecordError(
        file: directory.path, message: "no group '\(name)'; there are \(plan.groups.map(\.name))")
    }
    return group
  }

  /// The readable blocks with members of a group.
  public func usableBlocks(of group: String) throws -> [Int] {
    let sizes = try self.group(group).blockSizes
    return chains.keys.sorted().filter { sizes[$0] > 0 }
  }

  /// The records of a group that every usable block has.
  public func frameCount(of group: String) -> Int { counts[group] ?? 0 }

  /// Steps since the start of the `sample` stage, one for each record.
  public func steps(of group: String) throws -> [Int] {
    Array(try firstChain(of: group)?.steps[group]?.prefix(frameCount(of: group)) ?? [])
  }

  /// ps since the start of the `sample` stage, one for each record.
  public func times_ps(of group: String) throws -> [Double] {
    Array(try firstChain(of: group)?.times_ps[group]?.prefix(frameCount(of: group)) ?? [])
  }

  func firstChain(of group: String) throws -> BlockChain? {
    try usableBlocks(of: group).first.flatMap { chains[$0] }
  }

  /// Block 0, which holds the observables.
  var observablesChain: BlockChain { get throws { try chain(0) } }
}

extension RankFileName {
  static func isOf(_ block: Int, path: String) -> Bool {
    path.split(separator: "/").last.flatMap { parse(String($0)) }?.block == block
  }
}
