import Foundation
import Testing
import Trajectory

extension WithRanks {
  /// Stages that change what the run does with its cell and its energy, on two ranks.
  @Suite struct StageChangeRunTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func study(_ stages: String) -> SmallStudy {
      var study = SmallStudy()
      study.system = "{structure: nabh4, supercell: [2, 2, 2]}"
      study.potential = "{name: paddlewheel-ff, accept: not-usable}"
      study.stages = stages
      study.record = "{mobile: 10 fs, anions: 10 fs, all: 50 fs, observables: 5 fs, checkpoint: 0.03 s}"
      return study
    }

    /// A minimisation takes the heat out of a stage of dynamics; velocities are drawn again after it.
    @Test func minimisationAfterDynamics() throws {
      let manifest = study(
        "{melt: {time: 0.1 ps, thermostat: {langevin: {friction: 50 /ps}}}, quench: {force: 0.0002 eV/Å}, sample: 2 ps}"
      )
      let study = try manifest.plan(in: folder)
      try killAndResume(study, at: [("quench", 5), ("sample", 20)])
      try expectSame(study, try simulateWhole(manifest, in: folder))

      let record = try RunRecord(directory: try study.run())
      let hot = try #require(try record.observables(stage: "melt").records.last)
      let sampled = try record.observables().records
      // Harmonic atoms have 3/2 kT of potential energy each: 96 at 700 K 8.7 eV, of which 0.1 ps give the most.
      let heat_eV = hot.potentialEnergy_eV - sampled[0].potentialEnergy_eV
      #expect((3..<18).contains(heat_eV), "\(heat_eV)")
      // Drawn with a scatter of √(2/(3 · 96)) = 8 %. A half of it then goes to the bonds.
      #expect(abs(sampled[0].temperature_K / 700 - 1) < 0.3, "\(sampled[0])")
      let later = sampled.suffix(10).reduce(0) { $0 + $1.potentialEnergy_eV } / 10
      #expect(later - sampled[0].potentialEnergy_eV > 1.5, "\(later) \(sampled[0])")
      #expect(study.log().contains("quench"))
    }

    /// One barostat takes over from another: the cell goes on, with variables of its own.
    @Test func anotherBarostat() throws {
      let manifest = study(
        """
        {relax: {force: 2 eV/Å}, press: {time: 0.3 ps, ensemble: npt, pressure: 2 GPa, barostat: {mtk: {damping: 0.2 ps, cell: full}}},
          ease: {time: 0.3 ps, ensemble: npt, pressure: 0 GPa, thermostat: {langevin: {friction: 10 /ps}},
          barostat: {parrinello-rahman: {lattice-mass: 1000 amu, friction: 10 /ps, cell: isotropic}}}, sample: 0.2 ps}
        """)
      let study = try manifest.plan(in: folder)
      try killAndResume(study, at: [("press", 10), ("ease", 10), ("sample", 10)])
      try expectSame(study, try simulateWhole(manifest, in: folder))

      let record = try RunRecord(directory: try study.run())
      let volumes = try ["press", "ease"].map { try record.observables(stage: $0).records.map(\.volume_A3) }
      #expect(volumes.allSatisfy { Set($0).count > $0.count / 2 }, "\(volumes)")
      let (last, next) = (try #require(volumes[0].last), volumes[1][0])
      #expect(abs(next / last - 1) < 0.005, "\(last) \(next)")
      let sampled = try record.observables().records.map(\.volume_A3)
      #expect(Set(sampled) == [try #require(volumes[1].last)], "\(sampled)")
      let frames = try record.steps(of: "mobile")
      #expect(frames == Array(stride(from: 0, through: 200, by: 10)))
    }
  }
}
