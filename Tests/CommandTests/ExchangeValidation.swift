import Foundation
import TestSupport
import Testing

extension WithRanks {
  @Suite struct ExchangeValidation {
    /// The same window for both: with so few hops the choice of the lags would differ between runs.
    private static let fit = "fit: {from: 1 ps, to: 5 ps}"

    /// The same salt with the same forces in LAMMPS and here, 20 ps each: D within three joint standard
    /// errors. That is a weak bound for so short a run (docs/exchange.md has a longer one), but a wrong unit,
    /// a lost image flag or an extra frame would be far beyond it. Then our export is imported unchanged.
    @Test(.needs(.lammps)) func lammpsAndNativeRunAgree() throws {
      let folder = try Folder()
      let native = try ExchangeTests.run(ExchangeTests.native(sample: "20 ps", fit: Self.fit), in: folder)
      let ours = try ExchangeTests.diffusivity(native)

      let start = "\(folder.path)/start.extxyz"
      let built = try paddlewheel(
        "structure", "build", "na2b12h12-bcc", "--supercell", "1,1,0,-1,1,0,0,0,2", "--output", start,
        in: folder.path)
      try #require(built.exitCode == 0, "\(built.errors)")
      let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      let forceField = tests.deletingLastPathComponent()
        .appendingPathComponent("Sources/Model/Resources/paddlewheel-ff.json").path
      _ = try ExchangeTests.python([
        tests.appendingPathComponent("Peers/lammps_run.py").path, forceField, start, "\(folder.path)/run.npz",
        "--fix", "nvt temp 1300 1300 0.1", "--temperature", "1300", "--timestep-fs", "1", "--equilibrate",
        "1000",
        "--steps", "20000", "--interval", "50", "--ranks", "1", "--dump", "\(folder.path)/lammps.dump",
      ])
      let result = try paddlewheel(
        "import", "lammps.dump", "--output", "imported", "--mobile", "Na", "--temperature",
        ExchangeTests.temperature,
        in: folder.path)
      try #require(result.exitCode == 0, "\(result.errors)")
      let theirs = try ExchangeTests.refitted(
        StudyFolder(path: "\(folder.path)/imported"), Self.fit, in: folder)
      let joint = (ours.error * ours.error + theirs.error * theirs.error).squareRoot()
      print("D/(Å²/ps): ours \(ours.value) ± \(ours.error), LAMMPS's \(theirs.value) ± \(theirs.error)")
      #expect(abs(ours.value - theirs.value) < 3 * joint)
      // Three errors that include zero would also hold for a salt that does not conduct.
      #expect(joint < 0.6 * ours.value)

      try ExchangeTests.exportComesBack(native, Self.fit, frames: 41, in: folder)
    }
  }
}
