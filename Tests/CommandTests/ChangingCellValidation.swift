import Foundation
import TestSupport
import Testing
import Trajectory

extension WithRanks {
  @Suite struct ChangingCellValidation {
    /// bcc Na2B12H12 at constant pressure, and at constant volume at the mean cell of that run: the same structure and the
    /// same D, within their errors. Three replicas of 40 ps know D to a tenth, shares to 0.01 and the first peak of g(r)
    /// to a few per cent. Paths joined by shortest displacements put the peak at 2.8 instead of 4.1.
    @Test func constantVolumeAtTheMeanCellAgrees() throws {
      let folder = try Folder()
      let pressure = try run(
        "{ensemble: npt, timestep: 4 fs, rigid: [B12H12], barostat: {mtk: {damping: 1 ps, cell: isotropic}}}",
        volume: nil, as: "pressure", in: folder)
      let volumes = try (0..<3).map { replica in
        let record = try RunRecord(directory: try pressure.run(replica))
        return try record.cellSummary(of: "mobile").mean.volume
      }
      let change = volumes.reduce(0, +) / 3 / (15.96 * 15.96 * 15.96) - 1
      let volume = try run(
        "{ensemble: nvt, timestep: 4 fs, rigid: [B12H12]}", volume: change, as: "volume", in: folder)
      let (a, b) = (try results(pressure), try results(volume))
      for name in ["D", "tetrahedral", "trigonal", "linear"] {
        let (x, y) = (try #require(a[name]), try #require(b[name]))
        let error = (x.error * x.error + y.error * y.error).squareRoot()
        print(
          "\(name): \(x.value) ± \(x.error) at constant pressure, \(y.value) ± \(y.error) at constant volume")
        #expect(abs(x.value - y.value) < 4 * error, "\(name)")
        #expect(error < 0.5 * x.value, "\(name)")
      }
      let peaks = try [pressure, volume].map { try Self.firstPeak(of: $0) }
      print("first peak of g(r): \(peaks)")
      #expect(abs(peaks[0] / peaks[1] - 1) < 0.05, "\(peaks)")
    }

    private func run(_ dynamics: String, volume: Double?, as name: String, in folder: Folder) throws
      -> StudyFolder
    {
      let change = volume.map { ", volume: \(100 * $0) %" } ?? ""
      try folder.write(
        """
        study: \(name)
        system: {structure: na2b12h12-bcc, supercell: [2, 2, 2]\(change)}
        dynamics: \(dynamics)
        sweep: {temperature: [800 K], replica: 3}
        stages: {equilibrate: 5 ps, sample: 40.04 ps}
        record: {all: 1.04 ps, anions: 52 fs, mobile: 52 fs}

        """, to: "\(name).yaml")
      let result = try paddlewheel("run", "\(name).yaml", "--output", name, in: folder.path)
      try #require(result.exitCode == 0, "\(result.errors)")
      return StudyFolder(path: "\(folder.path)/\(name)")
    }

    private func results(_ study: StudyFolder) throws -> [String: (value: Double, error: Double)] {
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(study.path)/results/summary.json"))
      let summary = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      let set = try #require((summary["sets"] as? [[String: Any]])?.first)
      let point = try #require((set["temperatures"] as? [[String: Any]])?.first)
      var found: [String: (value: Double, error: Double)] = [
        "D": (
          try #require(point["diffusivity_A2_per_ps"] as? Double),
          try #require(point["diffusivity_error"] as? Double)
        )
      ]
      for value in try #require(point["observables"] as? [[String: Any]])
      where value["name"] as? String == "interstice-share" {
        found[try #require(value["series"] as? String)] = (
          try #require(value["value"] as? Double), try #require(value["error"] as? Double)
        )
      }
      return found
    }

    private static func firstPeak(of study: StudyFolder) throws -> Double {
      let text = try String(contentsOfFile: "\(study.path)/results/pair-distribution.csv", encoding: .utf8)
      let rows = text.split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      let column = try #require(rows.first?.firstIndex(of: "value"))
      return rows.filter { $0.contains("B12H12–Na") }.compactMap { Double($0[column]) }.max() ?? 0
    }
  }
}
