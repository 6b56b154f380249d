import Foundation
import SyntheticObservables
import TestSupport
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Mechanism

/// Against MDAnalysis's InterRDF on the same frames.
@Suite(.needs(.python))
struct PairDistributionPeerTests {
  @Test func interRDF() throws {
    var random = RandomNumbers(seed: 21)
    let edge = 22.0
    var made = HandMade(
      cell: Cell(cubic: edge), kinds: [.borohydride], kindOfAnion: [Int](repeating: 0, count: 6))
    var lines: [String] = []
    for _ in 0..<20 {
      // Multiples of 1/64 Å: the same in single and double precision.
      func point() -> Vector3 {
        let r = Vector3(random.uniform(), random.uniform(), random.uniform()) * edge
        return (r * 64).rounded(.down) / 64
      }
      made.anions.append((0..<6).map { _ in point() })
      made.cations.append((0..<30).map { _ in point() })
      let all = (made.anions.last ?? []) + (made.cations.last ?? [])
      lines.append(all.map { "\($0.x) \($0.y) \($0.z)" }.joined(separator: " "))
    }
    let folder = try TemporaryFolder()
    let file = try folder.file("frames.txt", lines.joined(separator: "\n"))
    let script = """
      import sys, numpy as np, MDAnalysis as mda
      from MDAnalysis.analysis.rdf import InterRDF
      x = np.loadtxt(sys.argv[1]).reshape(20, 36, 3)
      u = mda.Universe.empty(36, trajectory=True)
      u.load_new(x.astype(np.float32), dimensions=np.tile([22., 22, 22, 90, 90, 90], (20, 1)))
      a, c = u.atoms[:6], u.atoms[6:]
      print(*InterRDF(a, c, nbins=200, range=(0, 10)).run().results.rdf)
      """
    let theirs = try Python.run(script, [file]).split(separator: " ").compactMap { Double($0) }
    let ours = try #require(
      try made.observe(PairDistribution(system: made.system)).curve("pair-distribution", "BH4–Na")
    ).mean.map { $0 ?? 0 }
    #expect(theirs.count == 200 && ours.count == 200)
    // A pair on the border of a bin may fall to either side by rounding; it shows as a pair of bins that differ.
    let differ = zip(ours, theirs).filter { abs($0 - $1) > 1e-6 * max(1, $1) }.count
    #expect(differ <= 4)
  }
}
