import Foundation
import Testing

@testable import Runner
@testable import Scheduler

@Suite struct CoreTests {
  private let machine = MachineCores(cores: (0..<4).map { MachineCore(processors: [$0, $0 + 4]) })

  @Test func processorsOfOneCoreAreJoined() {
    let cores = MachineCores.grouped([0, 1, 2, 4, 5]) { ["0,4", "1,5", "2,6", "", "0,4", "1,5"][$0] }
    #expect(cores.map(\.processors) == [[0, 4], [1, 5], [2]])
    #expect(MachineCores.grouped([3, 1]) { _ in nil }.map(\.processors) == [[1], [3]])
  }

  @Test func coresAreTakenOnceAndGivenBack() throws {
    let pool = CorePool(machine, folder: nil)
    let first = try #require(pool.take(3))
    #expect(first.cores?.map(\.number) == [0, 1, 2])
    #expect(pool.take(2) == nil)
    let last = try #require(pool.take(1))
    #expect(last.cores?.map(\.number) == [3])
    first.end()
    first.end()
    #expect(pool.take(4) == nil)
    #expect(pool.take(3)?.cores?.count == 3)
  }

  /// Two pools that share the files of a machine, as two commands do.
  @Test func coresOfOthersAreLeft() async throws {
    try await withFolder { folder in
      let locks = "\(folder)/cores"
      let one = CorePool(machine, folder: locks)
      let other = CorePool(machine, folder: locks)
      let lease = try #require(one.take(3))
      #expect(other.take(2) == nil)
      let left = try #require(other.take(1))
      #expect(left.cores?.map(\.number) == [3])
      lease.end()
      #expect(other.take(3)?.cores?.map(\.number) == [0, 1, 2])
    }
  }

  /// A container with the time of two of its four cores: any two, as others have the rest.
  @Test func aQuotaIsANumberOfCores() throws {
    let pool = CorePool(MachineCores(cores: machine.cores, quota: 2), folder: nil)
    #expect(pool.count == 2)
    let lease = try #require(pool.take(2))
    #expect(lease.cores == nil)
    #expect(pool.take(1) == nil)
  }

  @Test func quotasOfControlGroups() async throws {
    try await withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/a/b", withIntermediateDirectories: true)
      try write("0::/a/b\n", to: "\(folder)/groups")
      #expect(CoreQuota.current(root: folder, groups: "\(folder)/groups") == nil)
      try write("max 100000\n", to: "\(folder)/a/b/cpu.max")
      try write("150000 100000\n", to: "\(folder)/a/cpu.max")
      #expect(CoreQuota.current(root: folder, groups: "\(folder)/groups") == 2)
      try FileManager.default.createDirectory(atPath: "\(folder)/cpu/x", withIntermediateDirectories: true)
      try write("4:cpu,cpuacct:/x\n", to: "\(folder)/groups")
      try write("300000", to: "\(folder)/cpu/x/cpu.cfs_quota_us")
      try write("100000", to: "\(folder)/cpu/x/cpu.cfs_period_us")
      #expect(CoreQuota.current(root: folder, groups: "\(folder)/groups") == 3)
    }
  }

  @Test func ranksFindTheirCores() {
    let binding = RankBinding(cores: Array(machine.cores[1...2]))
    #expect(binding.text == "1+5,2+6")
    #expect(RankBinding(binding.text) == binding)
    #expect(binding.processors(environment: ["OMPI_COMM_WORLD_LOCAL_RANK": "1"]) == [2, 6])
    #expect(binding.processors(environment: ["MPI_LOCALRANKID": "0"]) == [1, 5])
    #expect(binding.processors(environment: [:]) == [1, 5, 2, 6])
    for text in ["", "a", "1,,2", "-1", "70000"] { #expect(RankBinding(text) == nil) }
  }

  /// What the kernel says of this process.
  @Test func theseCores() {
    let cores = MachineCores.allowed()
    #expect(cores.cores.reduce(0) { $0 + $1.processors.count } >= cores.count)
    #expect(cores.count >= 1 && cores.count <= ProcessInfo.processInfo.processorCount)
  }
}
