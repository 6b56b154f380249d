import Testing

@testable import Results

@Suite struct ReadingShareTests {
  private let memory = ReadBudget.memory

  /// Short runs: as many at once as there are threads.
  @Test func manyShortRunsGetAThreadEach() {
    let (atOnce, share) = ReadBudget.divide(threads: 8, runs: 40, frames: 1000)
    #expect(atOnce == 8)
    #expect(share.threads == 1)
    #expect(atOnce * share.pathBytes <= memory)
  }

  @Test func fewRunsShareTheThreads() {
    let (atOnce, share) = ReadBudget.divide(threads: 8, runs: 3, frames: 1000)
    // Three with two threads each would leave two idle.
    #expect(atOnce == 2)
    #expect(share.threads == 4)
  }

  /// A million frames: one run of 64 threads would take 7 GB.
  @Test(arguments: [1, 2, 64]) func longRunsStayWithinTheMemory(threads: Int) {
    let (atOnce, share) = ReadBudget.divide(threads: threads, runs: 10, frames: 1_000_000)
    #expect(atOnce >= 1 && share.threads >= 1)
    #expect(atOnce * ((100 + 110 * share.threads) * 1_000_000 + share.pathBytes) <= memory)
  }

  /// A run longer than the memory allows is still read, by one thread.
  @Test func theLongestRunIsReadByItself() {
    let (atOnce, share) = ReadBudget.divide(threads: 16, runs: 10, frames: 50_000_000)
    #expect(atOnce == 1)
    #expect(share == ReadBudget(threads: 1, pathBytes: 16 << 20))
  }
}
