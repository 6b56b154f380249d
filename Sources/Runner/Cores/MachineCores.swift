import CCores
import Foundation

/// A core of this machine.
package struct MachineCore: Hashable, Sendable {
  /// The kernel's numbers of those of its processors (hardware threads) that this process may use; at least one, rising.
  package let processors: [Int]

  package init(processors: [Int]) { self.processors = processors }

  /// Stands for the core.
  package var number: Int { processors.first ?? 0 }
}

/// The cores of this machine that this process may use.
package struct MachineCores: Equatable, Sendable {
  /// By rising number.
  package var cores: [MachineCore]
  /// Cores whose time this process gets at most, where its container or job has such a limit. Which ones they are is then
  /// left to the kernel.
  package var quota: Int?

  package init(cores: [MachineCore], quota: Int? = nil) {
    self.cores = cores
    self.quota = quota
  }

  /// How many may be busy at once; at least 1.
  package var count: Int { max(1, min(cores.count, quota ?? cores.count)) }

  /// Whether a run can have cores of its own: others may use the same ones where there is a quota.
  package var canBind: Bool { !cores.isEmpty && (quota ?? cores.count) >= cores.count }

  /// Of this process now, from its affinity, the kernel's list of siblings and its control group.
  package static func allowed() -> MachineCores {
    var numbers = [Int32](repeating: 0, count: 65536)
    let count = Int(pw_allowed_processors(&numbers, Int32(numbers.count)))
    let processors = count > 0 ? numbers.prefix(count).map(Int.init) : []
    return MachineCores(cores: grouped(processors, siblings: siblings), quota: CoreQuota.current())
  }

  /// Joins processors of one core.
  static func grouped(_ processors: [Int], siblings: (Int) -> String?) -> [MachineCore] {
    var cores: [String: [Int]] = [:]
    for number in processors { cores[siblings(number) ?? "\(number)", default: []].append(number) }
    return cores.values.map { MachineCore(processors: $0.sorted()) }.sorted { $0.number < $1.number }
  }

  /// The kernel's list of the processors of one core, such as `0,32`; nil where it shows none.
  private static func siblings(_ processor: Int) -> String? {
    let path = "/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list"
    guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else { return nil }
    return String(decoding: data, as: UTF8.self)
  }

  /// The processor's name, of which a measured pace holds; empty where the kernel does not tell.
  package static func processorName() -> String {
    guard let data = FileManager.default.contents(atPath: "/proc/cpuinfo") else { return "" }
    let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first {
      $0.hasPrefix("model name")
    }
    return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? ""
  }
}
