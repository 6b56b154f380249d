import Foundation
import RankChecks
import Testing

extension Peers {
  /// From a record in two rank files to the curve.
  @Suite struct MSDPeerTests {
    private struct Comparison: Codable {
      var frames: Int
      var worst: [String: Double]
    }

    /// Two files, several chunks of ions in each, and a length that fills no chunk and is no power of two.
    private let record = "19997:45:3:2"

    @Test func theDisplacementOfARecordIsThatOfMDAnalysisAndPymatgen() throws {
      try withTemporaryFolder { folder in
        let path = folder.path
        let finished = try launchRankCheck(
          ranks: 1, ["walk=\(path):\(record)", "msd=\(path):2:\(path)/curve"])
        try #require(finished.code == 0, "\(finished.error)")
        try runScript("compare_msd.py", [path, "\(path)/curve", "\(path)/answer.json"])
        let answer = try JSONDecoder().decode(
          Comparison.self, from: Data(contentsOf: folder.appendingPathComponent("answer.json")))
        #expect(answer.frames == 19997)
        #expect(answer.worst.count == 2)
        // What is promised. Neither takes the mean off first, so that most of the difference is theirs.
        for (name, worst) in answer.worst { #expect(worst < 1e-6, "\(name): \(worst)") }
      }
    }

    /// Sums are taken in the order of the ions.
    @Test func theNumberOfThreadsDoesNotMatter() throws {
      try withTemporaryFolder { folder in
        let path = folder.path
        let finished = try launchRankCheck(
          ranks: 1, ["walk=\(path):\(record)"] + [1, 2, 3, 8].map { "msd=\(path):\($0):\(path)/curve\($0)" })
        try #require(finished.code == 0, "\(finished.error)")
        let curves = try [1, 2, 3, 8].map {
          try Data(contentsOf: folder.appendingPathComponent("curve\($0)"))
        }
        #expect(curves[0].count == 8 * 19997)
        for curve in curves { #expect(curve == curves[0]) }
      }
    }
  }
}
