import Crystal
import TrajectoryImport

private let twelveAtoms = ImportHints.Elements.inOrder([("Na", 6), ("Cl", 6)])

/// Readers of other programs' trajectories, beside those of `textTargets`.
let importTargets: [FuzzTarget] = [
  FuzzTarget("xyz", .text) { input in
    try readTrajectory(try input.write("run-pos-1.xyz"), .xyz) {
      if input.sample != "i-pi.xyz" { $0.cell = Cell(cubic: 9) }
    }
  },
  FuzzTarget("vasprun", .text) { try readTrajectory(try $0.write("vasprun.xml"), .vasprun) },
  FuzzTarget("packed", .binary) { input in
    let path = try input.write(input.sample)
    return try readTrajectory(path, TrajectoryFormat(path: path)) { $0.timestep_ps = nil }
  },
  FuzzTarget("vaspout", .binary) { try readTrajectory(try $0.write("vaspout.h5"), .vaspout) },
  FuzzTarget("netcdf", .binary) { input in
    try readTrajectory(try input.write("a.nc"), .netcdf) {
      $0.elements = input.sample == "lammps.nc" ? .ofTypes([1: "Na", 2: "Cl"]) : twelveAtoms
      $0.frameInterval_ps = 0.1
      $0.timestep_ps = nil
    }
  },
  FuzzTarget("ase-traj", .binary) { input in
    try readTrajectory(try input.write("a.traj"), .aseTrajectory) {
      $0.frameInterval_ps = 0.1; $0.timestep_ps = nil
    }
  },
  FuzzTarget("dcd", .binary) { input in
    try readTrajectory(try input.write("a.dcd"), .dcd) { $0.elements = twelveAtoms }
  },
  FuzzTarget("xtc", .binary) { input in
    try readTrajectory(try input.write("a.xtc"), .xtc) {
      $0.elements = input.sample == "few-atoms.xtc" ? .inOrder([("Na", 4)]) : twelveAtoms
    }
  },
]
