import Foundation

/// The limit of processor time that a container or a batch job has, from its control group.
enum CoreQuota {
  /// In cores, rounded up; nil for no limit.
  static func current(root: String = "/sys/fs/cgroup", groups: String = "/proc/self/cgroup") -> Int? {
    let text = FileManager.default.contents(atPath: groups).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let limits = folders(text, root: root).compactMap(limit)
    return limits.min().map { max(1, Int($0.rounded(.up))) }
  }

  /// The folders whose limits hold: those of the process's groups and of all above them.
  private static func folders(_ groups: String, root: String) -> [String] {
    var found: [String] = []
    for line in groups.split(separator: "\n") {
      // `0::/path` of version 2, `4:cpu,cpuacct:/path` of version 1.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let controllers = fields[1].split(separator: ",")
      guard fields[1].isEmpty || controllers.contains("cpu") else { continue }
      let base = fields[1].isEmpty ? root : "\(root)/cpu"
      var path = String(fields[2])
      while path.count > 1 {
        found.append(base + path)
        path = (path as NSString).deletingLastPathComponent
      }
      // A container sees its own group as the root.
      found.append(base)
    }
    return found
  }

  private static func limit(_ folder: String) -> Double? {
    func numbers(_ name: String) -> [Double] {
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { return [] }
      return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap {
        Double($0)
      }
    }
    // `max 100000` of version 2 and -1 of version 1 are no limit.
    let new = numbers("cpu.max")
    if new.count == 2, new[0] > 0, new[1] > 0 { return new[0] / new[1] }
    guard let quota = numbers("cpu.cfs_quota_us").first, let period = numbers("cpu.cfs_period_us").first,
      quota > 0, period > 0
    else { return nil }
    return quota / period
  }
}
