import Crystal
import Forces
import Testing

@Suite struct MeshDivisionTests {
  private func division(
    _ grid: SIMD3<Int>, _ bricks: SIMD3<Int>, edge_A: Double = 60
  ) -> MeshDivision {
    MeshDivision(
      EwaldParameters(alpha: 0.3, cutoff_A: 9, grid: grid, order: 5), cell: Cell(cubic: edge_A),
      bricks: bricks,
      margin_A: 1.25, width: 4)
  }

  /// Few ranks keep slabs; where they would leave ranks without planes, or send to all of them, there are pencils.
  @Test func layoutFollowsRanksAndMesh() {
    #expect(division([54, 54, 54], [1, 1, 2]).best == MeshLayout(alongA: 2, alongB: 1))
    #expect(division([54, 54, 54], [1, 1, 3]).best.isSlabs)
    let many = division([54, 54, 54], [4, 4, 4]).best
    #expect(!many.isSlabs && many.rankCount <= 64)
    // As many points to a rank as a large system has: work outweighs messages, and few ranks may wait.
    let large = division([160, 160, 160], [4, 4, 4], edge_A: 300).best
    #expect(!large.isSlabs && large.rankCount >= 60, "\(large)")
  }

  /// More ranks than planes: slabs would leave most of them idle.
  @Test func ranksBeyondThePlanesHaveWork() {
    let best = division([40, 200, 200], [2, 4, 8], edge_A: 200).best
    #expect(best.rankCount > 40, "\(best)")
  }

  /// The counts against an enumeration, point by point, of who needs to send to whom.
  @Test(arguments: [(1, 1), (5, 1), (1, 7), (2, 3), (3, 4)])
  func workIsThatOfAnEnumeration(_ parts: (a: Int, b: Int)) {
    let (grid, bricks): (SIMD3<Int>, SIMD3<Int>) = ([11, 13, 9], [2, 3, 2])
    let work = division(grid, bricks, edge_A: 40).work(of: MeshLayout(alongA: parts.a, alongB: parts.b))
    func owner(_ i: Int, _ n: Int, _ count: Int) -> Int {
      (0..<count).last { $0 * n / count <= i } ?? 0
    }
    /// The points that brick `index` of `count` reaches: 1.25 Å of motion and 3 Å of the anions, and the splines.
    func region(_ index: Int, _ count: Int, _ n: Int) -> [Int] {
      let (width, margin) = (Double(n) / Double(count), 4.25 / 40 * Double(n))
      let first = Int((Double(index) * width - margin).rounded(.down)) - 4
      let last = Int((Double(index + 1) * width + margin).rounded(.down))
      return (first...last).map { (($0 % n) + n) % n }
    }
    var sent = [Int](repeating: 0, count: parts.a * parts.b)
    var most = 0
    for x in 0..<bricks.x {
      for y in 0..<bricks.y {
        var owners: Set<Int> = []
        for i in region(x, bricks.x, grid.x) {
          for j in region(y, bricks.y, grid.y) {
            owners.insert(owner(i, grid.x, parts.a) * parts.b + owner(j, grid.y, parts.b))
          }
        }
        most = max(most, owners.count)
        for owner in owners { sent[owner] += bricks.z }
      }
    }
    let wanted = most - 1 + (sent.max() ?? 0) - 1 + 2 * (parts.a - 1) + 2 * (parts.b - 1)
    #expect(work.messages == wanted)
  }
}
