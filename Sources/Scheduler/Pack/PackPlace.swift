import Foundation
import Runner
import SlurmCommands
import Subprocess

/// The cores and the memory of the array task that a pack runs in.
struct PackPlace: Sendable {
  /// That the array task has.
  let cores: Int
  /// That its runs may use at once, as far as its memory goes: a multiple of a run's ranks.
  let usable: Int
  /// Hardware threads of a core, where Slurm counts them.
  let threads: Int
  /// Of each run, MiB; nil where the task's memory is not known.
  let memory_MiB: Int?
  /// Those of this machine that this process may use, where Slurm has given it no others.
  private let own: [MachineCore]?

  init(
    _ shape: PackShape, site: SiteProfile, ranks: Int, _ environment: [String: String], _ slurm: Slurm,
    allowed: MachineCores = .allowed()
  ) async {
    func number(_ name: String) -> Int? {
      environment[name].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
    let processors = number("SLURM_CPUS_ON_NODE")
    switch shape.size {
    case .node:
      threads = shape.threads
      // A profile may leave cores of the node to the system.
      let there = processors.map { max(1, $0 / shape.threads) } ?? shape.cores
      cores = site.ranksPerNode.map { min($0, there) } ?? there
    case .cores, .runs:
      cores = shape.cores
      threads = processors.map { max(1, $0 / shape.cores) } ?? 1
    }
    var memory_MiB = number("SLURM_MEM_PER_NODE")
    if memory_MiB == nil, let each = number("SLURM_MEM_PER_CPU"), let processors {
      memory_MiB = each * processors
    }
    if memory_MiB == nil, shape.size == .node, let node = environment["SLURMD_NODENAME"] {
      let nodes = await slurm.nodes(partition: site.partition) ?? []
      memory_MiB = nodes.first { $0.name == node }.map { Int($0.memory_bytes / 1_048_576) }
    }
    let fitting = max(1, cores / ranks)
    var slots = fitting
    if let memory_MiB {
      let wanted_MiB = site.memoryPerCore_bytes.map { BatchScript.mebibytes($0) * ranks }
      if let wanted_MiB { slots = max(1, min(slots, memory_MiB / max(1, wanted_MiB))) }
      self.memory_MiB = max(1, min(wanted_MiB ?? memory_MiB / fitting, memory_MiB))
    } else {
      self.memory_MiB = nil
    }
    usable = slots * ranks
    let count = allowed.cores.reduce(0) { $0 + $1.processors.count }
    // Where it may use more than it was given, which are its own can't be told; the kernel places the ranks then.
    own =
      allowed.canBind && allowed.cores.count >= usable && count <= processors ?? 0
      ? Array(allowed.cores.prefix(usable)) : nil
  }

  /// One for each core that may be used at once.
  var pool: CorePool {
    let numbers = own ?? (0..<usable).map { MachineCore(processors: [$0]) }
    return CorePool(MachineCores(cores: numbers), folder: nil)
  }

  /// The cores of a run, where their numbers are those of this machine.
  func cores(of place: LaunchPlace) -> [MachineCore]? { own == nil ? nil : place.cores }
}

extension RankCommand {
  /// The command that starts the ranks of one of the runs of a pack, on this node.
  static func inPack(_ site: SiteProfile, _ run: LaunchPlace, of place: PackPlace) -> RankCommand {
    var command = atSite(site, ranks: run.ranks)
    switch site.launcher {
    case .mpirun:
      // Each mpirun would bind to the first cores. The ranks bind themselves, where they have cores of their own.
      command.environment["OMPI_MCA_hwloc_base_binding_policy"] = "none"
      command.environment["PRTE_MCA_hwloc_default_binding_policy"] = "none"
      command.environment["HYDRA_BINDING"] = "none"
      let variable = Environment.Key(stringLiteral: RankBinding.variable)
      command.environment[variable] = .some(place.cores(of: run).map { RankBinding(cores: $0).text })
    case .srun:
      var words = ["--exact", "--nodes=1", "--cpus-per-task=\(place.threads)"]
      // A step without this takes all memory of the job, and the next one waits for it.
      if let memory_MiB = place.memory_MiB { words.append("--mem=\(memory_MiB)M") }
      if !site.launcherOptions.contains(where: { $0.hasPrefix("--cpu-bind") }) {
        words.append("--cpu-bind=cores")
      }
      command.words.insert(contentsOf: words, at: 3)
      for name in ofWholeTask { command.environment[Environment.Key(stringLiteral: name)] = .some(nil) }
    }
    return command
  }

  /// Of the array task, which srun would take for a wish about the step.
  private static let ofWholeTask = [
    "SLURM_NTASKS", "SLURM_NPROCS", "SLURM_NTASKS_PER_NODE", "SLURM_CPUS_PER_TASK", "SLURM_MEM_PER_CPU",
    "SLURM_MEM_PER_NODE", "SLURM_NNODES", "SLURM_JOB_NUM_NODES", "SLURM_TRES_PER_TASK",
  ]
}
