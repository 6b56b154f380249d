/// The ensembles of the engine, as commands of the rank check: arguments of parameterised tests.
public struct EnsembleCase: Sendable, CustomStringConvertible {
  public let description: String
  /// Constraints.
  public let hold: [String]
  public let integrator: String
  /// Of one step, fs.
  public let timestep_fs: Int

  init(_ description: String, hold: [String] = [], _ integrator: String, timestep_fs: Int = 1) {
    self.description = description
    self.hold = hold
    self.integrator = integrator
    self.timestep_fs = timestep_fs
  }

  public static let all = [
    EnsembleCase("nve", "nve"),
    EnsembleCase("nose-hoover", "nhc,600,0.05"),
    EnsembleCase("langevin", "langevin,600,10,5"),
    EnsembleCase("mtk isotropic", "nhc,600,0.05+mtk,isotropic,0.5,0.3"),
    EnsembleCase("mtk orthorhombic", "nhc,600,0.05+mtk,orthorhombic,0.5,0.3"),
    EnsembleCase("mtk full", "nhc,600,0.05+mtk,full,0.5,0.3"),
    EnsembleCase("parrinello-rahman", "langevin,600,10,5+pr,full,0.5,1000,10,7"),
    EnsembleCase("parrinello-rahman isotropic", "langevin,600,10,5+pr,isotropic,0,1000,10,7"),
    EnsembleCase("respa", "nve*3", timestep_fs: 3),
    EnsembleCase("respa mtk", "nhc,600,0.1+mtk,full,0,0.5*3", timestep_fs: 3),
    EnsembleCase("respa parrinello-rahman", "langevin,600,10,5+pr,full,0,1000,10,7*2", timestep_fs: 2),
    EnsembleCase("rigid", hold: ["hold=B12H12:rigid"], "nve", timestep_fs: 4),
    EnsembleCase("rigid mtk", hold: ["hold=B12H12:rigid"], "nhc,600,0.1+mtk,full,0,0.5", timestep_fs: 4),
    EnsembleCase(
      "rigid parrinello-rahman", hold: ["hold=B12H12:rigid"], "langevin,600,10,5+pr,full,0,1000,10,7"),
    EnsembleCase("rotation fixed", hold: ["hold=B12H12:rotationFixed"], "nhc,600,0.1+mtk,full,0,0.5"),
    EnsembleCase(
      "rotation fixed langevin", hold: ["hold=B12H12:rotationFixed"], "langevin,600,10,5+pr,full,0,1000,10,7"),
    EnsembleCase(
      "rigid not rotating", hold: ["hold=B12H12:rigidNonRotating"], "langevin,600,10,5", timestep_fs: 2),
    EnsembleCase("anions frozen", hold: ["hold=B12H12:frozen"], "nhc,600,0.1+mtk,isotropic,0,0.5"),
    EnsembleCase("sodium frozen", hold: ["hold=Na:frozen"], "nhc,600,0.1+mtk,orthorhombic,0,0.5"),
  ]
}
