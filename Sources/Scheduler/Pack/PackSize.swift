import Foundation
import Manifest
import SlurmCommands
import Support

/// How much an array task takes where it has many runs: `pack` of a site profile.
package enum PackSize: Equatable, Sendable {
  /// A whole node.
  case node
  case cores(Int)
  /// As many runs side by side.
  case runs(Int)

  /// `node`, `64 cores`, `16 runs`.
  package init?(_ text: String) {
    if text == "node" {
      self = .node
      return
    }
    guard let match = text.wholeMatch(of: /([0-9]{1,6}) +(cores?|runs?)/), let count = Int(match.1),
      (1...100_000).contains(count)
    else { return nil }
    self = match.2.hasPrefix("core") ? .cores(count) : .runs(count)
  }

  package var text: String {
    switch self {
    case .node: "node"
    case .cores(let count): "\(count) cores"
    case .runs(let count): "\(count) runs"
    }
  }
}

extension PackSize: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let size = PackSize(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "node, N cores or N runs")
    }
    self = size
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

extension ManifestValue {
  func packSize() throws -> PackSize {
    let wanted = "node, a number of cores such as '64 cores', or of runs such as '16 runs'"
    guard let size = PackSize(try string(wanted: wanted)) else { throw error(wanted: wanted) }
    return size
  }
}

/// What an array task that takes many runs asks for, and how many go side by side there. All its cores are on one node.
package struct PackShape: Codable, Equatable, Sendable {
  package var size: PackSize
  /// Cores that it asks for; of the smallest node where it takes whole ones.
  package var cores: Int
  /// Hardware threads of a core, where Slurm counts them.
  package var threads = 1
  /// Memory of its node, bytes; nil where it is not known.
  package var memory_bytes: Double?

  /// What stands in the profile or, for whole nodes, Slurm says of the nodes.
  /// - Parameters:
  ///   - nodes: of the partition; nil where Slurm does not tell.
  /// - Throws: ``InputError`` where a pack has no room for one run.
  init(_ size: PackSize, site: SiteProfile, ranks: Int, nodes: [SlurmNode]?) throws {
    self.size = size
    switch size {
    case .cores(let count): cores = count
    case .runs(let count): cores = count * ranks
    case .node:
      let suitable = (nodes ?? []).filter { $0.suits(site) }
      guard let cores = site.ranksPerNode ?? suitable.map(\.cores).min() else {
        throw InputError(
          key: "pack", found: "node, and Slurm does not tell the cores of the partition's nodes",
          wanted: "ranks-per-node beside it in the site profile")
      }
      self.cores = cores
      threads = max(1, suitable.map(\.threads).min() ?? 1)
      memory_bytes = suitable.map(\.memory_bytes).min()
    }
    guard cores >= ranks else {
      throw InputError(
        key: "pack", found: "\(size.text) (\(cores) cores) and runs of \(ranks) ranks",
        wanted: "at least \(ranks) cores on one node, fewer ranks, or no pack")
    }
    guard slots(ranks: ranks, memoryPerCore_bytes: site.memoryPerCore_bytes) > 0 else {
      throw InputError(
        key: "memory-per-core",
        found: "more for \(ranks) ranks than a node has: \(BatchScript.mebibytes(memory_bytes ?? 0)) MiB",
        wanted: "less, or fewer ranks")
    }
  }

  /// Runs side by side, as far as cores and memory go.
  func slots(ranks: Int, memoryPerCore_bytes perCore: Double?) -> Int {
    let byCores = cores / max(1, ranks)
    guard let perCore, let memory_bytes, size == .node else { return byCores }
    return min(byCores, Int((memory_bytes / (perCore * Double(max(1, ranks)))).rounded(.down)))
  }
}

extension SlurmNode {
  /// Whether jobs of a site may get it, as far as that can be told: of constraints only a single feature is understood.
  func suits(_ site: SiteProfile) -> Bool {
    if site.exclude.contains(name) { return false }
    guard let constraint = site.constraint, constraint.wholeMatch(of: /[A-Za-z0-9_.-]+/) != nil else {
      return true
    }
    return features.contains(constraint)
  }
}
