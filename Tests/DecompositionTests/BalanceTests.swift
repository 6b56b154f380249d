import Testing

@testable import Decomposition
@testable import Mathematics

struct BalanceTests {
  /// Points at equal distances need no other cuts than equal ones.
  @Test func evenLoadsKeepEqualBricks() {
    var grid = BrickGrid(counts: [2, 1, 4])
    grid.balance((0..<400).map { (Vector3(Double($0) / 400, 0.5, Double($0) / 400), 1) })
    #expect(grid == BrickGrid(counts: [2, 1, 4]))
  }

  /// A cell filled up to 0.4 of its height, with heavier things in its lower half: every slab gets a quarter of
  /// the load, to one thing.
  @Test func unevenLoadsMoveTheCuts() {
    var grid = BrickGrid(counts: [1, 1, 4])
    let loads = (0..<1000).map { n in
      (s: Vector3(0.3, 0.6, 0.4 * Double(n) / 1000), load: n < 500 ? 3.0 : 1.0)
    }
    grid.balance(loads)
    var shares = [Double](repeating: 0, count: 4)
    for (s, load) in loads { shares[grid.owner(of: s)] += load }
    for share in shares { #expect(abs(share - 500) <= 3) }
    #expect(grid.cuts[2] == grid.cuts[2].sorted() && grid.cuts[2].first == 0 && grid.cuts[2].last == 1)
    #expect(grid.cuts[0] == [0, 1])
  }

  /// What lies in one plane can't be cut.
  @Test func planesKeepEqualBricks() {
    var grid = BrickGrid(counts: [1, 1, 4])
    grid.balance((0..<100).map { _ in (Vector3(0.3, 0.6, 0.2), 1) })
    #expect(grid == BrickGrid(counts: [1, 1, 4]))
  }

  /// Thin bricks are asked as far as the width reaches, wherever the thinnest are.
  @Test func hopsSpanTheThinnestBricks() {
    var grid = BrickGrid(counts: [1, 1, 4])
    #expect(grid.hops(along: 2, width: 0.2) == 1)
    #expect(grid.hops(along: 2, width: 0.3) == 2)
    grid.setCuts([[0, 1], [0, 1], [0, 0.1, 0.2, 0.3, 1]])
    #expect(grid.hops(along: 2, width: 0.05) == 1)
    #expect(grid.hops(along: 2, width: 0.15) == 2)
    #expect(grid.hops(along: 2, width: 0.25) == 3)
  }
}
