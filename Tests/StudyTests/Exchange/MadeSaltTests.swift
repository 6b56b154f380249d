import Foundation
import TestSupport
import Testing

@testable import Exchange
@testable import Mechanism
@testable import Results
@testable import StudyStore

/// Salts whose motion is known, in files that ASE, MDAnalysis, netCDF4 and LAMMPS wrote.
@Suite(.needs(.python, .lammps)) struct MadeSaltTests {
  /// A salt of `Salts/salts.py`, and what an import has to find.
  struct Salt: CustomTestStringConvertible {
    var name: String
    var mobile: String
    var ions: String
    /// What turns; nil for single ions alone.
    var cluster: String?
    /// Names of writers in `Salts/write.py`.
    var formats: [String]
    var testDescription: String { name }
  }

  static let salts = [
    Salt(
      name: "Li6PS5Cl", mobile: "Li", ions: "48 Li, 8 Cl, 8 PS4, 8 S", cluster: "PS4",
      formats: ["extxyz", "xtc"]),
    Salt(
      name: "Na3PS4", mobile: "Na", ions: "24 Na, 8 PS4", cluster: "PS4", formats: ["xdatcar", "dcd"]),
    Salt(
      name: "Na3SbS4", mobile: "Na", ions: "24 Na, 8 SbS4", cluster: "SbS4", formats: ["traj", "lammps"]),
    Salt(
      name: "LiCB11H12", mobile: "Li", ions: "8 Li, 8 CB11H12", cluster: "CB11H12",
      formats: ["ncdf", "h5md"]),
    Salt(name: "AgI", mobile: "Ag", ions: "16 Ag, 16 I", formats: ["xyz", "extxyz"]),
    Salt(
      name: "hydronium", mobile: "H3O", ions: "8 Ba, 8 H3O, 16 Cl, 8 OH", cluster: "OH",
      formats: ["dcd", "traj"]),
    Salt(name: "protons", mobile: "H", ions: "8 Ba, 32 H, 16 O", formats: ["xtc", "netcdf4"]),
    Salt(name: "CaF2", mobile: "F", ions: "32 Ca, 64 F", formats: ["netcdf4", "xdatcar"]),
  ]

  /// What the script prints.
  struct Truth: Decodable {
    struct File: Decodable {
      var file: String
      var topology: String?
      var elements: String?
      var cell: String?
      var timestep: String?
      var frame_interval: String?
    }

    /// Å²/ps.
    var diffusivity: Double
    /// From frame to frame, ps.
    var interval: Double
    /// The factor of C₂ from frame to frame.
    var decay_of_c2: Double
    var files: [String: File]
  }

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func make(_ salt: Salt) throws -> Truth {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Salts/write.py")
    let printed = try Python.run(file: script.path, [folder.path, salt.name] + salt.formats)
    return try JSONDecoder().decode(Truth.self, from: Data(printed.utf8))
  }

  @Test(arguments: salts) func motionIsFound(_ salt: Salt) throws {
    let truth = try make(salt)
    for format in salt.formats {
      let name = "\(salt.name)-\(format)"
      let file = try #require(truth.files[format])
      let study = try importing([file.file], into: name, folder, mobile: salt.mobile) {
        $0.topology = file.topology
        $0.elements = file.elements
        $0.cell = file.cell
        $0.timestep = file.timestep
        $0.frameInterval = file.frame_interval
      }.study
      let set = try #require(try sets(of: study).first)
      #expect(set.system == salt.ions, "\(name)")
      try expectDiffusivity(truth.diffusivity, set, name)
      if let cluster = salt.cluster { try expectRotation(of: cluster, truth, study, set, name) }
    }
  }

  /// C₂ within its errors of the exact decay, and the exact time within the interval of the fitted one.
  private func expectRotation(
    of cluster: String, _ truth: Truth, _ study: StudyDirectory, _ set: SetSummary, _ name: String
  ) throws {
    let curves = try results(of: study).curves.sets[0].temperatures[0].observables
    let curve = try #require(
      curves.first { $0.observable == "rotation-2" && $0.series == cluster },
      "\(name): \(curves.map { "\($0.observable) \($0.series)" })")
    var compared = 0
    for (place, lag_ps) in curve.x.enumerated() where lag_ps > 0 && lag_ps <= 2 {
      let exact = pow(truth.decay_of_c2, lag_ps / truth.interval)
      let found = try #require(curve.y[place])
      let error = try #require(curve.error[place])
      // Five blocks' errors are t distributed with four degrees of freedom: 4.6 errors at 1 %.
      #expect(abs(found - exact) < 4.6 * error + 1e-3, "\(name), \(lag_ps) ps: \(found) ± \(error), \(exact)")
      #expect(error < 0.06, "\(name), \(lag_ps) ps: \(error)")
      compared += 1
    }
    #expect(compared > 5, "\(name): \(curve.x)")
    let time = try #require(
      set.temperatures[0].observables.first { $0.name == "correlation-time-2" && $0.series == cluster })
    let ends = try #require(time.interval95, "\(name): \(time)")
    let exact_ps = -truth.interval / log(truth.decay_of_c2)
    #expect(ends[0] < exact_ps && exact_ps < ends[1], "\(name): \(ends), \(exact_ps)")
    #expect(ends[1] < 3 * ends[0], "\(name): \(ends)")
  }
}
