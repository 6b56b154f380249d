import Crystal
import Foundation
import Mathematics
import RankChecks
import TestSupport
import Testing

/// Models of others with the outputs of NEP's own CPU code.
private let nepData: URL? =
  ProcessInfo.processInfo.environment["PADDLEWHEEL_NEP_DATA"].map { URL(fileURLWithPath: $0) }

extension Validation {
  @Suite(.needs(.data("PADDLEWHEEL_NEP_DATA"))) struct NEPReferenceValidation {
    private struct Reference {
      var energy_eV: Double
      /// Tension positive, eV/Å³.
      var stress: [Double]
      var forces: [Double]
      var volume_A3: Double
      /// The frame as a file of its own.
      var text: String
    }

    /// The issue's bounds, 1e-5 of the energy and 1e-4 eV/Å in the largest force component, and relative where a pair
    /// is in ZBL's range; the stress to 1e-5 of its largest element or 1e-6 eV/Å³.
    @Test(arguments: ["PbTe_test", "Si_2022_NEP4_5body", "UNEP"], ["mixed", "double"])
    func referenceOutputsAreReproduced(_ name: String, _ precision: String) throws {
      let folder = try #require(nepData)
      let frames = try read(folder.appendingPathComponent("\(name).extxyz"))
      try #require(frames.count >= 4)
      for (index, frame) in frames.enumerated() {
        try withTemporaryFolder { temporary in
          let path = temporary.appendingPathComponent("frame.extxyz")
          try Data(frame.text.utf8).write(to: path)
          for ranks in [1, 2, 4] {
            let found = try rankCheck(
              ranks: ranks,
              [
                "structure=\(path.path)", "nep=\(folder.path)/\(name).txt", "precision=\(precision)",
                "velocities=0:1",
              ])
            let place: Comment = "\(name) \(index), \(ranks) ranks"
            #expect(abs(found.potential - frame.energy_eV) < 1e-5 * abs(frame.energy_eV), place)
            let largest = frame.forces.map(abs).max() ?? 0
            let difference = zip(found.forces, frame.forces).map { abs($0 - $1) }.max() ?? .infinity
            #expect(found.forces.count == frame.forces.count)
            print(
              "\(name) \(index), \(precision), \(ranks) ranks: energy off by "
                + "\(abs(found.potential / frame.energy_eV - 1)), forces by \(difference) of \(largest) eV/Å")
            // Forces of some hundred eV/Å are those of a pair in ZBL's range.
            #expect(difference < max(1e-4, largest > 100 ? 1e-6 * largest : 0), place)
            let stress = found.virial.map { -$0 / frame.volume_A3 }
            let bound = max(1e-5 * (frame.stress.map(abs).max() ?? 0), 1e-6)
            for (a, b) in zip(stress, frame.stress) { #expect(abs(a - b) < bound, place) }
          }
        }
      }
    }

    /// 10 ps at constant energy from 600 K: the drift is none within three standard errors, and those are small: 1e-6 eV
    /// per atom and ps are 0.1 K in 10 ps.
    @Test(arguments: ["Si_2022_NEP4_5body", "UNEP"])
    func energyHolds(_ name: String) throws {
      let folder = try #require(nepData)
      let frames = try read(folder.appendingPathComponent("\(name).extxyz"))
      try withTemporaryFolder { temporary in
        let path = temporary.appendingPathComponent("frame.extxyz")
        try Data(frames[1].text.utf8).write(to: path)
        let found = try rankCheck(
          ranks: 1,
          [
            "structure=\(path.path)", "nep=\(folder.path)/\(name).txt", "relax=0.1", "velocities=600:3",
            "run=langevin,600,10,4:1000:1", "run=nve:10000:1:10",
          ])
        #expect(abs((found.series.time_ps.last ?? 0) - 10) < 1e-9)
        expectEnergyHolds(found, below: 1e-6, error: 1e-6, "\(name), 10 ps at 1 fs")
      }
    }

    private func read(_ file: URL) throws -> [Reference] {
      let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
      var result: [Reference] = []
      var at = 0
      while at < lines.count, let count = Int(lines[at].trimmingCharacters(in: .whitespaces)) {
        let comment = lines[at + 1]
        func numbers(_ key: String) -> [Double] {
          guard let start = comment.range(of: key + "=")?.upperBound else { return [] }
          let rest = comment[start...]
          let value =
            rest.hasPrefix("\"") ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { $0 != " " }
          return value.split(separator: " ").compactMap { Double($0) }
        }
        let lattice = numbers("Lattice")
        try #require(lattice.count == 9)
        let atoms = lines[(at + 2)..<(at + 2 + count)].map { $0.split(separator: " ").map(String.init) }
        let cell = Cell(
          a: Vector3(lattice[0], lattice[1], lattice[2]), b: Vector3(lattice[3], lattice[4], lattice[5]),
          c: Vector3(lattice[6], lattice[7], lattice[8]))
        let header =
          "Lattice=\"\(lattice.map { "\($0)" }.joined(separator: " "))\" Properties=species:S:1:pos:R:3 pbc=\"T T T\""
        result.append(
          Reference(
            energy_eV: try #require(numbers("energy").first), stress: numbers("stress"),
            forces: atoms.flatMap { $0[4..<7].compactMap { Double($0) } }, volume_A3: cell.volume,
            text: (["\(count)", header] + atoms.map { $0[0..<4].joined(separator: " ") })
              .joined(separator: "\n") + "\n"))
        at += count + 2
      }
      return result
    }
  }
}
